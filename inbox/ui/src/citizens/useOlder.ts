/** A list that begins with what the page brought and goes on by pages. */
import { ref, shallowRef } from "vue";
import { get } from "@/api/client";
import { toastError } from "@/shell/toasts";

interface Page<Row> {
  rows: Row[];
  next: number | null;
}

export function useOlder<Row>(path: string, first: Page<Row>) {
  const rows = shallowRef<Row[]>(first.rows);
  const next = ref(first.next);
  const busy = ref(false);

  async function more(): Promise<void> {
    if (busy.value || next.value === null) return;
    busy.value = true;
    try {
      const page = await get<Page<Row>>(path, { before: next.value });
      rows.value = [...rows.value, ...page.rows];
      next.value = page.next;
    } catch (error) {
      toastError(error);
    } finally {
      busy.value = false;
    }
  }

  return { rows, next, busy, more };
}
