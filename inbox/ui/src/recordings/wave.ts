/** The waveform of a sound, and where its silences are: nothing here knows the screen. */

/** Below it even the loudest moment is noise, which is not drawn as a voice. */
const FAINT = 4;

/**
 * The heights of ``count`` bars (0-100), each the highest of its part of the peaks, the highest of all drawn as 100; one at least, so
 * that silence is a line.
 */
export function bars(peaks: readonly number[], count: number): number[] {
  if (!peaks.length) return Array<number>(count).fill(1);
  const width = Math.max(1, peaks.length / count);
  const drawn = Math.min(count, peaks.length);
  const heights = Array.from({ length: drawn }, (_, at) => Math.max(...peaks.slice(Math.floor(at * width), Math.max(Math.floor((at + 1) * width), Math.floor(at * width) + 1))));
  const highest = Math.max(...heights);
  return heights.map((height) => Math.max(1, Math.round(highest > FAINT ? (height * 100) / highest : height)));
}

/** The bars from one until another as a path, two units wide each, around the middle of 100 units. */
export function path(heights: readonly number[], from: number, until: number): string {
  return heights.slice(from, until).map((height, at) => `M${(from + at) * 2 + 1} ${50 - height / 2}v${height}`).join("");
}

/** Lines across the wave at these seconds of so many, in the units of ``path``. */
export function marksPath(marks: readonly number[], seconds: number, count: number): string {
  return seconds > 0 ? marks.map((second) => `M${Math.round((Math.min(second, seconds) / seconds) * count * 200) / 100} 0v100`).join("") : "";
}

/** The end of a silence that is worth skipping at this moment, a breath before the voice; null when somebody speaks. */
export function afterSilence(silences: readonly (readonly number[])[], at: number): number | null {
  const found = silences.find(([from = 0, until = 0]) => at >= from + BREATH && at < until - 2 * BREATH);
  return found ? found[1]! - BREATH : null;
}

const BREATH = 0.25;

/** Seconds as 1:05, or 1:02:05. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
