/** What a page shows: loaded, loaded anew, or a sentence why not. */
import { reactive, shallowRef } from "vue";
import { sentence } from "@/api/errors";

export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>) {
  const found = shallowRef<T | null>(null);
  const state = reactive({ loading: false, trouble: "" });
  let asked: AbortController | null = null;

  async function load(): Promise<void> {
    asked?.abort();
    const mine = (asked = new AbortController());
    state.loading = true;
    state.trouble = "";
    try {
      found.value = await ask(mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) state.trouble = sentence(error);
    } finally {
      if (asked === mine) state.loading = false;
    }
  }

  return { found, state, load };
}
