/**
 * Drafts of forms, kept on the server while one writes (never in the browser's storage: they are personal data). What has not been
 * saved yet stays in memory, also over a new login of the same person.
 */
import { reactive } from "vue";
import { get, send } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { DraftView, FormKind } from "@/api/types";
import { forgetWithPerson, resumeWithPerson } from "@/session/useSession";
import { newKey } from "@/ui/text";

const SOON_MS = 800;
const AGAIN_MS = 5000;
/** Characters that a browser still sends while its page is closed. */
const MOST_ON_LEAVING = 15_000;
/** Characters of a draft, as the server takes them. */
export const LONGEST_DRAFT = 60_000;
/** This window, as other windows of the same person are told from it. */
const WRITER = newKey();

export interface Draft {
  kind: FormKind;
  id: number;
  /** What is to be kept; empty when nothing is. */
  text: string;
  state: "" | "saving" | "saved" | "failed" | "long" | "ended";
  savedAt: string | null;
  /** What another window had written, until one chooses. */
  replaced: string;
  version: number;
  seen: number;
  /** Whether ``version`` is the server's; not after a sending. */
  isKnown: boolean;
  isSettled: boolean;
  /** How many times it ended: an answer of the time before is not taken for one of now. */
  turn: number;
}

const drafts = reactive(new Map<string, Draft>());
const timers = new Map<Draft, number>();
const queues = new Map<Draft, Promise<void>>();

forgetWithPerson(() => {
  for (const draft of timers.keys()) unschedule(draft);
  drafts.clear();
});
resumeWithPerson(() => retryDrafts());

export function draftOf(kind: FormKind, id: number): Draft {
  const key = `${kind}/${id}`;
  if (!drafts.has(key)) drafts.set(key, { kind, id, text: "", state: "", savedAt: null, replaced: "", version: 0, seen: 0, isKnown: false, isSettled: false, turn: 0 });
  return drafts.get(key)!;
}

/** The draft as the server has it; what this window has not saved yet is the newer one and stays. */
export function takeKept(draft: Draft, kept: DraftView): void {
  const { version, replaced } = kept;
  Object.assign(draft, { version, replaced, isKnown: true });
  if (isUnsaved(draft)) return;
  Object.assign(draft, { text: kept.text, seen: kept.seen, savedAt: kept.saved_at, state: kept.text ? "saved" : "" });
}

/** What cannot be read now is read before the first save. */
export function readDraft(draft: Draft): Promise<void> {
  return enqueue(draft, () => get<DraftView>(path(draft)).then((kept) => takeKept(draft, kept), () => undefined));
}

export function writeDraft(draft: Draft, text: string, seen = 0): void {
  Object.assign(draft, { text, seen });
  unschedule(draft);
  if (draft.state === "ended") return;
  draft.state = text.length > LONGEST_DRAFT ? "long" : "saving";
  if (draft.state === "saving") schedule(draft, SOON_MS);
}

/** The form is on its way: until it is known how that ended, its draft on the server stays as it was saved last. */
export function holdDraft(draft: Draft): void {
  unschedule(draft);
  draft.state = draft.savedAt ? "saved" : "";
}

/** The form was sent, and its draft ended with it: what is typed from now on is another one. */
export function endDraft(draft: Draft): void {
  unschedule(draft);
  Object.assign(draft, { text: "", seen: 0, state: "", savedAt: null, replaced: "", isKnown: false, turn: draft.turn + 1 });
}

export function dropDraft(draft: Draft): void {
  endDraft(draft);
  void enqueue(draft, async () => takeKept(draft, await send<DraftView>("DELETE", path(draft))));
}

/** Of what two windows wrote, this window's text stays. */
export function settleDraft(draft: Draft): void {
  Object.assign(draft, { replaced: "", isSettled: true });
  saveDraft(draft);
}

export function saveDraft(draft: Draft): void {
  unschedule(draft);
  draft.state = "saving";
  void enqueue(draft, () => put(draft));
}

/** Save at once what still waits for its pause: a form is left or the page is closed. */
export function flushDrafts(): void {
  for (const draft of [...timers.keys()]) saveDraft(draft);
}

export function retryDrafts(): void {
  for (const draft of drafts.values()) if (draft.state === "failed") saveDraft(draft);
}

/** Something would be lost if the page were closed now. */
export function hasUnsaved(): boolean {
  return [...drafts.values()].some((draft) => isUnsaved(draft) && (draft.state !== "saving" || draft.text.length > MOST_ON_LEAVING));
}

async function put(draft: Draft): Promise<void> {
  const { text, seen, isSettled, turn } = draft;
  try {
    if (!draft.isKnown) takeKept(draft, await get<DraftView>(path(draft)));
    const body = { text, version: draft.version, writer: WRITER, seen, settled: isSettled };
    const kept = await send<DraftView>("PUT", path(draft), body, { keepalive: text.length < MOST_ON_LEAVING });
    if (draft.turn !== turn) return;
    draft.isSettled = false;
    if (draft.text === text && !timers.has(draft)) draft.state = "";
    takeKept(draft, kept);
  } catch (error) {
    if (draft.turn === turn) refuse(draft, error);
  }
}

function refuse(draft: Draft, error: unknown): void {
  const refused = error instanceof ApiError ? error : null;
  if (refused?.code === "draft_ended") return void Object.assign(draft, { state: "ended", version: Number(refused.facts["version"]) });
  draft.state = "failed";
  if (refused && (refused.isOffline || refused.status >= 429)) schedule(draft, AGAIN_MS);
}

/** One after another: what is read and saved of one draft comes to the server in the order in which it was asked for. */
function enqueue(draft: Draft, deed: () => Promise<void>): Promise<void> {
  const done = (queues.get(draft) ?? Promise.resolve()).then(deed).catch((error: unknown) => refuse(draft, error));
  queues.set(draft, done);
  return done;
}

function schedule(draft: Draft, after: number): void {
  unschedule(draft);
  timers.set(draft, window.setTimeout(() => saveDraft(draft), after));
}

function unschedule(draft: Draft): void {
  clearTimeout(timers.get(draft));
  timers.delete(draft);
}

const path = ({ kind, id }: Draft): string => `/api/drafts/${kind}/${id}`;
const isUnsaved = ({ state }: Draft): boolean => state !== "" && state !== "saved";
