/** The card that is open: loaded, kept fresh by live events. */
import { onUnmounted, reactive, ref, watch, type Ref } from "vue";
import { get } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import { onLive } from "@/api/live";
import type { AppealCard } from "@/api/types";

const SOON_MS = 300;

export function useCase(id: Ref<number>) {
  const card = ref<AppealCard | null>(null);
  const state = reactive({ trouble: "", isLost: false });
  let timer = 0;

  let loading: Promise<void> = Promise.resolve();

  function load(): Promise<void> {
    window.clearTimeout(timer);
    timer = 0;
    loading = read();
    return loading;
  }

  /** Waits until everything that is known to have changed has come: a deed just done may have changed the card. */
  const settled = (): Promise<void> => (timer ? load() : loading);

  async function read(): Promise<void> {
    const asked = id.value;
    try {
      const found = await get<AppealCard>(`/api/appeals/${asked}`);
      if (asked !== id.value) return;
      card.value = found;
      Object.assign(state, { trouble: "", isLost: false });
    } catch (error) {
      if (asked !== id.value) return;
      state.isLost = error instanceof ApiError && error.status === 404;
      state.trouble = state.isLost ? "" : sentence(error);
    }
  }

  function take(fresh: AppealCard): void {
    if (fresh.id === id.value) card.value = fresh;
  }

  const deaf = onLive((event) => {
    const isOurs = (event.kind === "appeal" || event.kind === "task") && event.appeal_id === id.value;
    if (!isOurs && event.kind !== "resync") return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void load(), SOON_MS);
  });
  onUnmounted(() => {
    deaf();
    window.clearTimeout(timer);
  });
  watch(
    id,
    () => {
      card.value = null;
      void load();
    },
    { immediate: true },
  );

  return { card, state, load, settled, take };
}
