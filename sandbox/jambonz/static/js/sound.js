// What is heard: prompts as sound files, cut where the exchange cuts them; and the microphone into the line.
import { byId, toast } from "/shared/js/dom.js";
import { url } from "./api.js";
import { WORDS } from "./words.js";

const RATE = 8000;
const playing = new Map();
let talking = null;

export function play(phone, clip) {
  hush(phone);
  if (!clip || !byId("sound").checked) return;
  const sound = new Audio(url(`clips/${clip}.wav`));
  playing.set(phone, sound);
  sound.play().catch(() => playing.delete(phone)); // a browser may forbid sound before the first click
}

export function hush(phone) {
  playing.get(phone)?.pause();
  playing.delete(phone);
}

export const isTalking = () => talking !== null;

export async function talk(phone) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
    const context = new AudioContext({ sampleRate: RATE });
    await context.audioWorklet.addModule("/static/js/microphone.js");
    const address = new URL(url(`microphone?phone=${encodeURIComponent(phone)}`), location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const line = new WebSocket(address);
    const node = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => { if (line.readyState === WebSocket.OPEN) line.send(data); };
    context.createMediaStreamSource(stream).connect(node);
    talking = { stream, context, line };
    line.addEventListener("close", stopTalking);
  } catch {
    toast(WORDS.noMic);
  }
}

export function stopTalking() {
  if (!talking) return;
  const { stream, context, line } = talking;
  talking = null;
  for (const track of stream.getTracks()) track.stop();
  context.close();
  line.close();
  byId("mic").setAttribute("aria-pressed", "false");
}
