/** The days of a year as months that begin on Mondays. */
import type { CalendarDay } from "./types";

export interface Month {
  number: number;
  /** Empty places before the first day. */
  lead: number;
  days: CalendarDay[];
  working: number;
}

export function monthsOf(days: CalendarDay[]): Month[] {
  return Array.from({ length: 12 }, (_, number) => {
    const own = days.filter((one) => Number(one.day.slice(5, 7)) === number + 1);
    const first = own[0];
    return { number, lead: first ? (new Date(`${first.day}T00:00:00Z`).getUTCDay() + 6) % 7 : 0, days: own, working: own.filter(isWorking).length };
  });
}

export const isWorking = (one: CalendarDay): boolean => one.kind === "working" || one.kind === "working_weekend";

/** The day that an arrow key leads to; the same one when it would leave the year. */
export function stepFrom(day: string, code: string, known: ReadonlySet<string>): string {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[code];
  if (by === undefined) return day;
  const moved = new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
  return known.has(moved) ? moved : day;
}
