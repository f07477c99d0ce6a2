/** Hands on what the microphone hears; runs in the audio thread. */
class Tap extends AudioWorkletProcessor {
  process([input]) {
    if (input?.[0]?.length) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor("tap", Tap);
