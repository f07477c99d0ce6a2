/** A list that is loaded by pages and kept fresh: shown rows stay while newer ones are asked for. */
import { onMounted, onUnmounted, ref, shallowRef } from "vue";
import { sentence } from "@/api/errors";
import { onLive } from "@/api/live";
import { toastError } from "@/shell/toasts";

interface Page<Row> {
  rows: Row[];
  next: number | null;
}

const SOON_MS = 400;

export function useLines<Row>(ask: (before: number | null, signal: AbortSignal) => Promise<Page<Row>>) {
  const page = shallowRef<Page<Row> | null>(null);
  const trouble = ref("");
  const loading = ref(false);
  let asked: AbortController | null = null;
  let soon = 0;
  let isLonger = false;

  async function load(): Promise<void> {
    asked?.abort();
    const mine = (asked = new AbortController());
    loading.value = true;
    try {
      page.value = await ask(null, mine.signal);
      isLonger = false;
      trouble.value = "";
    } catch (error) {
      if (!mine.signal.aborted) trouble.value = sentence(error);
    } finally {
      if (asked === mine) loading.value = false;
    }
  }

  async function more(): Promise<void> {
    const shown = page.value;
    if (!shown?.next || loading.value) return;
    const mine = (asked = new AbortController());
    loading.value = true;
    try {
      const older = await ask(shown.next, mine.signal);
      page.value = { rows: [...shown.rows, ...older.rows], next: older.next };
      isLonger = true;
    } catch (error) {
      if (!mine.signal.aborted) toastError(error);
    } finally {
      if (asked === mine) loading.value = false;
    }
  }

  /** Somebody who reads older pages is not thrown back to the first. */
  function hurry(): void {
    if (isLonger) return;
    window.clearTimeout(soon);
    soon = window.setTimeout(() => void load(), SOON_MS);
  }

  let stop = () => {};
  onMounted(() => {
    void load();
    stop = onLive((event) => (event.kind === "call" || event.kind === "resync") && hurry());
  });
  onUnmounted(() => {
    stop();
    asked?.abort();
    window.clearTimeout(soon);
  });

  return { page, trouble, loading, load, more };
}
