import { describe, expect, it } from "vitest";
import type { Conversation, Message } from "@/api/types";
import { citizenWords, deliveryShown, mergeView, startsDay, upsertMessage } from "@/inbox/messages";

function aMessage(id: number, given: Partial<Message> = {}): Message {
  return {
    id,
    author: "citizen",
    author_name: "",
    audience: "citizen",
    text: `words ${id}`,
    buttons: [],
    attachments: [],
    reply_to_id: null,
    created_at: "2026-11-25T09:00:00Z",
    edited_at: null,
    versions: [],
    delivery: null,
    doubtful: false,
    delivery_error: "",
    delayed: false,
    ...given,
  };
}

const aView = (ids: number[], earlier: string | null = null) =>
  ({ row: { id: 1 }, messages: ids.map((id) => aMessage(id)), earlier }) as unknown as Conversation;
const ids = (messages: Message[]) => messages.map((message) => message.id);

describe("the transcript", () => {
  it("puts a message in the order of ids", () => {
    expect(ids(upsertMessage([aMessage(1), aMessage(3)], aMessage(2)))).toEqual([1, 2, 3]);
  });
  it("puts an edited message in the old one's place", () => {
    const changed = upsertMessage([aMessage(1), aMessage(2)], aMessage(1, { text: "new" }));
    expect(changed.map((message) => message.text)).toEqual(["new", "words 2"]);
  });
  it("keeps the earlier pages when the last page comes anew", () => {
    const merged = mergeView(aView([1, 2, 3, 4], "0"), aView([3, 4, 5], "3"));
    expect(ids(merged.messages)).toEqual([1, 2, 3, 4, 5]);
    expect(merged.earlier).toBe("0");
  });
  it("starts from the fresh page when there is a gap", () => {
    const merged = mergeView(aView([1, 2]), aView([80, 81], "80"));
    expect(ids(merged.messages)).toEqual([80, 81]);
    expect(merged.earlier).toBe("80");
  });
  it("begins a day at midnight in Moscow", () => {
    const messages = [aMessage(1, { created_at: "2026-11-24T20:59:00Z" }), aMessage(2, { created_at: "2026-11-24T21:01:00Z" })];
    expect([startsDay(messages, 0), startsDay(messages, 1)]).toEqual([true, true]);
  });
});

describe("the state of a delivery", () => {
  it.each([
    [{ delivery: "waiting" }, "waiting"],
    [{ delivery: "waiting", delivery_error: "timeout" }, "retrying"],
    [{ delivery: "sent", doubtful: true }, "doubtful"],
    [{ delivery: "delivered", doubtful: true }, "delivered"],
    [{ delivery: "failed", doubtful: true }, "failed"],
    [{ delivery: null }, null],
  ] as const)("%o is shown as %s", (given, shown) => {
    expect(deliveryShown(aMessage(1, given))).toBe(shown);
  });
});

it("prefills an appeal from the citizen's words without commands and single words", () => {
  const said = [aMessage(1, { text: "/start" }), aMessage(2, { text: "да" }), aMessage(3, { text: "Нет воды" }), aMessage(4, { author: "bot" }), aMessage(5, { text: "Кирова, 14" })];
  expect(citizenWords(said)).toBe("Нет воды\nКирова, 14");
});
