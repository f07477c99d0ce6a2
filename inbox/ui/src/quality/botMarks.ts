/** Marks on the bot's answers in the conversation that is open. */
import { reactive } from "vue";
import { get } from "@/api/client";
import type { Models } from "@/api/types";

type Brief = Models["BotMarkBrief"];

const marks = reactive(new Map<number, Brief["state"]>());
let of = 0;

export const stateOf = (messageId: number): Brief["state"] | undefined => marks.get(messageId);

export function noteMark(made: Brief): void {
  if (made.message_id !== null) marks.set(made.message_id, made.state);
}

/** Asks once for each conversation that is opened; without an answer the buttons stay. */
export async function loadMarks(conversationId: number): Promise<void> {
  if (of === conversationId) return;
  of = conversationId;
  marks.clear();
  try {
    const found = await get<Brief[]>(`/api/quality/conversations/${conversationId}/bot-marks`);
    if (of === conversationId) found.forEach(noteMark);
  } catch {
    of = 0;
  }
}
