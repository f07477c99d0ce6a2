/** A reply that is being written: its draft on the server, what is typed over it, and the deeds. */
import { computed, reactive, ref, shallowRef } from "vue";
import { get, send } from "@/api/client";
import { sentence } from "@/api/errors";
import type { CasePaperwork, Models, PaperReply } from "@/api/types";
import { useDeedOn } from "@/appeals/useDeed";
import { newKey } from "@/ui/text";
import { replyMeeting } from "./replyMeeting";

type Way = Models["ReplyWay"];

export function useReply(appealId: () => number, papers: () => CasePaperwork) {
  const draft = shallowRef<PaperReply | null>(null);
  const text = reactive({ form: "email" as PaperReply["form"] | null, address: "", subject: "", body: "", reasons: "", expected: "" });
  const taken = reactive(new Set<number>());
  const enclosed = reactive(new Set<number>());
  const pages = ref<string[]>([]);
  const before = ref("");
  const deed = useDeedOn(replyMeeting);
  const { busy, trouble, conflict, begin, run } = deed;
  const isTyped = computed(() => draft.value !== null && text.body !== draft.value.body);
  let key = "";

  /** The draft that lies there is gone on with; else the server composes one from every note of the card. */
  async function start(kind: Models["ReplyKind"], target: number | null): Promise<boolean> {
    begin();
    draft.value = null;
    pages.value = [];
    before.value = "";
    key = newKey();
    const isOpen = (one: PaperReply) => one.kind === kind && (one.state === "draft" || one.state === "failed");
    const there = papers().replies.find((one) => (target === null ? isOpen(one) : one.id === target));
    if (there) {
      take(there);
      return false;
    }
    const memos = papers().memos.filter((one) => !one.is_draft).map((one) => one.id);
    const made = await run<PaperReply>("POST", `/api/appeals/${appealId()}/replies`, { kind, memo_ids: memos, client_key: key });
    if (made) take(made);
    return made !== null;
  }

  /** Fills the form; after a failure with the way to try now. */
  function take(reply: PaperReply, way: Way = reply.next_way ?? reply): void {
    draft.value = reply;
    begin(reply);
    Object.assign(text, { form: way.form, address: way.address, subject: reply.subject, body: reply.body, reasons: reply.reasons, expected: reply.expected_on ?? "" });
    fill(taken, reply.memo_ids);
    fill(enclosed, reply.enclosed_ids);
  }

  /** Another form brings the address that is known for it. */
  function reform(form: PaperReply["form"] | null): void {
    text.address = papers().ways.find((one) => one.form === form)?.address ?? "";
  }

  async function save(): Promise<boolean> {
    const reply = draft.value;
    if (!reply) return false;
    const { form, address, subject, body, reasons, expected } = text;
    const edit = { subject, body, form, address, reasons, expected_on: expected || null, enclosed_ids: form === "phone" ? [] : [...enclosed], version: 0 };
    return keep(await run<PaperReply>("PUT", `/api/replies/${reply.id}`, edit, appealId()));
  }

  /** The text anew from the notes that are ticked; what was typed can be brought back. */
  async function compose(): Promise<boolean> {
    const reply = draft.value;
    if (!reply) return false;
    const typed = text.body;
    const made = await run<PaperReply>("POST", `/api/replies/${reply.id}/compose`, { memo_ids: [...taken], version: 0 }, appealId());
    if (!keep(made)) return false;
    before.value = typed === text.body ? "" : typed;
    return true;
  }

  function bringBack(): void {
    text.body = before.value;
    before.value = "";
  }

  async function leave(): Promise<boolean> {
    if (!(await save())) return false;
    return (await run<PaperReply>("POST", `/api/replies/${draft.value?.id}/send`, { version: 0 }, appealId())) !== null;
  }

  async function drop(): Promise<boolean> {
    return (await run("POST", `/api/replies/${draft.value?.id}/drop`, { version: 0 }, appealId())) !== null;
  }

  /** The page of what is on the screen now, not of what was saved before. */
  async function look(): Promise<boolean> {
    if (!(await save())) return false;
    try {
      pages.value = (await get<Models["ReplyPages"]>(`/api/replies/${draft.value?.id}/pages`)).pages;
    } catch (error) {
      trouble.value = sentence(error);
    }
    return true;
  }

  /** What was saved becomes the draft; the notes that are ticked for the next text stay ticked. */
  function keep(saved: PaperReply | null): boolean {
    if (!saved) {
      if (conflict.value) draft.value = conflict.value.now;
      return false;
    }
    const ticked = [...taken];
    take({ ...saved, next_way: draft.value?.next_way ?? null }, saved);
    fill(taken, ticked);
    return true;
  }

  return { ...deed, busy, draft, text, taken, enclosed, pages, before, isTyped, start, take, reform, save, compose, bringBack, leave, drop, look };
}

/** Sends a reply that did not arrive in the next form, with one press. */
export async function sendOtherwise(reply: PaperReply, way: Way): Promise<void> {
  const { subject, body, reasons, expected_on, version } = reply;
  const enclosed_ids = way.form === "phone" ? [] : reply.enclosed_ids;
  const saved = await send<PaperReply>("PUT", `/api/replies/${reply.id}`, { subject, body, reasons, expected_on, ...way, enclosed_ids, version });
  await send("POST", `/api/replies/${reply.id}/send`, { version: saved.version });
}

function fill(kept: Set<number>, ids: Iterable<number>): void {
  kept.clear();
  for (const id of ids) kept.add(id);
}
