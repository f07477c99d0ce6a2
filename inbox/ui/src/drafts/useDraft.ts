/** The draft of one form: restored when the form is opened, kept while it is filled in, ended when it is sent. */
import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from "vue";
import type { FormKind } from "@/api/types";
import { type Draft, draftOf, dropDraft, endDraft, flushDrafts, readDraft, settleDraft, writeDraft } from "./keeping";

export interface Filled<Form extends object> {
  kind: FormKind | (() => FormKind);
  /** What the form is about. */
  id: () => number;
  open: Ref<boolean>;
  read: () => Form;
  fill: (form: Form) => void;
  /** The version of what the form was filled from, where it has versions. */
  seen?: () => number;
}

/** The draft of a form, as a dialog shows it. */
export type FormDraft = ReturnType<typeof useDraft>;

export interface Restored {
  at: string;
  seen: number;
}

export function useDraft<Form extends object>({ kind, id, open, read, fill, seen }: Filled<Form>) {
  const draft = shallowRef<Draft | null>(null);
  const restored = ref<Restored | null>(null);
  /** The version that the restored text was written over, when the subject was changed since. */
  const behind = computed(() => (restored.value && seen && restored.value.seen && restored.value.seen < seen() ? restored.value.seen : 0));
  const written = (): string => JSON.stringify(read());
  let base = "";
  let last = "";

  /** The form as it is now is the one that was not touched yet; what was begun before comes over it. */
  async function begin(): Promise<void> {
    const one = draftOf(typeof kind === "function" ? kind() : kind, id());
    draft.value = one;
    restored.value = null;
    rebase();
    await readDraft(one);
    if (draft.value !== one || last !== base || !one.text) return;
    show(one.text);
    if (last !== base) restored.value = { at: one.savedAt ?? new Date().toISOString(), seen: one.seen };
  }

  function rebase(): void {
    base = last = written();
  }

  function show(text: string): void {
    fill(over(read(), text));
    last = written();
  }

  watch(() => (draft.value && open.value ? written() : ""), (text) => {
    if (!draft.value || !text || text === last) return;
    last = text;
    writeDraft(draft.value, text === base ? "" : text, behind.value || (seen?.() ?? 0));
  });
  watch(open, (isOpen) => isOpen || leave());
  onScopeDispose(leave);

  function leave(): void {
    flushDrafts();
    draft.value = null;
  }

  function sent(): void {
    if (draft.value) endDraft(draft.value);
    draft.value = restored.value = null;
  }

  function discard(): void {
    if (draft.value) dropDraft(draft.value);
    restored.value = null;
    show(base);
  }

  /** The text of the other window comes into this form. */
  function takeOther(): void {
    const one = draft.value;
    if (!one) return;
    show(one.replaced);
    one.text = last;
    settleDraft(one);
  }

  return { draft, restored, behind, begin, rebase, sent, discard, takeOther };
}

/** What a form is about that makes something new. */
export const NEW = 0;

/** ``read`` and ``fill`` of a form whose fields stand in one reactive object. */
export function typedIn<Form extends object>(form: Form) {
  return { read: (): Form => ({ ...form }), fill: (kept: Form): void => void Object.assign(form, kept) };
}

/**
 * The same for a form over something that colleagues change too: only the fields that were touched come back. ``base`` is what
 * stands there now; ``offer``: the two before and now, when a field that was touched was changed by a colleague, too.
 */
export function touchedIn<Form extends object>(read: () => Form, base: () => Form, fill: (form: Form) => void, offer: (was: Form, now: Form) => void) {
  const isTouched = (now: Form, was: Form) => (name: string) => JSON.stringify(now[name as keyof Form]) !== JSON.stringify(was[name as keyof Form]);
  return {
    read: () => ({ now: read(), was: base() }),
    fill: ({ now, was }: { now: Form; was: Form }): void => {
      const touched = Object.keys(base()).filter((name) => name in now && isTouched(now, was)(name));
      fill({ ...base(), ...Object.fromEntries(touched.map((name) => [name, now[name as keyof Form]])) });
      if (touched.some(isTouched(was, base()))) offer({ ...base(), ...was }, base());
    },
  };
}

/** What was kept over a form; only what the form still knows, and of its kind. */
function over<Form extends object>(form: Form, text: string): Form {
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== "object" || kept === null) return form;
    const known = Object.entries(kept).filter(([name, value]) => name in form && isAlike(form[name as keyof Form], value));
    return { ...form, ...Object.fromEntries(known) };
  } catch {
    return form;
  }
}

function isAlike(known: unknown, kept: unknown): boolean {
  if (known === null || kept === null) return true;
  return typeof known === typeof kept && Array.isArray(known) === Array.isArray(kept);
}
