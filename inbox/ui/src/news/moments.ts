/** Moments of a form: typed in Moscow time, sent with their offset, whatever the clock of the workplace. */
import { fullMoment } from "@/ui/time";

const OFFSET = "+03:00";
const typed = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Moscow", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** «2026-11-25T12:00» of the field as a moment; null when the field is empty. */
export const momentOf = (field: string): string | null => (field ? `${field}:00${OFFSET}` : null);

export const fieldOf = (moment: string | null): string => (moment ? typed.format(new Date(moment)).replace(" ", "T") : "");

/** «2026-11-25T12:00» of the field as a person reads it. */
export const toldOf = (field: string): string => (field ? fullMoment(`${field}:00${OFFSET}`) : "");
