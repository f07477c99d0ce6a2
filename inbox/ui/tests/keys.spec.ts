import { describe, expect, it } from "vitest";
import { deedOf, groupOf, isSending, keyDeeds, strokesOf, type KeyPlace, type KeyPress } from "@/ui/keys";
import { ru } from "@/locales/ru";

const press = (code: string, key: string, given: Partial<KeyPress> = {}): KeyPress => ({ code, key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...given });
const place = (given: Partial<KeyPlace> = {}): KeyPlace => ({ typing: false, covered: false, singleOn: true, ...given });

describe("keys", () => {
  it.each([
    ["KeyJ", "о", "next"],
    ["KeyK", "л", "previous"],
    ["KeyT", "е", "take"],
    ["KeyR", "к", "reply"],
    ["KeyM", "ь", "note"],
    ["KeyN", "т", "register"],
    ["Slash", ".", "slash"],
  ] as const)("%s means the same when the layout gives «%s»", (code, key, deed) => {
    expect(deedOf(press(code, key), place())).toBe(deed);
  });
  it("leave letters alone while somebody types", () => {
    expect(deedOf(press("KeyT", "t"), place({ typing: true }))).toBeNull();
  });
  it("move with Alt also while somebody types and when letters are off", () => {
    expect(deedOf(press("KeyJ", "о", { altKey: true }), place({ typing: true, singleOn: false }))).toBe("next");
    expect(deedOf(press("KeyE", "у", { altKey: true }), place({ typing: true }))).toBe("closeNext");
  });
  it.each([["KeyQ", "answer"], ["KeyU", "mute"], ["KeyP", "hold"], ["KeyG", "transfer"]] as const)("of a call: Alt and %s is %s, also while somebody types", (code, deed) => {
    expect(deedOf(press(code, "", { altKey: true }), place({ typing: true }))).toBe(deed);
    expect(deedOf(press(code, ""), place())).toBeNull();
  });
  it("of one letter are silent when they are switched off", () => {
    expect(deedOf(press("KeyT", "t"), place({ singleOn: false }))).toBeNull();
    expect(deedOf(press("Digit7", "?", { shiftKey: true }), place({ singleOn: false }))).toBeNull();
  });
  it("open the help where the layout has its question mark", () => {
    expect(deedOf(press("Digit7", "?", { shiftKey: true }), place())).toBe("help");
    expect(deedOf(press("Slash", ",", { shiftKey: true }), place())).toBe("help");
  });
  it("do nothing under an open window", () => {
    expect(deedOf(press("KeyJ", "j", { altKey: true }), place({ covered: true }))).toBeNull();
  });
  it("leave the browser's own combinations alone", () => {
    expect(deedOf(press("KeyR", "r", { ctrlKey: true }), place())).toBeNull();
    expect(deedOf(press("KeyK", "л", { ctrlKey: true }), place({ typing: true }))).toBe("palette");
  });
  it.each(keyDeeds.flatMap((deed) => strokesOf(deed).map((stroke) => [stroke, deed] as const)))("%s, as it is told, is %s", (stroke, deed) => {
    const parts = stroke.split("+");
    const code = parts.at(-1)!;
    expect(deedOf(press(code, code === "?" ? "?" : "", { ctrlKey: parts.includes("Ctrl"), altKey: parts.includes("Alt") }), place())).toBe(deed);
    expect(ru.keys.deeds[deed]).toBeTruthy();
    expect(ru.keys.groups[groupOf(deed)]).toBeTruthy();
    for (const letter of parts.filter((part) => part.startsWith("Key"))) expect(ru.keys.caps[letter.slice(3)]).toContain(" / ");
  });
  it("mean one deed each", () => {
    const strokes = keyDeeds.flatMap(strokesOf);
    expect(new Set(strokes).size).toBe(strokes.length);
  });
  it("send by the person's choice; Ctrl + Enter always", () => {
    expect(isSending(press("Enter", "Enter", { ctrlKey: true }), "ctrl")).toBe(true);
    expect(isSending(press("Enter", "Enter"), "ctrl")).toBe(false);
    expect(isSending(press("NumpadEnter", "Enter"), "enter")).toBe(true);
    expect(isSending(press("Enter", "Enter", { shiftKey: true }), "enter")).toBe(false);
  });
});
