/** Short messages of the program; a refusal stays until it is dismissed. */
import { ref } from "vue";
import { sentence } from "@/api/errors";

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
}

const SHOWN_MS = 5000;
let last = 0;

export const toasts = ref<Toast[]>([]);

export function toast(text: string, isError = false): void {
  const id = show(text, isError);
  if (!isError) setTimeout(() => dismiss(id), SHOWN_MS);
}

export function toastError(error: unknown): void {
  const text = sentence(error);
  if (!toasts.value.some((shown) => shown.text === text)) show(text, true);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((shown) => shown.id !== id);
}

function show(text: string, isError: boolean): number {
  last += 1;
  toasts.value = [...toasts.value.slice(-3), { id: last, text, isError }];
  return last;
}
