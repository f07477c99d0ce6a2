/** The call list: its pages, kept fresh without pulling away what was loaded. */
import { onMounted, onUnmounted, ref } from "vue";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import { onLive } from "@/api/live";
import type { CallLine, Models } from "@/api/types";
import { released } from "@/ui/press";

const SOON_MS = 500;

/** `prepare` fetches what is shown in the rows besides: they appear with it, so that nothing grows under the hand. */
export function useCalls(prepare: (ids: number[]) => Promise<void>) {
  const rows = ref<CallLine[]>([]);
  const next = ref<Models["CallList"]["next"]>(null);
  const loaded = ref(false);
  const busy = ref(false);
  const trouble = ref("");
  let last: Promise<void> = Promise.resolve();
  let coming: Promise<void> | null = null;
  let timer = 0;
  let deaf = () => {};

  function page(after: Models["CallList"]["next"]): Promise<Models["CallList"]> {
    return get<Models["CallList"]>("/api/calls", after ? { after_day: after.day, after_id: after.id } : {});
  }

  async function tried(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
      loaded.value = true;
      trouble.value = "";
    } catch (error) {
      trouble.value = sentence(error);
    }
  }

  /** One after another: a refresh that began before «Показать ещё» would take away what that brought. */
  const inTurn = (deed: () => Promise<void>): Promise<void> => (last = last.then(() => tried(deed)));

  async function show(found: CallLine[], after: Models["CallList"]["next"]): Promise<void> {
    await prepare(found.map((one) => one.id));
    await released();
    rows.value = found;
    next.value = after;
  }

  /** As many lines as were shown, or the first page. */
  const refresh = (): Promise<void> =>
    inTurn(async () => {
      let found = await page(null);
      const fresh = found.rows;
      while (found.next && fresh.length < rows.value.length) {
        found = await page(found.next);
        fresh.push(...found.rows);
      }
      await show(fresh, found.next);
    });

  async function asked(deed: () => Promise<void>): Promise<void> {
    busy.value = true;
    await deed().finally(() => (busy.value = false));
  }

  const load = (): Promise<void> => asked(refresh);

  async function bring(): Promise<void> {
    if (!next.value) return;
    const found = await page(next.value);
    const shown = new Set(rows.value.map((one) => one.id));
    await show([...rows.value, ...found.rows.filter((one) => !shown.has(one.id))], found.next);
  }

  /** The next page; of several presses at once, one. */
  const more = (): Promise<void> => (coming ??= asked(() => inTurn(bring)).finally(() => (coming = null)));

  onMounted(() => {
    void load();
    deaf = onLive((event) => {
      if (event.kind !== "appeal" && event.kind !== "resync") return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void refresh(), SOON_MS);
    });
  });
  onUnmounted(() => {
    deaf();
    window.clearTimeout(timer);
  });

  return { rows, next, loaded, busy, trouble, load, more };
}
