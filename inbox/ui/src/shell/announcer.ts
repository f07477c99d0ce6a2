/** Words for screen readers only. */
import { ref } from "vue";

export const announced = ref("");

export function announce(words: string): void {
  announced.value = announced.value === words ? `${words}\u00a0` : words;
}
