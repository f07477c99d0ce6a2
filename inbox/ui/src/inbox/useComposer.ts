/**
 * What is being written, by conversation. Texts live on the server as drafts (never in the browser's storage: they are
 * personal data); what has not been stored yet stays in memory, also over a new login of the same person.
 */
import { reactive } from "vue";
import { send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Conversation, DraftKind, DraftView, Message } from "@/api/types";
import { draftOf, dropDraft, endDraft, holdDraft, settleDraft, takeKept, writeDraft } from "@/drafts/keeping";
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
  /** When what was restored here had been saved, by kind. */
  restored: Partial<Record<DraftKind, string>>;
  started: boolean;
}

const NO_DRAFT: DraftView = { text: "", replaced: "", version: 0, seen: 0, saved_at: null };
const composers = reactive(new Map<number, Composer>());
const queues = new Map<number, Promise<void>>();

forgetWithPerson(() => composers.clear());

export function composerOf(id: number): Composer {
  const known = composers.get(id);
  if (known) return known;
  const texts = { reply: "", note: "" };
  composers.set(id, { id, kind: "reply", texts, files: [], replyTo: null, article: null, subject: "", copies: "", pending: [], noteOpen: false, restored: {}, started: false });
  return composers.get(id)!;
}

/** The server's drafts fill a composer once; afterwards the words on screen are the newer ones. */
export function startComposer(view: Conversation): void {
  const composer = composerOf(view.row.id);
  if (composer.started) return;
  composer.started = true;
  for (const kind of ["reply", "note"] as const) {
    const draft = draftOf(kind, composer.id);
    takeKept(draft, view.drafts[kind] ?? NO_DRAFT);
    if (composer.texts[kind] || !draft.text) continue;
    composer.texts[kind] = draft.text;
    if (draft.savedAt) composer.restored[kind] = draft.savedAt;
  }
}

export function write(composer: Composer, kind: DraftKind, text: string): void {
  composer.texts[kind] = text;
  writeDraft(draftOf(kind, composer.id), text);
}

/** The field as it was before anything was begun. */
export function discardText(composer: Composer): void {
  composer.texts[composer.kind] = "";
  delete composer.restored[composer.kind];
  dropDraft(draftOf(composer.kind, composer.id));
}

/** What another window had written comes into this field. */
export function takeOtherText(composer: Composer): void {
  const draft = draftOf(composer.kind, composer.id);
  draft.text = composer.texts[composer.kind] = draft.replaced;
  settleDraft(draft);
}

export function hasUnsent(): boolean {
  return [...composers.values()].some((composer) => composer.pending.length > 0 || composer.files.length > 0);
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
  // The draft on the server stays until the message is stored: a failure loses nothing even if the page is closed.
  composer.texts[kind] = "";
  delete composer.restored[kind];
  holdDraft(draftOf(kind, composer.id));
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
    if (author === session.me?.id) goOn(composer, pending.kind);
  } catch (error) {
    pending.failed = sentence(error);
    pending.wasOffline = error instanceof ApiError && (error.isOffline || error.status === 401);
  }
}

/** The server ended the draft with the message; what was typed since is a new one. */
function goOn(composer: Composer, kind: DraftKind): void {
  const draft = draftOf(kind, composer.id);
  endDraft(draft);
  if (composer.texts[kind]) writeDraft(draft, composer.texts[kind]);
}

function post(id: number, pending: Pending): Promise<Message> {
  const base = { text: pending.text, client_key: pending.key };
  if (pending.kind === "note") return send<Message>("POST", `/api/conversations/${id}/note`, base);
  const rest = { upload_ids: uploadIds(pending.files), reply_to_id: pending.replyTo, article_id: pending.articleId, subject: pending.subject, cc: copiesOf(pending.copies) };
  return send<Message>("POST", `/api/conversations/${id}/reply`, { ...base, ...rest });
}
