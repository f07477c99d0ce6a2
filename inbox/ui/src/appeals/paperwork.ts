/** The paperwork of a card (requests, notes, replies, calls) as the card page uses it; the folder paperwork/ provides it. */
import type { Component } from "vue";
import type { AppealCard, Move, Step } from "@/api/types";

export type PaperDeed = Exclude<Step, "clarified" | "open_merged" | "await_delivery" | "await_confirmation" | "nothing"> | "clarify" | "call";

export interface Paperwork {
  /** Takes appealId and card, emits changed. */
  PaperworkPart: Component;
  openStep(step: PaperDeed, targetId: number | null, card: AppealCard): Promise<void>;
}

const [found] = Object.values(import.meta.glob<Paperwork>("../paperwork/index.ts", { eager: true }));
export const paperwork: Paperwork | null = found ?? null;

export const PAPER_MOVES: Partial<Record<Move, PaperDeed>> = {
  request: "send_request",
  receive: "record_memo",
  interim: "write_interim",
  clarify: "clarify",
  reply: "write_reply",
  call: "call",
  close: "close",
};

const NOT_PAPER: ReadonlySet<Step> = new Set(["clarified", "open_merged", "await_delivery", "await_confirmation", "nothing"]);

export function isPaper(step: Step): step is Exclude<PaperDeed, "clarify" | "call"> {
  return !NOT_PAPER.has(step);
}
