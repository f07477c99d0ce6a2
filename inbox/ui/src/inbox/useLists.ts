/** The list of conversations on the left: one at a time, kept true by live rows. */
import { reactive } from "vue";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import type { Counters, ListName, Page, Row } from "@/api/types";
import { forgetWithPerson, session } from "@/session/useSession";
import { appendPage, applyRow, type ListView } from "./rows";

const MOST_PAGES_ANEW = 4;
const COUNTERS_EVERY_MS = 1500;

export const lists = reactive({
  name: "queue" as ListName,
  channel: "",
  query: "",
  rows: [] as Row[],
  next: null as string | null,
  counters: null as Counters | null,
  loading: false,
  loaded: false,
  failed: "",
});

let asked = 0;
let cameMeanwhile: Row[] = [];
let countersTimer = 0;

forgetWithPerson(() => Object.assign(lists, { rows: [], next: null, counters: null, loaded: false, query: "", channel: "", name: "queue" }));

/** Loads from the top; as many pages as were shown, so that a reconnect does not throw the person back. */
export async function reloadList(keepPages = false): Promise<void> {
  const mark = ++asked;
  const wanted = keepPages ? Math.min(MOST_PAGES_ANEW, Math.ceil(lists.rows.length / 50)) : 1;
  lists.loading = true;
  lists.failed = "";
  cameMeanwhile = [];
  try {
    let page = await loadPage(null);
    let rows = page.rows;
    for (let at = 1; at < wanted && page.next; at++) {
      page = await loadPage(page.next);
      rows = appendPage(rows, page.rows);
    }
    if (mark !== asked) return;
    Object.assign(lists, { rows, next: page.next, loaded: true });
    cameMeanwhile.forEach(put);
  } catch (error) {
    if (mark === asked) lists.failed = sentence(error);
  } finally {
    if (mark === asked) lists.loading = false;
  }
}

export async function loadMore(): Promise<void> {
  if (lists.loading || !lists.next) return;
  const mark = ++asked;
  lists.loading = true;
  try {
    const page = await loadPage(lists.next);
    if (mark !== asked) return;
    Object.assign(lists, { rows: appendPage(lists.rows, page.rows), next: page.next, failed: "" });
  } catch (error) {
    if (mark === asked) lists.failed = sentence(error);
  } finally {
    if (mark === asked) lists.loading = false;
  }
}

export function showList(name: ListName): void {
  if (lists.name === name && lists.loaded) return;
  Object.assign(lists, { name, rows: [], next: null, loaded: false });
  void reloadList();
}

export function filterList(filter: { query?: string; channel?: string }): void {
  Object.assign(lists, filter);
  void reloadList();
}

/** A live row: its place in the list, and the numbers soon after (never more often than the pause). */
export function takeRow(row: Row): void {
  if (lists.loading) cameMeanwhile.push(row);
  put(row);
  countersTimer ||= window.setTimeout(() => void loadCounters(), COUNTERS_EVERY_MS * (0.3 + Math.random() * 0.7));
}

export async function loadCounters(): Promise<void> {
  clearTimeout(countersTimer);
  countersTimer = 0;
  lists.counters = await get<Counters>("/api/conversations/counters").catch(() => lists.counters);
}

function put(row: Row): void {
  lists.rows = applyRow(lists.rows, row, view());
}

function view(): ListView {
  return { name: lists.name, channel: lists.channel, query: lists.query, meId: session.me?.id ?? 0, hasMore: lists.next !== null };
}

function loadPage(after: string | null): Promise<Page> {
  return get<Page>("/api/conversations", { list: lists.name, after, channel: lists.channel, query: lists.query });
}
