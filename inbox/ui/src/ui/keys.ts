/** Which deed a key press means. By event.code: operators type in ЙЦУКЕН, where event.key is a Cyrillic letter. */
export type KeyDeed = "next" | "previous" | "take" | "reply" | "note" | "register" | "closeNext" | "slash" | "select" | "knowledge" | "help" | "manual" | "answer" | "mute" | "hold" | "transfer";

export interface KeyPress {
  code: string;
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

export interface KeyPlace {
  /** The focus is in a field where letters are typed. */
  typing: boolean;
  /** A dialog or a menu is open. */
  covered: boolean;
  /** The person allows single-letter keys (WCAG 2.1.4). */
  singleOn: boolean;
}

const WITH_ALT: Record<string, KeyDeed> = { KeyJ: "next", KeyK: "previous", KeyE: "closeNext", KeyQ: "answer", KeyU: "mute", KeyP: "hold", KeyG: "transfer" };
const SINGLE: Record<string, KeyDeed> = { KeyJ: "next", KeyK: "previous", KeyT: "take", KeyR: "reply", KeyM: "note", KeyN: "register", KeyX: "select", Slash: "slash" };

export function deedOf(press: KeyPress, place: KeyPlace): KeyDeed | null {
  if (place.covered) return null;
  if (press.code === "F1") return "manual";
  const isCommand = press.ctrlKey || press.metaKey;
  if (isCommand) return press.code === "KeyK" && !press.altKey && !press.shiftKey ? "knowledge" : null;
  if (press.altKey) return press.shiftKey ? null : (WITH_ALT[press.code] ?? null);
  if (place.typing || !place.singleOn) return null;
  if (press.key === "?" || (press.shiftKey && press.code === "Slash")) return "help";
  if (press.shiftKey) return null;
  return SINGLE[press.code] ?? null;
}
