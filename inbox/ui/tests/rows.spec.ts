import { describe, expect, it } from "vitest";
import type { Row } from "@/api/types";
import { appendPage, applyRow, neighbour, type ListView } from "@/inbox/rows";

const ME = 1;

function aRow(id: number, given: Partial<Row> = {}): Row {
  return {
    id,
    channel: "telegram",
    mode: "waiting",
    applicant_id: null,
    applicant_name: "",
    preview: "",
    last_author: "citizen",
    last_message_at: `2026-11-25T09:${String(id).padStart(2, "0")}:00Z`,
    waiting_since: `2026-11-25T09:${String(id).padStart(2, "0")}:00Z`,
    unread: 0,
    emergency: false,
    operator: null,
    hand_off_reason: "",
    reply_due_at: null,
    ...given,
  };
}

function aList(given: Partial<ListView> = {}): ListView {
  return { name: "queue", channel: "", query: "", meId: ME, hasMore: false, ...given };
}

const ids = (rows: Row[]) => rows.map((row) => row.id);

describe("a live row in the queue", () => {
  it("stands by the length of its wait", () => {
    expect(ids(applyRow([aRow(1), aRow(5)], aRow(3), aList()))).toEqual([1, 3, 5]);
  });
  it("stands before all others when it is an emergency", () => {
    expect(ids(applyRow([aRow(1), aRow(2)], aRow(9, { emergency: true }), aList()))).toEqual([9, 1, 2]);
  });
  it("leaves the queue when somebody took it", () => {
    const taken = aRow(1, { mode: "operator", operator: { id: 2, full_name: "" } });
    expect(ids(applyRow([aRow(1), aRow(2)], taken, aList()))).toEqual([2]);
  });
  it("waits for its page when it belongs below what is loaded", () => {
    expect(ids(applyRow([aRow(1), aRow(2)], aRow(9), aList({ hasMore: true })))).toEqual([1, 2]);
  });
  it("stays when it was shown and moved to the end of what is loaded", () => {
    expect(ids(applyRow([aRow(1), aRow(2)], aRow(1, { waiting_since: "2026-11-25T09:30:00Z" }), aList({ hasMore: true })))).toEqual([2, 1]);
  });
  it("is not slipped into what a search found", () => {
    expect(ids(applyRow([aRow(1)], aRow(2), aList({ query: "вода" })))).toEqual([1]);
  });
  it("is not shown under the filter of another channel", () => {
    expect(ids(applyRow([], aRow(2), aList({ channel: "email" })))).toEqual([]);
  });
});

describe("the other lists", () => {
  const mine = aRow(1, { mode: "operator", operator: { id: ME, full_name: "" } });
  const theirs = aRow(2, { mode: "operator", operator: { id: 2, full_name: "" } });
  it("part what is mine from what colleagues hold", () => {
    expect(ids(applyRow(applyRow([], mine, aList({ name: "mine" })), theirs, aList({ name: "mine" })))).toEqual([1]);
    expect(ids(applyRow(applyRow([], mine, aList({ name: "colleagues" })), theirs, aList({ name: "colleagues" })))).toEqual([2]);
  });
  it("show the newest words first", () => {
    expect(ids(applyRow([aRow(5), aRow(1)], aRow(3), aList({ name: "all" })))).toEqual([5, 3, 1]);
  });
  it("do not show a row twice when a page brings it again", () => {
    expect(ids(appendPage([aRow(1), aRow(2)], [aRow(2), aRow(3)]))).toEqual([1, 2, 3]);
  });
});

describe("the next conversation", () => {
  const rows = [aRow(1), aRow(2), aRow(3)];
  it("is the neighbour, and nothing beyond the ends", () => {
    expect(neighbour(rows, 2, 1, 1)?.id).toBe(3);
    expect(neighbour(rows, 2, 1, -1)?.id).toBe(1);
    expect(neighbour(rows, 3, 2, 1)).toBeNull();
  });
  it("is the first when nothing is open", () => {
    expect(neighbour(rows, null, -1, 1)?.id).toBe(1);
  });
  it("is the one that took the place of a row that left", () => {
    expect(neighbour(rows, 99, 1, 1)?.id).toBe(2);
    expect(neighbour(rows, 99, 1, -1)?.id).toBe(1);
    expect(neighbour([], 99, 1, 1)).toBeNull();
  });
});
