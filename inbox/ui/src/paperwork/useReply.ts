/** A reply that is being written: the reply as it is saved, what is typed over it and not saved yet, and the deeds. */
import { computed, reactive, ref, type Ref, shallowRef, watch } from "vue";
import { get, send } from "@/api/client";
import { sentence } from "@/api/errors";
import type { CasePaperwork, Models, PaperReply } from "@/api/types";
import { useDeedOn } from "@/appeals/useDeed";
import { useConflict } from "@/conflicts/useConflict";
import { useBehind } from "@/drafts/useBehind";
import { useDraft } from "@/drafts/useDraft";
import { newKey } from "@/ui/text";
import { namesOf, replyMeeting, type Written, writtenOf } from "./replyMeeting";

type Way = Models["ReplyWay"];

/** ``again``: the deed that met a colleague's reply, once more. */
export function useReply(open: Ref<boolean>, appealId: () => number, papers: () => CasePaperwork, again: () => unknown) {
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
  let written = typed();
  const merging = useConflict<PaperReply, Written>({ fields: namesOf(papers), formOf: writtenOf, form: () => written, fresh: () => Promise.reject(new Error("it was met already")), known, save: again });
  /** A window closed without a choice: the next try meets the colleague's reply again. */
  watch(merging.open, (isOpen) => isOpen || !conflict.value || begin(draft.value));
  /** What was changed in the reply while what is typed over it lay. */
  const { met, compare } = useBehind<PaperReply>((_, seen) => replyMeeting(appealId(), seen));
  const unsent = useDraft({
    kind: "letter",
    id: () => draft.value?.id ?? 0,
    open,
    read: () => ({ ...text, taken: [...taken], enclosed: [...enclosed] }),
    fill: ({ taken: notes, enclosed: files, ...words }) => {
      Object.assign(text, words);
      fill(taken, notes);
      fill(enclosed, files);
    },
    seen: () => draft.value?.version ?? 0,
  });

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
      await unsent.begin();
      await compare(there, unsent.behind.value);
      return false;
    }
    const memos = papers().memos.filter((one) => !one.is_draft).map((one) => one.id);
    const made = await run<PaperReply>("POST", `/api/appeals/${appealId()}/replies`, { kind, memo_ids: memos, client_key: key });
    if (made) take(made);
    if (made) await unsent.begin();
    return made !== null;
  }

  function typed(): Written {
    return { ...text, enclosed: [...enclosed].sort((one, other) => one - other) };
  }

  /** What was chosen goes over the colleague's reply. */
  function known(now: PaperReply): void {
    const { enclosed: files, ...words } = written;
    draft.value = now;
    begin(now);
    Object.assign(text, words);
    fill(enclosed, files);
  }

  /** Fills the form; after a failure with the way to try now. */
  function take(reply: PaperReply, way: Way = reply.next_way ?? reply): void {
    draft.value = reply;
    begin(reply);
    merging.begin(reply);
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
    const saved = await run<PaperReply>("PUT", `/api/replies/${reply.id}`, edit, appealId());
    if (saved || !conflict.value) return keep(saved);
    written = typed();
    await merging.show(conflict.value.now);
    return false;
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
    return ended(await run<PaperReply>("POST", `/api/replies/${draft.value?.id}/send`, { version: 0 }, appealId()));
  }

  async function drop(): Promise<boolean> {
    return ended(await run("POST", `/api/replies/${draft.value?.id}/drop`, { version: 0 }, appealId()));
  }

  function ended(answer: unknown): boolean {
    if (answer !== null) unsent.sent();
    return answer !== null;
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
    unsent.sent();
    take({ ...saved, next_way: draft.value?.next_way ?? null }, saved);
    fill(taken, ticked);
    void unsent.begin();
    return true;
  }

  return { ...deed, busy, merging, unsent, met, draft, text, taken, enclosed, pages, before, isTyped, start, take, reform, save, compose, bringBack, leave, drop, look };
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
