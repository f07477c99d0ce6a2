/** Every key of the inbox: what is pressed, what is told of it (the list of keys, the palette), and which deed it means. */

/** A press is written by its place, `event.code`: operators type in ЙЦУКЕН, where `event.key` is a Cyrillic letter. */
const KEYS = {
  next: ["moves", "Alt+KeyJ", "KeyJ"],
  previous: ["moves", "Alt+KeyK", "KeyK"],
  palette: ["moves", "Ctrl+KeyK"],
  take: ["deeds", "KeyT"],
  reply: ["deeds", "KeyR"],
  note: ["deeds", "KeyM"],
  register: ["deeds", "KeyN"],
  select: ["deeds", "KeyX"],
  closeNext: ["deeds", "Alt+KeyE"],
  answer: ["phone", "Alt+KeyQ"],
  mute: ["phone", "Alt+KeyU"],
  hold: ["phone", "Alt+KeyP"],
  transfer: ["phone", "Alt+KeyG"],
  slash: ["words", "Slash"],
  knowledge: ["words", "Alt+KeyB"],
  manual: ["words", "F1"],
  help: ["words", "?"],
} as const satisfies Record<string, readonly [string, string, ...string[]]>;

export type KeyDeed = keyof typeof KEYS;
export type KeyGroup = (typeof KEYS)[KeyDeed][0];

/** What sends a reply, by the person's choice. */
export const SENDING = { ctrl: "Ctrl+Enter", enter: "Enter" } as const;

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

export const keyDeeds = Object.keys(KEYS) as KeyDeed[];
export const groupOf = (deed: KeyDeed): KeyGroup => KEYS[deed][0];
export const strokesOf = (deed: KeyDeed): readonly string[] => KEYS[deed].slice(1);

/** For `aria-keyshortcuts`: «Alt+J J». */
export const shortcutOf = (deed: KeyDeed): string => strokesOf(deed).map((stroke) => stroke.replace("Ctrl", "Control").replace("Key", "").replace("Slash", "/")).join(" ");

const DEEDS = new Map(keyDeeds.flatMap((deed) => strokesOf(deed).map((stroke) => [stroke, deed] as const)));

export function deedOf(press: KeyPress, place: KeyPlace): KeyDeed | null {
  const stroke = strokeOf(press);
  if (place.covered || stroke === null) return null;
  if (isSingle(stroke) && (place.typing || !place.singleOn)) return null;
  return DEEDS.get(stroke) ?? null;
}

/** Whether the press sends what is typed. With Enter as the key, Ctrl + Enter sends as well. */
export function isSending(press: KeyPress, by: keyof typeof SENDING): boolean {
  const stroke = strokeOf(press);
  return stroke === SENDING.ctrl || (by === "enter" && stroke === SENDING.enter);
}

function strokeOf(press: KeyPress): string | null {
  const isCommand = press.ctrlKey || press.metaKey;
  if (!isCommand && !press.altKey && (press.key === "?" || (press.shiftKey && press.code === "Slash"))) return "?";
  if (press.shiftKey || (isCommand && press.altKey)) return null;
  const code = press.code === "NumpadEnter" ? "Enter" : press.code;
  return isCommand ? `Ctrl+${code}` : press.altKey ? `Alt+${code}` : code;
}

const isSingle = (stroke: string): boolean => stroke === "?" || stroke === "Slash" || /^Key.$/.test(stroke);
