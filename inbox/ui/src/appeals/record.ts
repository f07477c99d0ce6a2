/** The card in the records system, in plain Russian. */
import type { Models } from "@/api/types";
import { casework } from "@/locales/appeals";
import { date, fullMoment } from "@/ui/time";
import type { Told } from "./history";

type CardRecord = Models["RecordView"];
type RecordStep = Models["RecordStepView"];

export interface RecordLook {
  tone: "good" | "warn" | "bad";
  title: string;
  lines: string[];
}

const words = casework.record;

export function recordLook(record: CardRecord): RecordLook {
  if (record.is_own) return { tone: "good", title: words.own, lines: [numberOf(record)] };
  const isReport = record.kind === "report";
  const known = record.number ? [numberOf(record)] : [];
  switch (record.state) {
    case null:
      return { tone: "warn", title: words.unsent, lines: [words.unsentHint] };
    case "waiting":
      return { tone: "warn", title: words.waiting, lines: [...known, record.tries ? words.retried(record.tries) : words.unsentHint] };
    case "refused":
      return { tone: "bad", title: isReport ? words.reportRefused : words.refused, lines: [...known, words.reason(record.reason)] };
    case "failed":
      return { tone: "bad", title: words.failed, lines: [...known, words.failedHint] };
    default:
      return told(record, isReport);
  }
}

/** What was handed over: with its number, or waiting for it. */
function told(record: CardRecord, isReport: boolean): RecordLook {
  const when = record.written_at ? [words.writtenAt(fullMoment(record.written_at))] : [];
  if (!record.number) return { tone: "warn", title: words.written, lines: when };
  const waits = isReport && record.state === "written";
  return { tone: "good", title: numberOf(record), lines: waits ? [words.reported] : [] };
}

function numberOf(record: Pick<CardRecord, "number" | "dated">): string {
  return words.registered(record.number, record.dated ? date(record.dated) : "");
}

/** A step of the telling as a line of the history. */
export function toldStep(step: RecordStep): Told {
  if (step.state === "registered") return { title: words.steps.registered(step.number, step.dated ? date(step.dated) : ""), facts: [] };
  if (step.state === "refused") return { title: words.steps.refused, facts: [words.reason(step.reason)] };
  return { title: words.steps.written, facts: [] };
}
