// Frames of 20 ms, 16 bits, from the microphone (an AudioWorklet at 8 kHz).

const FRAME = 160;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.waiting = [];
  }

  process([[channel]]) {
    for (const sample of channel || []) this.waiting.push(Math.max(-1, Math.min(1, sample)) * 32767);
    while (this.waiting.length >= FRAME) {
      const frame = Int16Array.from(this.waiting.splice(0, FRAME));
      this.port.postMessage(frame.buffer, [frame.buffer]);
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
