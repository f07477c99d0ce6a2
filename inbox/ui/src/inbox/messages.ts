/** How live messages change the transcript. */
import type { Conversation, Message } from "@/api/types";
import { dayOf } from "@/ui/time";

/** Adds a message or puts its newer state in place; the order is that of the ids. */
export function upsertMessage(messages: Message[], message: Message): Message[] {
  const at = messages.findIndex((shown) => shown.id === message.id);
  if (at >= 0) return messages.map((shown) => (shown.id === message.id ? message : shown));
  const place = messages.findLastIndex((shown) => shown.id < message.id) + 1;
  return [...messages.slice(0, place), message, ...messages.slice(place)];
}

/** A fresh view brings the last page; earlier pages that are already on screen stay. */
export function mergeView(old: Conversation | null, fresh: Conversation): Conversation {
  const first = fresh.messages[0];
  if (!old || old.row.id !== fresh.row.id || !first) return fresh;
  const before = old.messages.filter((message) => message.id < first.id);
  const overlaps = old.messages.some((message) => message.id >= first.id);
  // A gap between the pages (a long absence): show the fresh page and load earlier ones on demand.
  if (!before.length || !overlaps) return fresh;
  return { ...fresh, messages: [...before, ...fresh.messages], earlier: old.earlier };
}

export function startsDay(messages: Message[], at: number): boolean {
  const message = messages[at];
  const before = messages[at - 1];
  return !!message && (!before || dayOf(before.created_at) !== dayOf(message.created_at));
}

/** Which state of the way to the citizen is shown. */
export function deliveryShown(message: Message): "waiting" | "retrying" | "sending" | "sent" | "delivered" | "bounced" | "failed" | "doubtful" | null {
  if (!message.delivery) return null;
  if (message.doubtful && (message.delivery === "sending" || message.delivery === "sent")) return "doubtful";
  if (message.delivery === "waiting" && message.delivery_error) return "retrying";
  return message.delivery;
}

/** The citizen's own words for the text of an appeal: the last few that are more than a word or a command. */
export function citizenWords(messages: Message[], most = 5): string {
  return messages
    .filter((message) => message.author === "citizen" && message.text.trim().length > 3 && !message.text.startsWith("/"))
    .slice(-most)
    .map((message) => message.text.trim())
    .join("\n");
}
