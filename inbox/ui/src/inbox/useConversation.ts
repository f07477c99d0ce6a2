/** The open conversation: loaded once, then kept true by live events. */
import { computed, reactive } from "vue";
import { get, send } from "@/api/client";
import { sentence } from "@/api/errors";
import type { Action, Appeal, Card, Conversation, LiveEvent, Message, MessagePage, Outcome, Row } from "@/api/types";
import { forgetWithPerson, session } from "@/session/useSession";
import { composerOf, settlePending, startComposer } from "./useComposer";
import { mergeView, upsertMessage } from "./messages";
import { takeRow } from "./useLists";

const TYPING_MS = 7000;
const REFRESH_MS = 400;

export const talk = reactive({
  id: null as number | null,
  view: null as Conversation | null,
  failed: "",
  loadingEarlier: false,
  citizenTyping: false,
});

export const isMine = computed(() => talk.view?.row.mode === "operator" && talk.view.row.operator?.id === session.me?.id);
export const may = (action: Action): boolean => talk.view?.actions.includes(action) ?? false;

let asked = 0;
/** What came by events while a view was on its way: the view may be older than they are. */
const nothing = () => ({ messages: [] as Message[], row: null as Row | null, viewers: null as Conversation["viewers"] | null });
let meanwhile = nothing();
let refreshTimer = 0;
let typingTimer = 0;

forgetWithPerson(leave);

export async function openTalk(id: number): Promise<void> {
  if (talk.id !== id) Object.assign(talk, { id, view: null, failed: "", citizenTyping: false });
  await refreshTalk();
}

export function leave(): void {
  asked++;
  Object.assign(talk, { id: null, view: null, failed: "", citizenTyping: false });
}

/** The answer also marks the conversation read when its operator asks. */
export async function refreshTalk(): Promise<void> {
  const id = talk.id;
  if (id === null) return;
  const mark = ++asked;
  meanwhile = nothing();
  try {
    const view = await get<Conversation>(`/api/conversations/${id}`);
    if (mark === asked) show(view);
  } catch (error) {
    if (mark === asked && !talk.view) talk.failed = sentence(error);
  }
}

export async function loadEarlier(): Promise<void> {
  const view = talk.view;
  if (!view?.earlier || talk.loadingEarlier) return;
  talk.loadingEarlier = true;
  try {
    const page = await get<MessagePage>(`/api/conversations/${view.row.id}/messages`, { before: view.earlier });
    if (talk.view?.row.id !== view.row.id) return;
    talk.view = { ...talk.view, messages: page.messages.concat(talk.view.messages), earlier: page.earlier };
  } finally {
    talk.loadingEarlier = false;
  }
}

/** A conversation of a colleague is taken from exactly that colleague, so that two seniors cannot take it from each other. */
export function take(): Promise<void> {
  const row = talk.view?.row;
  return deed("take", row?.mode === "operator" && row.operator ? { from_operator_id: row.operator.id } : undefined);
}

export const handBack = () => deed("hand-back");
export const close = (outcome: Outcome) => deed("close", { outcome });

export function takeCard(id: number, card: Card): void {
  if (talk.view?.row.id === id) talk.view = { ...talk.view, applicant: card };
  softRefresh();
}

export function takeAppeal(id: number, appeal: Appeal): void {
  if (talk.view?.row.id !== id || talk.view.appeals.some((known) => known.id === appeal.id)) return;
  talk.view = { ...talk.view, appeals: [appeal, ...talk.view.appeals] };
}

export function takeMessage(id: number, message: Message): void {
  settlePending(id, message.client_key ?? null);
  if (talk.id === id) meanwhile.messages.push(message);
  if (talk.view?.row.id !== id) return;
  talk.view = { ...talk.view, messages: upsertMessage(talk.view.messages, message) };
}

export function hearTalk(event: LiveEvent): void {
  if (event.kind === "conversation" || event.kind === "handed_off") return hearRow(event.row);
  if (event.kind === "message") return hearMessage(event.conversation_id, event.message);
  if (!("conversation_id" in event) || event.conversation_id !== talk.id) return;
  if (event.kind === "presence") hearViewers(event.viewers);
  if (event.kind === "typing") setTyping(true);
}

function hearRow(row: Conversation["row"]): void {
  const view = talk.view;
  if (talk.id === row.id) meanwhile.row = row;
  if (!view || view.row.id !== row.id) return;
  const isOther = view.row.mode !== row.mode || view.row.operator?.id !== row.operator?.id || view.row.applicant_name !== row.applicant_name;
  talk.view = { ...view, row };
  if (isOther || (row.unread > 0 && isMine.value && !document.hidden)) softRefresh();
}

function hearViewers(viewers: Conversation["viewers"]): void {
  meanwhile.viewers = viewers;
  if (talk.view) talk.view = { ...talk.view, viewers };
}

function hearMessage(id: number, message: Message): void {
  takeMessage(id, message);
  if (id !== talk.id) return;
  if (message.author === "citizen") setTyping(false);
  // The bot may have registered an appeal or learnt a name meanwhile.
  if (message.author === "bot" || message.author === "system") softRefresh();
}

async function deed(name: string, body?: unknown): Promise<void> {
  const id = talk.id;
  if (id === null) return;
  meanwhile = nothing();
  const view = await send<Conversation>("POST", `/api/conversations/${id}/${name}`, body);
  takeRow(view.row);
  if (talk.id !== id) return;
  asked++;
  meanwhile.row = null;
  show(view);
}

function show(view: Conversation): void {
  talk.failed = "";
  const merged = mergeView(talk.view, view);
  talk.view = {
    ...merged,
    row: meanwhile.row ?? merged.row,
    viewers: meanwhile.viewers ?? merged.viewers,
    messages: meanwhile.messages.reduce(upsertMessage, merged.messages),
  };
  startComposer(view);
  for (const message of view.messages) if (message.client_key) settlePending(view.row.id, message.client_key);
  if (!view.actions.includes("reply") && view.actions.includes("note")) composerOf(view.row.id).kind = "note";
}

function softRefresh(): void {
  clearTimeout(refreshTimer);
  refreshTimer = window.setTimeout(() => void refreshTalk(), REFRESH_MS);
}

function setTyping(isTyping: boolean): void {
  clearTimeout(typingTimer);
  talk.citizenTyping = isTyping;
  if (isTyping) typingTimer = window.setTimeout(() => (talk.citizenTyping = false), TYPING_MS);
}
