/** The list of appeals: the page that is shown, what is selected, and keeping it fresh. */
import { reactive, ref, shallowRef } from "vue";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import type { AppealFilter, AppealLine, AppealLines, CaseChoices } from "@/api/types";

const NOTHING: CaseChoices = { staff: [], departments: [] };
const REFRESH_MS = 700;

export const choices = shallowRef<CaseChoices>(NOTHING);

export async function loadChoices(): Promise<void> {
  choices.value = await get<CaseChoices>("/api/appeals/choices").catch(() => NOTHING);
}

export function useAppeals(filter: () => AppealFilter) {
  const rows = ref<AppealLine[]>([]);
  const next = ref<string | null>(null);
  const state = reactive({ loading: false, loaded: false, trouble: "" });
  const selected = reactive(new Set<number>());
  let asked: AbortController | null = null;
  let timer = 0;

  async function load(more = false): Promise<void> {
    asked?.abort();
    const mine = (asked = new AbortController());
    state.loading = true;
    state.trouble = "";
    try {
      const page = await get<AppealLines>("/api/appeals", { ...filter(), after: more ? next.value : null }, mine.signal);
      rows.value = more ? [...rows.value, ...page.rows] : page.rows;
      next.value = page.next;
      state.loaded = true;
      if (!more) keepSelected();
    } catch (error) {
      if (mine.signal.aborted) return;
      state.trouble = sentence(error);
    } finally {
      if (asked === mine) state.loading = false;
    }
  }

  function keepSelected(): void {
    const shown = new Set(rows.value.map((row) => row.id));
    for (const id of selected) if (!shown.has(id)) selected.delete(id);
  }

  /** Live events come in bursts; a list that was read further than its first page is not pulled away from under the reader. */
  function refreshSoon(appealId: number | null): void {
    const isShown = appealId === null || rows.value.some((row) => row.id === appealId);
    if (!isShown && rows.value.length > 50) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void load(), REFRESH_MS);
  }

  function toggle(id: number): void {
    if (!selected.delete(id)) selected.add(id);
  }

  return { rows, next, state, selected, load, refreshSoon, toggle, stop: () => window.clearTimeout(timer) };
}
