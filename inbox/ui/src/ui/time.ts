/** Moments as people read them: always Moscow time, whatever the workplace's clock zone is. */
import { readonly, ref } from "vue";
import { ru } from "@/locales/ru";

const ZONE = "Europe/Moscow";
const hourMinute = new Intl.DateTimeFormat("ru-RU", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const dayMonth = new Intl.DateTimeFormat("ru-RU", { timeZone: ZONE, day: "numeric", month: "long" });
const dayMonthYear = new Intl.DateTimeFormat("ru-RU", { timeZone: ZONE, day: "numeric", month: "long", year: "numeric" });
const shortDate = new Intl.DateTimeFormat("ru-RU", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const dayKey = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });

const shortWeekday = new Intl.DateTimeFormat("ru-RU", { timeZone: "UTC", weekday: "short" });

const ticking = ref(Date.now());
let ahead = 0;
setInterval(tick, 1000);

function tick(): void {
  ticking.value = Date.now() + ahead;
}

/** On a day of training the clock is another one: milliseconds before the real one. */
export function setAhead(milliseconds: number): void {
  ahead = milliseconds;
  tick();
}

/** Runs by the second; components read it through computed texts, so they are drawn anew only when the text changes. */
export const now = readonly(ticking);

export const clock = (moment: string): string => hourMinute.format(new Date(moment));
export const dayOf = (moment: string): string => dayKey.format(new Date(moment));
export const fullMoment = (moment: string): string => `${dayMonthYear.format(new Date(moment))}, ${clock(moment)}`;

/** A date without a time ("2026-12-02") or a moment, as 02.12.2026. */
export function date(value: string): string {
  return value.length === 10 ? value.split("-").reverse().join(".") : shortDate.format(new Date(value));
}

/** The day of the week of a date without a time: «пн». */
export const weekday = (day: string): string => shortWeekday.format(new Date(`${day}T00:00:00Z`));

export function dayTitle(moment: string, today: number): string {
  const key = dayOf(moment);
  if (key === dayKey.format(today)) return ru.thread.today;
  if (key === dayKey.format(today - 86_400_000)) return ru.thread.yesterday;
  const sameYear = key.slice(0, 4) === dayKey.format(today).slice(0, 4);
  return (sameYear ? dayMonth : dayMonthYear).format(new Date(moment));
}

export function clockOrDay(moment: string, today: number): string {
  return dayOf(moment) === dayKey.format(today) ? clock(moment) : dayMonth.format(new Date(moment)).replace(/(\d+ \p{L}{3})\p{L}*/u, "$1");
}

export interface Wait {
  text: string;
  label: string;
  tone: "good" | "warn" | "bad";
}

/** How long a waiting citizen may still wait, or how late the answer is. */
export function waitUntil(due: string, at: number): Wait {
  const left = Math.round((Date.parse(due) - at) / 1000);
  const span = Math.abs(left);
  const minutes = Math.floor(span / 60);
  const text = minutes >= 60 ? ru.wait.hours(Math.floor(minutes / 60), minutes % 60) : `${minutes}:${String(span % 60).padStart(2, "0")}`;
  const spoken = minutes >= 60 ? text : ru.wait.minutes(minutes);
  if (left < 0) return { text: `+${text}`, label: minutes ? ru.wait.late(spoken) : ru.wait.lateSoon, tone: "bad" };
  return { text, label: minutes ? ru.wait.left(spoken) : ru.wait.leftSoon, tone: left <= 60 ? "warn" : "good" };
}
