/** A term in words and in a tone: colour never speaks alone. */
import { casework } from "@/locales/appeals";

export interface TermWords {
  text: string;
  tone: "bad" | "warn" | "good" | "calm";
}

const SOON = 2;

export function termWords(daysLeft: number | null): TermWords {
  if (daysLeft === null) return { text: casework.term.done, tone: "calm" };
  if (daysLeft < 0) return { text: casework.term.overdue(-daysLeft), tone: "bad" };
  if (daysLeft === 0) return { text: casework.term.today, tone: "warn" };
  return { text: casework.term.left(daysLeft), tone: daysLeft <= SOON ? "warn" : "good" };
}
