/** One article on its page: what is typed is kept on the server by itself; a colleague's text is never written over unseen. */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import { useConflict } from "@/conflicts/useConflict";
import { bodyOf, differing, faultsOf, namesOf, writtenOf, type Written } from "./fields";
import type { KbArticle, KbCounts, KbSaved } from "./types";

const AFTER_MS = 900;

export function useArticle(counts: () => KbCounts | null) {
  const article = shallowRef<KbArticle | null>(null);
  const trouble = ref("");
  const loading = ref(false);
  const form = reactive<Written>({} as Written);
  const fields = reactive<Record<string, string>>({});
  const saving = ref<"idle" | "waiting" | "saving" | "saved" | "failed">("idle");
  const saveTrouble = ref("");
  const version = ref(0);
  const canWrite = computed(() => !!article.value?.deeds.includes("change"));
  let kept: Written | null = null;
  let timer = 0;
  let underway: Promise<unknown> | null = null;
  const conflict = useConflict<KbArticle, Written>({ fields: namesOf(counts), formOf: writtenOf, form: () => form, fresh, known: keep, save });

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
    keep(found);
    Object.assign(form, kept);
    conflict.begin(found);
    saving.value = "idle";
    complain({});
  }

  /** The next save goes over this article. */
  function keep(found: KbArticle): void {
    article.value = found;
    version.value = found.version;
    kept = writtenOf(found);
    saving.value = "saved";
    saveTrouble.value = "";
  }

  function fresh(): Promise<KbArticle> {
    return get<KbArticle>(`/api/knowledge/articles/${article.value?.id}`);
  }

  /** Facts beside the text (files, history, stage) anew; what is typed stays. */
  async function refresh(): Promise<void> {
    if (!article.value) return;
    const found = await fresh();
    const isTyped = kept !== null && differing(form, kept).length > 0;
    if (!isTyped) return show(found);
    article.value = { ...found, version: version.value };
  }

  function complain(faults: Record<string, string>): void {
    for (const name of Object.keys(fields)) delete fields[name];
    Object.assign(fields, faults);
  }

  watch(form, () => {
    if (!kept || !article.value || conflict.isUndecided() || !canWrite.value || !differing(form, kept).length) return;
    saving.value = "waiting";
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), AFTER_MS);
  });

  /** Keeps what is typed now; true when nothing is left unsaved. */
  async function save(): Promise<boolean> {
    clearTimeout(timer);
    await underway;
    if (!article.value || !kept) return true;
    if (!differing(form, kept).length) return true;
    const faults = faultsOf(form);
    complain(faults);
    if (Object.keys(faults).length) {
      saving.value = "failed";
      return false;
    }
    const sending = put({ ...form });
    underway = sending;
    const refused = await sending;
    underway = null;
    await conflict.meet(refused);
    if (saving.value === "saved" && kept && differing(form, kept).length) return save();
    return saving.value === "saved";
  }

  /** Gives the refusal, if there is one. */
  async function put(sent: Written): Promise<unknown> {
    const shown = article.value;
    if (!shown) return null;
    saving.value = "saving";
    saveTrouble.value = "";
    try {
      const saved = await send<KbSaved>("PUT", `/api/knowledge/articles/${shown.id}`, { ...bodyOf(sent), version: version.value });
      version.value = saved.version;
      kept = sent;
      conflict.rebase(sent, saved.version);
      article.value = { ...shown, version: saved.version, stage: saved.stage };
      saving.value = "saved";
      if (shown.stage !== saved.stage) await refresh();
      return null;
    } catch (error) {
      saving.value = "failed";
      saveTrouble.value = sentence(error);
      if (error instanceof ApiError) complain(error.fields);
      return error;
    }
  }

  const leaving = (event: BeforeUnloadEvent): void => {
    if (["waiting", "saving", "failed"].includes(saving.value)) event.preventDefault();
  };
  addEventListener("beforeunload", leaving);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener("beforeunload", leaving);
  });

  return { article, trouble, loading, form, fields, saving, saveTrouble, conflict, version, canWrite, load, refresh, save, complain };
}
