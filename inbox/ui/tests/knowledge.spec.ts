import { describe, expect, it } from "vitest";
import { bodyOf, differing, faultsOf, writtenOf, type Written } from "@/knowledge/fields";
import { wordDiff } from "@/ui/wordDiff";

const told = (before: string, after: string) => wordDiff(before, after).map((part) => `${{ same: "", added: "+", removed: "-" }[part.kind]}${part.text}`);
const side = (before: string, after: string, without: "added" | "removed") => wordDiff(before, after).filter((part) => part.kind !== without).map((part) => part.text).join("");
const FORM: Written = { title: "Каток", answer: "Открыт.", spoken: "", questions: "где каток\n\n когда каток ", item_no: "4", department: "", source: "", valid_until: "", restricted: false };

describe("words compared", () => {
  it.each([
    ["", "", []],
    ["каток открыт", "каток открыт", ["каток открыт"]],
    ["каток открыт", "каток закрыт", ["каток ", "-открыт", "+закрыт"]],
    ["", "новое", ["+новое"]],
    ["старое", "", ["-старое"]],
    ["а б в", "а в", ["а ", "-б ", "в"]],
  ])("%s → %s", (before, after, parts) => expect(told(before, after)).toEqual(parts));

  it("loses nothing of either text", () => {
    const words = ["бассейн", "открыт", ",", "\n", " ", "7:00", "каток"];
    for (let seed = 1; seed < 60; seed++) {
      const text = (step: number) => Array.from({ length: 30 }, (_, at) => words[(at * step + seed) % words.length]).join("");
      const [before, after] = [text(3), text(seed % 5 + 1)];
      expect(side(before, after, "added")).toBe(before);
      expect(side(before, after, "removed")).toBe(after);
    }
  });

  it("answers soon for long texts that have nothing in common", () => {
    const before = Array.from({ length: 3000 }, (_, at) => `слово${at}`).join(" ");
    const after = Array.from({ length: 3000 }, (_, at) => `другое${at}`).join(" ");
    expect(side(before, after, "added")).toBe(before);
    expect(side(before, after, "removed")).toBe(after);
  });
});

describe("an article as a form", () => {
  it("becomes what the API takes", () => {
    expect(bodyOf(FORM)).toMatchObject({ questions: ["где каток", "когда каток"], item_no: 4, department: null, valid_until: null });
  });

  it("comes from what the API gives", () => {
    expect(writtenOf({ title: "Каток", answer: "Открыт.", questions: ["где каток"], item_no: null, department: null } as never)).toMatchObject({ questions: "где каток", item_no: "", department: "", restricted: false });
  });

  it("differs only where a person would see it", () => {
    expect(differing(FORM, { ...FORM, title: " Каток  " })).toEqual([]);
    expect(differing(FORM, { ...FORM, answer: "Закрыт.", restricted: true })).toEqual(["answer", "restricted"]);
  });

  it("says what is too long", () => {
    expect(Object.keys(faultsOf({ ...FORM, answer: "я".repeat(20001), questions: "я".repeat(301) }))).toEqual(["answer", "questions"]);
    expect(faultsOf(FORM)).toEqual({});
  });
});
