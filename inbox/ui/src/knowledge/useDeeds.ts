/** The deeds of an article's way, one at a time; a question is asked before what cannot be taken back. */
import { nextTick, ref, type Ref, type ShallowRef } from "vue";
import { useRouter } from "vue-router";
import { send } from "@/api/client";
import { ApiError } from "@/api/errors";
import { kb } from "@/locales/knowledge";
import { toast, toastError } from "@/shell/toasts";
import type { KbArticle, KbDeed, KbSaved } from "./types";

interface Page {
  article: ShallowRef<KbArticle | null>;
  version: Ref<number>;
  save: () => Promise<boolean>;
  load: (id: number) => Promise<void>;
  complain: (faults: Record<string, string>) => void;
}

export function useDeeds({ article, version, save, load, complain }: Page) {
  const router = useRouter();
  const busy = ref(false);
  const words = kb.article;

  async function run(deed: KbDeed, body: Record<string, unknown> = {}): Promise<boolean> {
    const shown = article.value;
    if (!shown || busy.value) return false;
    busy.value = true;
    try {
      if (!(await save())) return false;
      const saved = await send<KbSaved | undefined>("POST", `/api/knowledge/articles/${shown.id}/${deed}`, { version: version.value, ...body });
      if (words.done[deed]) toast(words.done[deed]);
      await go(shown, saved, deed);
      return true;
    } catch (error) {
      if (error instanceof ApiError && Object.keys(error.fields).length && deed === "submit") await point(error.fields);
      else toastError(error);
      if (error instanceof ApiError && (error.status === 409 || error.code === "article_elsewhere")) await load(shown.id);
      return false;
    } finally {
      busy.value = false;
    }
  }

  /** What is missing is said beside its field, and the first of them gets the cursor. */
  async function point(faults: Record<string, string>): Promise<void> {
    complain(faults);
    await nextTick();
    document.querySelector<HTMLElement>(".case-main [aria-invalid='true']")?.focus();
  }

  /** A draft that took the place of the published text is gone: its page is that of the article. */
  async function go(shown: KbArticle, saved: KbSaved | undefined, deed: KbDeed): Promise<void> {
    const next = deed === "discard" ? shown.replaces_id : saved?.id;
    if (!next) return void (await router.push({ name: "kbArticles" }));
    if (next === shown.id) return load(next);
    await router.push({ name: "kbArticle", params: { id: next } });
  }

  return { busy, run };
}
