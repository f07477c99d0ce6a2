/** A score sheet that is being filled in: saved by itself a moment after the last change, one saving at a time. */
import { computed, onUnmounted, reactive, ref } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Models } from "@/api/types";
import { useConflict } from "@/conflicts/useConflict";
import { useUnsaved } from "@/ui/useUnsaved";
import { fieldsOf, marksIn, type Sheet, sheetOf, SUMMARY } from "./sheetFields";

type Review = Models["ReviewView"];
type Saved = Models["ReviewSaved"];

const SOON_MS = 1200;

export function useSheet(review: Review) {
  const form = reactive<Sheet>(sheetOf(review));
  const fields = reactive<Record<string, string>>({});
  const trouble = ref("");
  const isStale = ref(false);
  const changes = ref(0);
  const kept = ref(0);
  const isSaving = ref(false);
  const isBusy = ref(false);
  const done = computed(() => Object.keys(marksIn(form, review.lines)).length);
  let version = review.version;
  let soon = 0;
  let going: Promise<boolean> = Promise.resolve(true);
  let refusal: unknown = null;

  /** Only its reviewer writes it: what was saved meanwhile was saved in another window. */
  const conflict = useConflict<Review, Sheet>({
    fields: fieldsOf(review.lines),
    formOf: sheetOf,
    form: () => form,
    fresh,
    known: (now) => (version = now.version),
    save: () => {
      changes.value += 1;
      return save();
    },
  });
  conflict.begin(review);

  async function fresh(): Promise<Review> {
    const { own } = await get<Models["QualityItemOpened"]>(`/api/quality/items/${review.item_id}`);
    if (own?.id !== review.id || own.state !== "draft") throw new Error("the sheet is filled in no more");
    return own;
  }

  const body = () => ({ marks: marksIn(form, review.lines), summary: form[SUMMARY] ?? "", version });

  function write(field: string, words: string): void {
    form[field] = words;
    delete fields[field];
    changes.value += 1;
    window.clearTimeout(soon);
    if (!conflict.isUndecided()) soon = window.setTimeout(() => void save(), SOON_MS);
  }

  function refused(error: unknown): false {
    refusal = error;
    trouble.value = sentence(error);
    for (const name of Object.keys(fields)) delete fields[name];
    if (error instanceof ApiError) {
      Object.assign(fields, error.fields);
      isStale.value = error.code === "reviewed_already";
    }
    return false;
  }

  async function put(): Promise<boolean> {
    refusal = null;
    if (kept.value === changes.value || isStale.value) return !isStale.value;
    const upTo = changes.value;
    const sent = { ...form };
    isSaving.value = true;
    try {
      version = (await send<Saved>("PUT", `/api/quality/reviews/${review.id}`, body())).version;
      conflict.rebase(sent, version);
      kept.value = upTo;
      trouble.value = "";
      return true;
    } catch (error) {
      return refused(error);
    } finally {
      isSaving.value = false;
    }
  }

  /** Whether everything is kept. */
  async function save(): Promise<boolean> {
    window.clearTimeout(soon);
    going = going.then(put);
    const isKept = await going;
    if (!isKept) await conflict.meet(refusal);
    return isKept;
  }

  /** The finished review, or null when it was refused. */
  async function submit(): Promise<Saved | null> {
    if (isBusy.value) return null;
    isBusy.value = true;
    window.clearTimeout(soon);
    try {
      await going;
      const saved = await send<Saved>("POST", `/api/quality/reviews/${review.id}/submit`, body());
      kept.value = changes.value;
      return saved;
    } catch (error) {
      refused(error);
      await conflict.meet(error);
      return null;
    } finally {
      isBusy.value = false;
    }
  }

  useUnsaved(() => kept.value !== changes.value);
  onUnmounted(() => {
    if (kept.value !== changes.value) void save();
    window.clearTimeout(soon);
  });

  return { form, fields, trouble, conflict, isStale, isSaving, isBusy, done, write, save, submit, isKept: computed(() => kept.value === changes.value) };
}
