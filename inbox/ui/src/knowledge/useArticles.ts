/** The list of articles under its filters, page by page. */
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import type { Models } from "@/api/types";
import type { KbCounts, KbPage, KbRow } from "./types";

const AFTER_MS = 250;

export interface Filter {
  state: Models["ListState"];
  freshness: Models["ListFreshness"];
  item: string;
  department: string;
  restricted: boolean;
  remarked: boolean;
  words: string;
}

/** Kept while the person goes to an article and back. */
const filter = reactive<Filter>({ state: "all", freshness: "any", item: "", department: "", restricted: false, remarked: false, words: "" });

export function useArticles() {
  const rows = shallowRef<KbRow[]>([]);
  const counts = shallowRef<KbCounts | null>(null);
  const next = ref<number | null>(null);
  const state = reactive({ loading: false, trouble: "", loaded: false });
  const query = computed(() => ({ ...filter, words: filter.words.trim(), restricted: filter.restricted || undefined, remarked: filter.remarked || undefined }));
  let timer = 0;
  let asked: AbortController | null = null;

  async function load(before: number | null = null): Promise<void> {
    clearTimeout(timer);
    asked?.abort();
    const mine = (asked = new AbortController());
    state.loading = true;
    state.trouble = "";
    try {
      const [page, all] = await Promise.all([
        get<KbPage>("/api/knowledge/articles", { ...query.value, before }, mine.signal),
        before ? Promise.resolve(counts.value) : get<KbCounts>("/api/knowledge/counts", {}, mine.signal),
      ]);
      rows.value = before ? [...rows.value, ...page.rows] : page.rows;
      next.value = page.next;
      counts.value = all;
      state.loaded = true;
    } catch (error) {
      if (!mine.signal.aborted) state.trouble = sentence(error);
    } finally {
      if (asked === mine) state.loading = false;
    }
  }

  watch(filter, () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), AFTER_MS);
  });
  return { filter, query, rows, counts, next, state, load };
}
