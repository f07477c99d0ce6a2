/** How a live row changes a list that is partly loaded; the order is the server's (core/conversations/queries.py). */
import type { ListName, Row } from "@/api/types";

export interface ListView {
  name: ListName;
  channel: string;
  query: string;
  meId: number;
  /** The server has more rows after the last one shown. */
  hasMore: boolean;
}

export function belongs(row: Row, view: ListView): boolean {
  if (view.channel && row.channel !== view.channel) return false;
  const isMine = row.operator?.id === view.meId;
  switch (view.name) {
    case "queue":
      return row.mode === "waiting";
    case "mine":
      return row.mode === "operator" && isMine;
    case "colleagues":
      return row.mode === "operator" && !isMine;
    case "all":
      return true;
  }
}

/** Queue: emergencies first, then the longest wait. Others: the newest words first. */
export function compareRows(name: ListName): (a: Row, b: Row) => number {
  if (name !== "queue") return (a, b) => time(b.last_message_at) - time(a.last_message_at) || b.id - a.id;
  return (a, b) => Number(b.emergency) - Number(a.emergency) || time(a.waiting_since) - time(b.waiting_since) || a.id - b.id;
}

/** Returns the same array when nothing changes, so that nothing is drawn anew. */
export function applyRow(rows: Row[], row: Row, view: ListView): Row[] {
  const at = rows.findIndex((shown) => shown.id === row.id);
  const rest = at < 0 ? rows : rows.filter((shown) => shown.id !== row.id);
  if (!belongs(row, view)) return rest;
  // What a search finds is decided by the server: a row that it did not find is not slipped in.
  if (view.query) return at < 0 ? rows : rows.map((shown) => (shown.id === row.id ? row : shown));
  const compare = compareRows(view.name);
  const place = rest.findIndex((shown) => compare(row, shown) < 0);
  if (place < 0) return view.hasMore && at < 0 ? rest : [...rest, row];
  return [...rest.slice(0, place), row, ...rest.slice(place)];
}

export function appendPage(rows: Row[], page: Row[]): Row[] {
  const known = new Set(rows.map((row) => row.id));
  return [...rows, ...page.filter((row) => !known.has(row.id))];
}

/** The neighbour of the open row; when that row has left the list, the one that took its place. Stops at the ends. */
export function neighbour(rows: Row[], openId: number | null, lastIndex: number, step: 1 | -1): Row | null {
  const at = rows.findIndex((row) => row.id === openId);
  if (at >= 0) return rows[at + step] ?? null;
  if (openId === null || lastIndex < 0) return rows[0] ?? null;
  return rows[step === 1 ? Math.min(lastIndex, rows.length - 1) : Math.min(lastIndex - 1, rows.length - 1)] ?? null;
}

function time(moment: string | null): number {
  return moment ? Date.parse(moment) : Number.MAX_SAFE_INTEGER;
}
