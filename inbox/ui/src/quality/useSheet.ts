/** A score sheet that is being filled in: saved by itself a moment after the last change, one saving at a time. */
import { computed, onUnmounted, reactive, ref } from "vue";
import { send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Models } from "@/api/types";
import { useUnsaved } from "@/ui/useUnsaved";

type Review = Models["ReviewView"];
type Saved = Models["ReviewSaved"];
type Mark = Models["Mark"];

const SOON_MS = 1200;

export function useSheet(review: Review) {
  const marks = reactive<Record<string, Mark>>({ ...review.marks });
  const summary = ref(review.summary);
  const version = ref(review.version);
  const fields = reactive<Record<string, string>>({});
  const trouble = ref("");
  const isStale = ref(false);
  const changes = ref(0);
  const kept = ref(0);
  const isSaving = ref(false);
  const isBusy = ref(false);
  const done = computed(() => review.lines.filter((line) => marks[line.key]).length);
  let soon = 0;
  let going: Promise<boolean> = Promise.resolve(true);

  const body = () => ({ marks: { ...marks }, summary: summary.value, version: version.value });

  function changed(): void {
    changes.value += 1;
    window.clearTimeout(soon);
    soon = window.setTimeout(() => void save(), SOON_MS);
  }

  function mark(key: string, value: Mark): void {
    marks[key] = value;
    delete fields[`marks.${key}`];
    changed();
  }

  function refused(error: unknown): false {
    trouble.value = sentence(error);
    for (const name of Object.keys(fields)) delete fields[name];
    if (error instanceof ApiError) {
      Object.assign(fields, error.fields);
      isStale.value = error.status === 409;
    }
    return false;
  }

  async function write(): Promise<boolean> {
    if (kept.value === changes.value || isStale.value) return !isStale.value;
    const upTo = changes.value;
    isSaving.value = true;
    try {
      version.value = (await send<Saved>("PUT", `/api/quality/reviews/${review.id}`, body())).version;
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
  function save(): Promise<boolean> {
    window.clearTimeout(soon);
    going = going.then(write);
    return going;
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

  return { marks, summary, fields, trouble, isStale, isSaving, isBusy, done, changed, mark, save, submit, isKept: computed(() => kept.value === changes.value) };
}
