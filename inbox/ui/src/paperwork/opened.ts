/** Which dialog of the paperwork is open, and about what; one card page is open at a time. */
import { reactive } from "vue";
import type { AppealCard, Models } from "@/api/types";
import type { PaperDeed } from "@/appeals/paperwork";

export type Dialog = "request" | "readdress" | "withdraw" | "memo" | "reply" | "call" | "close" | "ask" | "explain" | "posted" | "check" | "mail";

export const opened = reactive({
  dialog: null as Dialog | null,
  target: null as number | null,
  kind: "final" as Models["ReplyKind"],
});

export function show(dialog: Dialog, target: number | null = null): void {
  opened.target = target;
  opened.dialog = dialog;
}

const DIALOGS: Record<PaperDeed, [Dialog, Models["ReplyKind"]?]> = {
  send_request: ["request"],
  address_request: ["readdress"],
  record_memo: ["memo"],
  write_interim: ["reply", "interim"],
  send_interim: ["reply", "interim"],
  write_reply: ["reply", "final"],
  send_reply: ["reply", "final"],
  resend_reply: ["reply", "final"],
  post_reply: ["posted"],
  clarify: ["reply", "clarification"],
  reply_call: ["call"],
  closing_call: ["call"],
  call: ["call"],
  ask_confirmation: ["ask"],
  close: ["close"],
};

let papers: Promise<void> = Promise.resolve();

/** The papers are being loaded: a step waits for them. */
export function noteLoading(loading: Promise<void>): Promise<void> {
  papers = loading;
  return papers;
}

export async function openStep(step: PaperDeed, targetId: number | null, _card: AppealCard): Promise<void> {
  await papers;
  const [dialog, kind] = DIALOGS[step];
  opened.kind = kind ?? "final";
  show(dialog, targetId);
}
