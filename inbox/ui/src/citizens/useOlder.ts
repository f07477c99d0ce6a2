/** A list that begins with what the page brought and goes on by pages; when the page brings it anew, what is older stays. */
import { computed, ref, shallowRef } from "vue";
import { get } from "@/api/client";
import { toastError } from "@/shell/toasts";

interface Page<Row> {
  rows: Row[];
  next: number | null;
}

export function useOlder<Row extends { id: number }>(path: string, first: () => Page<Row>) {
  const older = shallowRef<Page<Row> | null>(null);
  const busy = ref(false);
  const rows = computed<Row[]>(() => joined(first(), older.value));
  const next = computed(() => (older.value ?? first()).next);

  async function more(): Promise<void> {
    if (busy.value || next.value === null) return;
    busy.value = true;
    try {
      const page = await get<Page<Row>>(path, { before: next.value });
      older.value = { rows: [...rows.value, ...page.rows], next: page.next };
    } catch (error) {
      toastError(error);
    } finally {
      busy.value = false;
    }
  }

  return { rows, next, busy, more };
}

/** Newest first, each once as it stands now. */
export function joined<Row extends { id: number }>(first: Page<Row>, older: Page<Row> | null): Row[] {
  const fresh = new Set(first.rows.map((row) => row.id));
  return [...first.rows, ...(older?.rows ?? []).filter((row) => !fresh.has(row.id))];
}
