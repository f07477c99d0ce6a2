/**
 * What is being written, by conversation. Texts live on the server as drafts (never in the browser's storage: they are
 * personal data); what has not been stored yet stays in memory, also over a new login of the same person.
 */
import { reactive } from "vue";
import { send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Conversation, DraftKind, Message } from "@/api/types";
import { copiesOf } from "@/mail/useLetter";
import { forgetWithPerson, session } from "@/session/useSession";
import { newKey } from "@/ui/text";
import { type FileToSend, uploadIds } from "./uploads";
import { takeMessage } from "./useConversation";

export interface Pending {
  key: string;
  kind: DraftKind;
  text: string;
  files: FileToSend[];
  replyTo: number | null;
  articleId: number | null;
  /** Of a letter only. */
  subject: string;
  copies: string;
  failed: string;
  wasOffline: boolean;
}

export interface Composer {
  id: number;
  kind: DraftKind;
  texts: Record<DraftKind, string>;
  files: FileToSend[];
  replyTo: number | null;
  article: { id: number; title: string } | null;
  /** Of a letter only: its subject when it is not the thread's, and who else gets it. */
  subject: string;
  copies: string;
  pending: Pending[];
  /** The note field is shown although no reply is possible now. */
  noteOpen: boolean;
  draft: "" | "saving" | "saved" | "failed";
  started: boolean;
}

const DRAFT_AFTER_MS = 800;

const composers = reactive(new Map<number, Composer>());
const timers = new Map<string, number>();
const queues = new Map<number, Promise<void>>();

forgetWithPerson(() => composers.clear());

export function composerOf(id: number): Composer {
  const known = composers.get(id);
  if (known) return known;
  const texts = { reply: "", note: "" };
  composers.set(id, { id, kind: "reply", texts, files: [], replyTo: null, article: null, subject: "", copies: "", pending: [], noteOpen: false, draft: "", started: false });
  return composers.get(id)!;
}

/** The server's drafts fill a composer once; afterwards the words on screen are the newer ones. */
export function startComposer(view: Conversation): void {
  const composer = composerOf(view.row.id);
  if (composer.started) return;
  composer.started = true;
  composer.texts.reply ||= view.drafts["reply"] ?? "";
  composer.texts.note ||= view.drafts["note"] ?? "";
  if (view.drafts["reply"] || view.drafts["note"]) composer.draft = "saved";
}

export function write(composer: Composer, kind: DraftKind, text: string): void {
  composer.texts[kind] = text;
  const name = `${composer.id}:${kind}`;
  clearTimeout(timers.get(name));
  composer.draft = "saving";
  timers.set(name, window.setTimeout(() => void saveDraft(composer, kind), DRAFT_AFTER_MS));
}

/** Save at once what still waits for its pause: the conversation is left or the page is closed. */
export function flushDrafts(): void {
  for (const [name, timer] of timers) {
    clearTimeout(timer);
    const [id, kind] = name.split(":");
    const composer = composers.get(Number(id));
    if (composer) void saveDraft(composer, kind as DraftKind);
  }
}

export function hasUnsent(): boolean {
  return [...composers.values()].some((composer) => composer.pending.length > 0 || composer.files.length > 0 || composer.draft === "failed");
}

export function submit(composer: Composer): void {
  const { kind } = composer;
  const isReply = kind === "reply";
  const pending: Pending = {
    key: newKey(),
    kind,
    text: composer.texts[kind].trim(),
    files: isReply ? composer.files : [],
    replyTo: isReply ? composer.replyTo : null,
    articleId: isReply ? (composer.article?.id ?? null) : null,
    subject: isReply ? composer.subject.trim() : "",
    copies: isReply ? composer.copies : "",
    failed: "",
    wasOffline: false,
  };
  dropTimer(composer, kind);
  // The draft on the server stays until the message is stored: a failure loses nothing even if the page is closed.
  composer.texts[kind] = "";
  composer.draft = "";
  if (isReply) Object.assign(composer, { files: [], replyTo: null, article: null, subject: "", copies: "" });
  composer.pending.push(pending);
  enqueue(composer, pending.key);
}

export function retry(composer: Composer, key: string): void {
  const pending = composer.pending.find((waiting) => waiting.key === key);
  if (!pending) return;
  pending.failed = "";
  enqueue(composer, key);
}

export function retryOffline(): void {
  for (const composer of composers.values()) {
    for (const pending of composer.pending) if (pending.failed && pending.wasOffline) retry(composer, pending.key);
    if (composer.draft === "failed") for (const kind of ["reply", "note"] as const) void saveDraft(composer, kind);
  }
}

export function discard(composer: Composer, key: string): void {
  composer.pending = composer.pending.filter((waiting) => waiting.key !== key);
}

/** Back into the field, before what is there now. */
export function takeBack(composer: Composer, key: string): void {
  const pending = composer.pending.find((waiting) => waiting.key === key);
  if (!pending) return;
  discard(composer, key);
  composer.kind = pending.kind;
  composer.files = [...pending.files, ...composer.files];
  composer.replyTo ??= pending.replyTo;
  composer.subject ||= pending.subject;
  composer.copies ||= pending.copies;
  write(composer, pending.kind, [pending.text, composer.texts[pending.kind]].filter(Boolean).join("\n"));
}

/** The message is stored: its grey copy goes. */
export function settlePending(id: number, key: string | null): void {
  const composer = key ? composers.get(id) : undefined;
  if (composer?.pending.some((waiting) => waiting.key === key)) discard(composer, key!);
}

/** One after another, so that replies reach the citizen in the order in which they were written. */
function enqueue(composer: Composer, key: string): void {
  const before = queues.get(composer.id) ?? Promise.resolve();
  queues.set(composer.id, before.then(() => deliver(composer, key)));
}

async function deliver(composer: Composer, key: string): Promise<void> {
  const pending = composer.pending.find((waiting) => waiting.key === key);
  if (!pending || pending.failed) return;
  const author = session.me?.id;
  try {
    takeMessage(composer.id, await post(composer.id, pending));
    settlePending(composer.id, key);
    if (author === session.me?.id) await saveDraft(composer, pending.kind);
  } catch (error) {
    pending.failed = sentence(error);
    pending.wasOffline = error instanceof ApiError && (error.isOffline || error.status === 401);
  }
}

function post(id: number, pending: Pending): Promise<Message> {
  const base = { text: pending.text, client_key: pending.key };
  if (pending.kind === "note") return send<Message>("POST", `/api/conversations/${id}/note`, base);
  const rest = { upload_ids: uploadIds(pending.files), reply_to_id: pending.replyTo, article_id: pending.articleId, subject: pending.subject, cc: copiesOf(pending.copies) };
  return send<Message>("POST", `/api/conversations/${id}/reply`, { ...base, ...rest });
}

async function saveDraft(composer: Composer, kind: DraftKind): Promise<void> {
  dropTimer(composer, kind);
  const text = composer.texts[kind];
  try {
    await send("PUT", `/api/conversations/${composer.id}/draft`, { kind, text }, { keepalive: text.length < 15_000 });
    if (composer.texts[kind] === text) composer.draft = text ? "saved" : "";
  } catch {
    composer.draft = "failed";
  }
}

function dropTimer(composer: Composer, kind: DraftKind): void {
  const name = `${composer.id}:${kind}`;
  clearTimeout(timers.get(name));
  timers.delete(name);
}
