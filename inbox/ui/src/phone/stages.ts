/** The steps of a conversation that the regulation asks for (3.1-3.4), and where a call is among them. */
import type { OwnCall } from "./usePhone";

export const STAGES = ["greeting", "person", "matter", "summary", "farewell"] as const;
export type Stage = (typeof STAGES)[number];

/** The operator's first words. */
const GREETING_MS = 15_000;

/** Where the call itself has come: what the operator chose later stays chosen, so this only ever moves forward. */
export function stageOf(own: Pick<OwnCall, "stage" | "talking_since" | "missing"> & { call: Pick<OwnCall["call"], "appeal_id"> }, at: number): Stage {
  if (own.stage === "gone") return "farewell";
  if (!own.talking_since || at - Date.parse(own.talking_since) < GREETING_MS) return "greeting";
  if (own.call.appeal_id) return "summary";
  return own.missing.length ? "person" : "matter";
}

export function later(first: Stage, second: Stage): Stage {
  return STAGES.indexOf(first) >= STAGES.indexOf(second) ? first : second;
}

export function after(stage: Stage): Stage | null {
  return STAGES[STAGES.indexOf(stage) + 1] ?? null;
}
