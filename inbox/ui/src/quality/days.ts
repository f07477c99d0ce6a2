/** Days for the filters of the quality control, in Moscow. */
import { dayOf } from "@/ui/time";

const DAY_MS = 86_400_000;

/** A date so many days from today, as a field holds it. */
export const dayKeyOf = (from: number, now = Date.now()): string => dayOf(new Date(now + from * DAY_MS).toISOString());

/** The reading of a kappa in words: the place in a list of five, by the bounds that are usual (Altman 1991). */
export function levelOf(kappa: number): number {
  const bounds = [0.2, 0.4, 0.6, 0.8];
  const place = bounds.findIndex((bound) => kappa <= bound);
  return place < 0 ? bounds.length : place;
}
