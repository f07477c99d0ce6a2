/** The call list: its pages, kept fresh without pulling away what was loaded. */
import { onMounted, onUnmounted, ref } from "vue";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import { onLive } from "@/api/live";
import type { CallLine, Models } from "@/api/types";

const SOON_MS = 500;

export function useCalls() {
  const rows = ref<CallLine[]>([]);
  const next = ref<Models["CallList"]["next"]>(null);
  const loaded = ref(false);
  const busy = ref(false);
  const trouble = ref("");
  let timer = 0;
  let deaf = () => {};

  function page(after: Models["CallList"]["next"]): Promise<Models["CallList"]> {
    return get<Models["CallList"]>("/api/calls", after ? { after_day: after.day, after_id: after.id } : {});
  }

  /** One after another: what came fresh must not take away the page that was asked for meanwhile. */
  let line: Promise<void> = Promise.resolve();
  let coming: Promise<void> | null = null;

  function guarded(deed: () => Promise<void>): Promise<void> {
    line = line.then(async () => {
      busy.value = true;
      try {
        await deed();
        loaded.value = true;
        trouble.value = "";
      } catch (error) {
        trouble.value = sentence(error);
      } finally {
        busy.value = false;
      }
    });
    return line;
  }

  /** As many lines as were shown, or the first page. */
  const load = (): Promise<void> =>
    guarded(async () => {
      const wanted = rows.value.length;
      let found = await page(null);
      let fresh = found.rows;
      while (found.next && fresh.length < wanted) {
        found = await page(found.next);
        fresh = [...fresh, ...found.rows];
      }
      rows.value = fresh;
      next.value = found.next;
    });

  async function bring(): Promise<void> {
    if (!next.value) return;
    const found = await page(next.value);
    const shown = new Set(rows.value.map((one) => one.id));
    rows.value = [...rows.value, ...found.rows.filter((one) => !shown.has(one.id))];
    next.value = found.next;
  }

  /** The next page; of several presses at once, one. */
  const more = (): Promise<void> => (coming ??= guarded(bring).finally(() => (coming = null)));

  onMounted(() => {
    void load();
    deaf = onLive((event) => {
      if (event.kind !== "appeal" && event.kind !== "resync") return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void load(), SOON_MS);
    });
  });
  onUnmounted(() => {
    deaf();
    window.clearTimeout(timer);
  });

  return { rows, next, loaded, busy, trouble, load, more };
}
