import { describe, expect, it } from "vitest";
import { lengthOf, overlong, roomIn } from "@/ui/length";

const plain = (words: string): string => words.replace(/\s/g, " ");

describe("a text beside its limit", () => {
  it.each<[number, number | undefined, string, string]>([
    [100, undefined, "", ""],
    [89, 100, "", ""],
    [90, 100, "Осталось 10 знаков.", ""],
    [99, 100, "Осталось 1 знак.", ""],
    [100, 100, "Осталось 0 знаков.", ""],
    [101, 100, "", "На 1 знак длиннее допустимого. Можно не больше 100. Сократите текст."],
    [1340, 1000, "", "На 340 знаков длиннее допустимого. Можно не больше 1 000. Сократите текст."],
  ])("%i of %s", (length, limit, room, long) => {
    expect([plain(roomIn("я".repeat(length), limit)), plain(overlong("я".repeat(length), limit))]).toEqual([room, long]);
  });

  it("is counted by characters, as the server does", () => {
    expect(lengthOf("🏡".repeat(95), 100)).toBe(95);
    expect(overlong("🏡".repeat(100), 100)).toBe("");
  });
});
