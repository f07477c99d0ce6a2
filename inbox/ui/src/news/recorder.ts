/** The microphone as a WAV file: every browser makes the same one, and the server needs no other program to read it. */
import tapUrl from "./tap.worklet.js?url";
import { wavOf } from "./wav";

/** Wide enough for a voice; ten minutes stay under the limit of a file. */
const RATE = 16000;
export const LONGEST_SECONDS = 600;

export interface Take {
  /** Ends the recording and gives the file. */
  stop(): Promise<File>;
  /** Ends it and throws it away. */
  drop(): void;
}

/** Begins to record; ``heard`` is told the seconds so far and how loud it is (0-1). Raises the browser's DOMException without a microphone. */
export async function record(name: string, heard: (seconds: number, loud: number) => void): Promise<Take> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true, autoGainControl: true, echoCancellation: false } });
  const context = new AudioContext();
  const close = () => {
    stream.getTracks().forEach((track) => track.stop());
    return context.close();
  };
  try {
    await context.audioWorklet.addModule(tapUrl);
  } catch (error) {
    await close();
    throw error;
  }
  const pieces: Float32Array[] = [];
  let samples = 0;
  const tap = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
  tap.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    if (samples >= LONGEST_SECONDS * context.sampleRate) return;
    pieces.push(data);
    samples += data.length;
    heard(samples / context.sampleRate, data.reduce((most, one) => Math.max(most, Math.abs(one)), 0));
  };
  context.createMediaStreamSource(stream).connect(tap);
  await context.resume();
  return {
    drop: () => void close(),
    async stop() {
      const rate = context.sampleRate;
      await close();
      return new File([wavOf(await resampled(pieces, samples, rate), RATE)], name, { type: "audio/wav" });
    },
  };
}

async function resampled(pieces: Float32Array[], samples: number, rate: number): Promise<Float32Array> {
  const length = Math.max(1, Math.ceil((samples / rate) * RATE));
  const offline = new OfflineAudioContext(1, length, RATE);
  const buffer = offline.createBuffer(1, Math.max(1, samples), rate);
  const channel = buffer.getChannelData(0);
  let at = 0;
  for (const piece of pieces) {
    channel.set(piece, at);
    at += piece.length;
  }
  const source = offline.createBufferSource();
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}
