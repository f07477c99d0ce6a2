/** One article on its page: what is typed is kept on the server by itself; a colleague's text is never written over unseen. */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import { bodyOf, differing, faultsOf, writtenOf, type Written } from "./fields";
import type { KbArticle, KbSaved } from "./types";

const AFTER_MS = 900;

export function useArticle() {
  const article = shallowRef<KbArticle | null>(null);
  const trouble = ref("");
  const loading = ref(false);
  const form = reactive<Written>({} as Written);
  const fields = reactive<Record<string, string>>({});
  const saving = ref<"idle" | "waiting" | "saving" | "saved" | "failed">("idle");
  const saveTrouble = ref("");
  /** The colleague's article, while its differences wait for a choice. */
  const theirs = shallowRef<KbArticle | null>(null);
  const version = ref(0);
  const canWrite = computed(() => !!article.value?.deeds.includes("change"));
  let kept: Written | null = null;
  let timer = 0;
  let underway: Promise<void> | null = null;

  async function load(id: number): Promise<void> {
    loading.value = true;
    trouble.value = "";
    try {
      show(await get<KbArticle>(`/api/knowledge/articles/${id}`));
    } catch (error) {
      trouble.value = sentence(error);
    } finally {
      loading.value = false;
    }
  }

  function show(found: KbArticle): void {
    article.value = found;
    version.value = found.version;
    kept = writtenOf(found);
    Object.assign(form, kept);
    theirs.value = null;
    saving.value = "idle";
    complain({});
  }

  /** Facts beside the text (files, history, stage) anew; what is typed stays. */
  async function refresh(): Promise<void> {
    if (!article.value) return;
    const found = await get<KbArticle>(`/api/knowledge/articles/${article.value.id}`);
    const isTyped = kept !== null && differing(form, kept).length > 0;
    if (!isTyped) return show(found);
    article.value = { ...found, version: version.value };
  }

  function complain(faults: Record<string, string>): void {
    for (const name of Object.keys(fields)) delete fields[name];
    Object.assign(fields, faults);
  }

  watch(form, () => {
    if (!kept || !article.value || theirs.value || !canWrite.value || !differing(form, kept).length) return;
    saving.value = "waiting";
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), AFTER_MS);
  });

  /** Keeps what is typed now; true when nothing is left unsaved. */
  async function save(): Promise<boolean> {
    clearTimeout(timer);
    await underway;
    if (!article.value || !kept || theirs.value) return !theirs.value;
    if (!differing(form, kept).length) return true;
    const faults = faultsOf(form);
    complain(faults);
    if (Object.keys(faults).length) {
      saving.value = "failed";
      return false;
    }
    underway = put({ ...form });
    await underway;
    underway = null;
    if (saving.value === "saved" && kept && differing(form, kept).length) return save();
    return saving.value === "saved";
  }

  async function put(sent: Written): Promise<void> {
    const shown = article.value;
    if (!shown) return;
    saving.value = "saving";
    saveTrouble.value = "";
    try {
      const saved = await send<KbSaved>("PUT", `/api/knowledge/articles/${shown.id}`, { ...bodyOf(sent), version: version.value });
      version.value = saved.version;
      kept = sent;
      article.value = { ...shown, version: saved.version, stage: saved.stage };
      saving.value = "saved";
      if (shown.stage !== saved.stage) await refresh();
    } catch (error) {
      saving.value = "failed";
      saveTrouble.value = sentence(error);
      if (error instanceof ApiError) complain(error.fields);
      if (error instanceof ApiError && error.status === 409) await meet(shown.id);
    }
  }

  async function meet(id: number): Promise<void> {
    const found = await get<KbArticle>(`/api/knowledge/articles/${id}`);
    saveTrouble.value = "";
    kept = writtenOf(found);
    version.value = found.version;
    article.value = found;
    if (differing(form, kept).length) theirs.value = found;
    else show(found);
  }

  /** The fields of the colleague's text that are taken; the rest of mine is saved over it. */
  async function merge(taken: readonly (keyof Written)[]): Promise<void> {
    const other = theirs.value;
    if (!other) return;
    const text = writtenOf(other);
    theirs.value = null;
    for (const name of taken) Object.assign(form, { [name]: text[name] });
    await save();
  }

  const leaving = (event: BeforeUnloadEvent): void => {
    if (["waiting", "saving", "failed"].includes(saving.value)) event.preventDefault();
  };
  addEventListener("beforeunload", leaving);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener("beforeunload", leaving);
  });

  return { article, trouble, loading, form, fields, saving, saveTrouble, theirs, version, canWrite, load, refresh, save, merge, complain };
}
