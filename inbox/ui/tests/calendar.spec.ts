import { describe, expect, it } from "vitest";
import { monthsOf, stepFrom } from "@/directory/calendar";
import type { CalendarDay } from "@/directory/types";

function year(number: number): CalendarDay[] {
  const days: CalendarDay[] = [];
  for (let at = Date.UTC(number, 0, 1); new Date(at).getUTCFullYear() === number; at += 86_400_000) {
    const weekday = new Date(at).getUTCDay();
    const kind = weekday === 0 || weekday === 6 ? "weekend" : "working";
    days.push({ day: new Date(at).toISOString().slice(0, 10), kind, source: "official", why: "", order: "", set_at: null });
  }
  return days;
}

describe("months of a year", () => {
  it("begin on Mondays and hold every day once", () => {
    const months = monthsOf(year(2026));
    expect(months.map((one) => one.days.length)).toEqual([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    expect(months.map((one) => one.lead)).toEqual([3, 6, 6, 2, 4, 0, 2, 5, 1, 3, 6, 1]);
    expect(months[1]?.working).toBe(20);
  });
});

describe("an arrow key", () => {
  const known = new Set(year(2026).map((one) => one.day));
  it.each([
    ["ArrowRight", "2026-02-28", "2026-03-01"],
    ["ArrowLeft", "2026-03-01", "2026-02-28"],
    ["ArrowDown", "2026-11-25", "2026-12-02"],
    ["ArrowUp", "2026-01-05", "2026-01-05"],
    ["Enter", "2026-01-05", "2026-01-05"],
  ])("%s from %s leads to %s", (code, from, to) => expect(stepFrom(from, code, known)).toBe(to));
});
