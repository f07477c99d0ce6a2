/** Samples (-1 to 1) as a WAV file: one channel, 16 bit. */
const HEADER = 44;

export function wavOf(samples: Float32Array, rate: number): ArrayBuffer {
  const file = new ArrayBuffer(HEADER + samples.length * 2);
  const view = new DataView(file);
  const word = (at: number, text: string) => [...text].forEach((sign, place) => view.setUint8(at + place, sign.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, HEADER - 8 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, at) => view.setInt16(HEADER + at * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true));
  return file;
}
