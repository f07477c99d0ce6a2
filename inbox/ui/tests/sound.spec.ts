import { describe, expect, it } from "vitest";
import { fieldOf, momentOf } from "../src/news/moments";
import { wavOf } from "../src/news/wav";
import { afterSilence, bars, clockOf, path } from "../src/recordings/wave";

describe("the waveform", () => {
  it("has so many bars, each the highest of its part", () => {
    expect(bars([1, 50, 30, 20, 5, 10], 3)).toEqual([100, 60, 20]);
    expect(bars(Array.from({ length: 1000 }, (_, at) => at % 100), 160)).toHaveLength(160);
    expect(bars([5, 0], 160)).toEqual([100, 1]);
  });
  it("does not draw noise as a voice", () => expect(bars([3, 1, 2, 0], 4)).toEqual([3, 1, 2, 1]));
  it("is a line without peaks", () => expect(bars([], 4)).toEqual([1, 1, 1, 1]));
  it("is drawn around the middle", () => expect(path([10, 100], 0, 2)).toBe("M1 45v10M3 0v100"));
});

describe("silences", () => {
  const silences = [[1, 4], [6, 6.4]];
  it.each([[0.5, null], [1.1, null], [2, 3.75], [3.9, null], [6.2, null]])("at %s goes to %s", (at, to) => expect(afterSilence(silences, at)).toBe(to));
});

describe("moments of the form are of Moscow", () => {
  it("goes there and back", () => {
    expect(momentOf("2026-11-25T12:00")).toBe("2026-11-25T12:00:00+03:00");
    expect(fieldOf("2026-11-25T21:30:00Z")).toBe("2026-11-26T00:30");
    expect([momentOf(""), fieldOf(null)]).toEqual([null, ""]);
  });
});

it.each([[0, "0:00"], [65.9, "1:05"], [3725, "1:02:05"]])("%s seconds are %s", (seconds, told) => expect(clockOf(seconds)).toBe(told));

it("a WAV says what it holds, and no sample leaves its range", () => {
  const view = new DataView(wavOf(new Float32Array([0, 0.5, 2, -2]), 16000));
  expect([view.byteLength, view.getUint32(24, true), view.getUint32(40, true)]).toEqual([52, 16000, 8]);
  expect([44, 46, 48, 50].map((at) => view.getInt16(at, true))).toEqual([0, 16384, 32767, -32767]);
});
