/** A form that a colleague saved meanwhile: each difference is decided by a choice, nothing typed is lost and nothing is written over unseen. */
import { ref, shallowRef } from "vue";
import { ApiError } from "@/api/errors";
import { differences, type Difference, type Fields } from "./merging";

export interface About<Subject, Form extends object> {
  fields: Fields<Form>;
  formOf: (subject: Subject) => Form;
  /** What is typed now; what is chosen is written into it. */
  form: () => Form;
  /** The subject as it stands now. */
  fresh: () => Promise<Subject>;
  /** The next save goes over this one. */
  known: (subject: Subject) => void;
  save: () => unknown;
}

export function useConflict<Subject extends { version: number }, Form extends object>(about: About<Subject, Form>) {
  const open = ref(false);
  const found = shallowRef<Difference<Form>[]>([]);
  let base = {} as Form;
  let seen = -1;
  let theirs: Subject | null = null;
  /** What a colleague saved before a draft came back over it: nothing was sent yet, and nothing is sent by the choice. */
  const offered = shallowRef<Form | null>(null);

  /** The form is filled from this subject. */
  const begin = (subject: Subject): void => rebase(about.formOf(subject), subject.version);

  /** The form was saved so, as this version. */
  function rebase(form: Form, version: number): void {
    base = form;
    seen = version;
    theirs = offered.value = null;
    open.value = false;
  }

  /** Whether a colleague's version still waits for a choice, also behind a closed window. */
  const isUndecided = (): boolean => theirs !== null;

  /** After a refusal: asks what to keep. Without a difference to decide about, the form is saved over the new version at once. */
  async function meet(refused: unknown): Promise<void> {
    if (!(refused instanceof ApiError) || refused.status !== 409) return;
    const now = await about.fresh().catch(() => null);
    if (now && now.version !== seen) await show(now);
  }

  async function show(now: Subject): Promise<void> {
    theirs = now;
    offered.value = null;
    found.value = differences(base, about.form(), about.formOf(now), about.fields);
    if (found.value.length) open.value = true;
    else await settle([]);
  }

  /** A draft that was begun over ``was`` came back over ``now``: what both changed is asked about, before anything is sent; of two drafts at once. */
  function offer(was: Form, now: Form): void {
    const both = differences(was, about.form(), now, about.fields).filter((one) => one.isOfBoth);
    if (!both.length) return;
    found.value = [...(offered.value ? found.value : []), ...both];
    offered.value = now;
    open.value = true;
  }

  /** ``taken``: the fields of which the colleague's words are kept. */
  async function settle(taken: readonly (keyof Form)[]): Promise<void> {
    const written = offered.value ?? (theirs && about.formOf(theirs));
    if (!written) return;
    const form = about.form();
    for (const name of taken) form[name] = written[name];
    open.value = false;
    if (offered.value || !theirs) return void (offered.value = null);
    const now = theirs;
    begin(now);
    about.known(now);
    await about.save();
  }

  return { open, found, offered, begin, rebase, isUndecided, meet, show, offer, settle };
}

/** What a conflict's window shows and does. */
export type Met<Form extends object> = Pick<ReturnType<typeof useConflict<{ version: number }, Form>>, "open" | "found" | "offered" | "settle">;
