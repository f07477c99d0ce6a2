import { describe, expect, it } from "vitest";
import { deedOf, type KeyPlace, type KeyPress } from "@/ui/keys";

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
    expect(deedOf(press("KeyK", "л", { ctrlKey: true }), place({ typing: true }))).toBe("knowledge");
  });
});
