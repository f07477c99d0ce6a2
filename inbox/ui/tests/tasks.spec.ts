import { describe, expect, it } from "vitest";
import { talkOf, taskFacts, taskTitle } from "@/appeals/task";

const task = { kind: "delivery_failed" as const, facts: {}, request_id: null, department: "" };

describe("a task in words", () => {
  it.each([
    [task, "Ответ не доставлен: выбрать другую форму"],
    [{ ...task, request_id: 4 }, "Запрос не доставлен подразделению: указать, кому его направить"],
    [{ ...task, facts: { conversation: 7 } }, "Письмо заявителю вернулось: выбрать другой способ связи"],
    [{ ...task, kind: "closing_due" as const }, "Позвонить заявителю перед снятием с контроля"],
    [{ ...task, kind: "closing_due" as const, facts: { reason: "no_phone" } }, "Телефона нет: попросить заявителя подтвердить исполнение"],
    [{ ...task, kind: "records_refused" as const, facts: { problem: "refused" } }, "СЭД «Дело» не приняла карточку"],
    [{ ...task, kind: "records_refused" as const, facts: { problem: "unreachable" } }, "СЭД «Дело» недоступна больше часа"],
  ])("says what to do", (shown, title) => {
    expect(taskTitle(shown)).toBe(title);
  });

  it("names the request and the department, not the key of it", () => {
    const asked = { ...task, request_id: 4, department: "lights", facts: { number: "А-000001/2026-1" } };
    expect(taskFacts(asked, new Map([["lights", "Отдел света"]]))).toEqual(["запрос А-000001/2026-1", "Отдел света"]);
    expect(taskFacts({ ...task, facts: { number: "А-000001/2026" } }, new Map())).toEqual([]);
    expect([talkOf(task), talkOf({ facts: { conversation: 7 } })]).toEqual([null, 7]);
  });
});
