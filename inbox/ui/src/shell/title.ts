/** The title of the browser's tab: that of the innermost part of the page which has one to tell. */
import { computed, onScopeDispose, shallowReactive } from "vue";
import { ru } from "@/locales/ru";

const parts = shallowReactive<(() => string)[]>([]);
const told = computed(() => parts.map((part) => part()));

export const title = computed(() => [told.value.filter(Boolean).at(-1), ru.appName].filter(Boolean).join(" · "));
/** Whether the page still loads what it is called by; the title of its route stands for it meanwhile. */
export const isWaiting = computed(() => told.value.at(-1) === "");

/** This part of the page has this title while it is there; an empty one is not known yet. */
export function useTitle(part: () => string): void {
  parts.push(part);
  onScopeDispose(() => parts.splice(parts.indexOf(part), 1));
}
