import { describe, expect, it } from "vitest";
import type { Models, PaperReply } from "@/api/types";
import { found } from "@/paperwork/officials";
import { changed } from "@/paperwork/replyMeeting";

function official(id: number, full_name: string, more: Partial<Models["LiaisonShown"]> = {}): Models["LiaisonShown"] {
  return { id, full_name, position: "инженер", department: "lights", email: `official${id}@example.org`, phone: `+7 (8672) 00-00-0${id}`, is_active: true, version: 0, absences: [], answers: null, ...more };
}

const DEPARTMENTS = [
  { name: "Управление света", liaisons: [official(1, "Тестов Казбек"), official(2, "Примерова Залина", { is_active: false })] },
  { name: "Отдел воды", liaisons: [official(3, "Образцова Мария", { position: "начальник" })] },
] as Models["DepartmentShown"][];

describe("an official of the list", () => {
  it.each([
    ["", [1, 3]],
    ["КАЗБЕК", [1]],
    ["начальник вода", []],
    ["начальник воды", [3]],
    ["official1@", [1]],
    ["00-00-03", [3]],
    ["8 (8672) 00-00-01", [1]],
    ["8672000001", [1]],
    ["Залина", []],
  ])("is found by %s", (words, ids) => {
    expect(found(DEPARTMENTS, words).map((one) => one.liaison.id)).toEqual(ids);
  });
});

describe("what a colleague changed in a reply", () => {
  const seen = { form: "email", address: "primer@example.org", subject: "Ответ", body: "Было.", reasons: "", expected_on: null } as PaperReply;
  it("is told field by field, as it stands now", () => {
    const now = { ...seen, form: "post", address: "", body: "Стало.", expected_on: "2026-12-09" } as PaperReply;
    expect(changed(seen, now).map((line) => [line.title, ...line.now])).toEqual([
      ["Форма ответа", "сейчас: «Почта»"],
      ["Куда", "сейчас: «не указано»"],
      ["Текст", "сейчас: «Стало.»"],
      ["Когда ожидается ответ", "сейчас: «09.12.2026»"],
    ]);
  });
  it("is nothing when all is as it was", () => expect(changed(seen, { ...seen })).toEqual([]));
});
