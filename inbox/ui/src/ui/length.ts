/** How long a text is beside what is allowed, as the server counts: by characters, of which an emoji is one. */
import { limits as words } from "@/locales/limits";

/** A browser takes minutes to lay out a megabyte: more than this is refused before it is in a field. */
export const HUGE = 100_000;
/** The part of the limit from which on the rest is told. */
const NEAR = 0.9;

export function lengthOf(text: string, limit: number): number {
  return text.length > limit * NEAR && text.length <= HUGE ? [...text].length : text.length;
}

/** What is wrong with the length; empty while it is allowed. */
export function overlong(text: string, limit: number | undefined): string {
  if (limit === undefined) return "";
  const length = lengthOf(text, limit);
  return length > limit ? words.over(length - limit, limit) : "";
}

/** How much may still be typed; empty while that is much, and when it is too long already. */
export function roomIn(text: string, limit: number | undefined): string {
  if (limit === undefined) return "";
  const length = lengthOf(text, limit);
  return length >= limit * NEAR && length <= limit ? words.left(limit - length) : "";
}

/** Refuses what no field could hold, pasted or dropped; gives the words for it, or none when it may come. */
export function refuseHuge(event: ClipboardEvent | DragEvent): string {
  const { length } = (event instanceof DragEvent ? event.dataTransfer : event.clipboardData)?.getData("text") ?? "";
  if (length <= HUGE) return "";
  event.preventDefault();
  return words.huge(length);
}

/** A form with a field that is too long is not sent: the cursor goes to the first such field, where it is said why. */
export function refuseOverlong(event: Event): void {
  const form = event.target as HTMLFormElement;
  const field = [...form.elements].find((one) => one instanceof HTMLElement && "validity" in one && (one.validity as ValidityState).customError);
  if (!field) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  (field as HTMLElement).focus();
}
