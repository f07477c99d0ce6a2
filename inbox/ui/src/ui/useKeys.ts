/** Binds deeds to keys while a component lives; what is bound can also be asked for by name. */
import { onMounted, onUnmounted, shallowReactive } from "vue";
import { session } from "@/session/useSession";
import { deedOf, keyDeeds, type KeyDeed } from "./keys";

/** A deed that is not always possible says when it is. */
type Deed = (() => void) | { can: () => boolean; act: () => void };

const bound = shallowReactive(new Set<Partial<Record<KeyDeed, Deed>>>());

export function useKeys(deeds: Partial<Record<KeyDeed, Deed>>): void {
  function press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const deed = deedOf(event, { typing: isTyping(event.target), covered: isCovered(), singleOn: session.me?.shortcuts_on ?? false });
    if (!deed || !deeds[deed]) return;
    event.preventDefault();
    if (event.repeat && deed !== "next" && deed !== "previous") return;
    if (isPossible(deeds[deed])) act(deeds[deed]);
  }

  onMounted(() => {
    window.addEventListener("keydown", press);
    bound.add(deeds);
  });
  onUnmounted(() => {
    window.removeEventListener("keydown", press);
    bound.delete(deeds);
  });
}

/** What can be done on the present screen, in the order of the list of keys. */
export function deedsHere(): KeyDeed[] {
  return keyDeeds.filter((deed) => [...bound].some((deeds) => deeds[deed] && isPossible(deeds[deed])));
}

export function perform(deed: KeyDeed): void {
  for (const deeds of bound) {
    if (deeds[deed] && isPossible(deeds[deed])) return act(deeds[deed]);
  }
}

const isPossible = (deed: Deed): boolean => typeof deed === "function" || deed.can();
const act = (deed: Deed): void => (typeof deed === "function" ? deed() : deed.act());

const NOT_TYPED = new Set(["checkbox", "radio", "button", "submit", "file", "range"]);

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_TYPED.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLElement && target.isContentEditable);
}

export function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
