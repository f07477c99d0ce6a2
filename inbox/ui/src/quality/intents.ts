/** What a phrase may mean, asked for once. */
import { toastError } from "@/shell/toasts";

interface Named { name: string; title: string }

let known: { value: string; title: string }[] = [];

export async function loadIntents(ask: () => Promise<Named[]>): Promise<{ value: string; title: string }[]> {
  if (known.length) return known;
  try {
    known = (await ask()).map(({ name, title }) => ({ value: name, title }));
  } catch (error) {
    toastError(error);
  }
  return known;
}

export const intentTitle = (name: string): string => known.find((one) => one.value === name)?.title ?? name;
