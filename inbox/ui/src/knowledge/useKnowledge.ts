/** Articles beside the conversation: three by the citizen's last words, or what a search finds. */
import { computed, ref, watch } from "vue";
import { line } from "@/api/live";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import type { Article } from "@/api/types";
import { talk } from "@/inbox/useConversation";

const AFTER_MS = 300;

export function useKnowledge() {
  const query = ref("");
  const articles = ref<Article[]>([]);
  const trouble = ref("");
  const loading = ref(false);
  const isSearch = computed(() => query.value.trim().length > 1);
  const lastQuestion = computed(() => talk.view?.messages.findLast((message) => message.author === "citizen" && message.text)?.id ?? 0);
  let timer = 0;
  let asking = new AbortController();

  async function load(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    if (!isSearch.value && talk.id === null) return void (articles.value = []);
    loading.value = true;
    trouble.value = "";
    try {
      articles.value = isSearch.value
        ? await get<Article[]>("/api/knowledge/search", { query: query.value.trim(), limit: 8 }, asking.signal)
        : await get<Article[]>("/api/knowledge/suggest", { conversation_id: talk.id }, asking.signal);
    } catch (error) {
      if (error instanceof DOMException) return;
      trouble.value = sentence(error);
    } finally {
      loading.value = false;
    }
  }

  function soon(): void {
    clearTimeout(timer);
    timer = window.setTimeout(load, AFTER_MS);
  }

  watch(() => talk.id, () => {
    query.value = "";
    articles.value = [];
    soon();
  }, { immediate: true });
  watch(lastQuestion, () => !isSearch.value && soon());
  watch(query, soon);
  watch(line, (state) => state === "online" && trouble.value && soon());
  return { query, articles, trouble, loading, isSearch };
}
