// A voice message from the microphone, as OGG/Opus: the only form in which the messenger knows voice.
import { oggFromWebm } from "./ogg.js";

export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const native = MediaRecorder.isTypeSupported("audio/ogg;codecs=opus");
  const recorder = new MediaRecorder(stream, { mimeType: native ? "audio/ogg;codecs=opus" : "audio/webm;codecs=opus" });
  const pieces = [];
  const began = performance.now();
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.start();
  return { stop: () => new Promise((resolve) => {
    recorder.addEventListener("stop", async () => {
      for (const track of stream.getTracks()) track.stop();
      const raw = new Uint8Array(await new Blob(pieces).arrayBuffer());
      const seconds = Math.max(1, Math.round((performance.now() - began) / 1000));
      const ogg = native ? raw : oggFromWebm(raw);
      resolve(ogg.length ? { file: new File([ogg], "voice.oga", { type: "audio/ogg" }), seconds } : null);
    });
    recorder.stop();
  }) };
}
