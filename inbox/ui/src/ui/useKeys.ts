/** Binds deeds to keys while a component lives. */
import { onMounted, onUnmounted } from "vue";
import { session } from "@/session/useSession";
import { deedOf, type KeyDeed } from "./keys";

export function useKeys(deeds: Partial<Record<KeyDeed, () => void>>): void {
  function press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const deed = deedOf(event, { typing: isTyping(event.target), covered: isCovered(), singleOn: session.me?.shortcuts_on ?? false });
    const act = deed && deeds[deed];
    if (!act) return;
    event.preventDefault();
    if (!event.repeat || deed === "next" || deed === "previous") act();
  }

  onMounted(() => window.addEventListener("keydown", press));
  onUnmounted(() => window.removeEventListener("keydown", press));
}

const NOT_TYPED = new Set(["checkbox", "radio", "button", "submit", "file", "range"]);

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_TYPED.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLElement && target.isContentEditable);
}

export function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
