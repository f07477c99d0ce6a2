import { describe, expect, it } from "vitest";
import type { HistoryLine } from "@/api/types";
import { chips, EMPTY, fromQuery, toQuery } from "@/appeals/filter";
import { told } from "@/appeals/history";
import { termWords } from "@/appeals/term";

describe("a term in words", () => {
  it.each([
    [-21, "просрочено на 21 день", "bad"],
    [-3, "просрочено на 3 дня", "bad"],
    [0, "сегодня", "warn"],
    [1, "остался 1 день", "warn"],
    [2, "осталось 2 дня", "warn"],
    [12, "осталось 12 дней", "good"],
    [null, "срок не идёт", "calm"],
  ] as const)("%s days left: %s", (left, text, tone) => {
    expect(termWords(left)).toEqual({ text, tone });
  });
});

describe("a filter in the address", () => {
  it("comes back as it was", () => {
    const filter = { ...EMPTY, words: "фонарь", statuses: ["registered" as const, "cannot" as const], assignee_id: 7, awaited: true, registered_from: "2026-11-01" };
    const query = toQuery(filter);
    expect(query).toEqual({ words: "фонарь", statuses: ["registered", "cannot"], assignee_id: "7", awaited: "1", registered_from: "2026-11-01" });
    expect(fromQuery(query as Record<string, string | string[]>)).toEqual(filter);
  });

  it("leaves out what it does not know", () => {
    expect(fromQuery({ statuses: ["lost", "closed"], assignee_id: "me", nonsense: "1" })).toEqual({ ...EMPTY, statuses: ["closed"] });
  });

  it("shows a chip for each part, and each takes itself away", () => {
    const filter = { ...EMPTY, statuses: ["closed" as const, "merged" as const], term: "overdue" as const };
    const shown = chips(filter, { staff: [], departments: [] });
    expect(shown.map((chip) => chip.title)).toEqual(["Снято с контроля", "Объединено", "Срок ответа: просрочено"]);
    expect(shown[0]!.without).toEqual({ statuses: ["merged"] });
    expect(shown[2]!.without).toEqual({ term: "" });
  });
});

describe("a move in plain words", () => {
  const line = (move: HistoryLine["move"], details: Record<string, unknown>, note = ""): HistoryLine => ({ id: 1, move, status: "registered", staff_name: "", note, details, made_at: "2026-11-25T09:00:00Z" });

  it.each([
    [line("register", { split_from: "А-000001/2026" }), "Выделено из обращения А-000001/2026 и зарегистрировано", []],
    [line("request", { number: "З-000002/2026", department: "lights" }), "Направлен запрос в подразделение З-000002/2026", ["Отдел света"]],
    [line("receive", { outcome: "cannot" }, "Нет средств"), "Подразделение сообщило, что решить вопрос не может", ["Нет средств"]],
    [line("call", { outcome: "busy" }), "Звонок заявителю: занято", []],
    [line("interim", { expected_on: "2026-12-09" }), "Направлен промежуточный ответ", ["обещано ответить до 09.12.2026"]],
    [line("assign", { assignee_id: null }), "Исполнитель снят", []],
    [line("edit", { changed: ["urgency"], before: { urgency: "long_term" } }), "Изменено: срочность", ["срочность, было: «Контроль»"]],
    [line("call", { outcome: "answered", solved: true, score: 5 }), "Звонок заявителю: заявитель ответил", ["вопрос решён, оценка 5 из 5"]],
    [line("reply", { form: "telegram" }), "Заявителю направлен ответ: в Telegram", []],
    [line("notice", { told: "request_half", number: "З-000002/2026" }), "Подразделению напомнили о сроке ответа, запрос З-000002/2026", []],
    [line("notice", { told: "escalated", number: "З-000002/2026" }), "Руководителю сообщили, что подразделение не ответило, запрос З-000002/2026", []],
    [line("notice", { came_by: "link", solved: false, score: null }), "Заявитель ответил об исполнении", ["вопрос не решён"]],
    [line("close", { basis: "call" }), "Обращение снято с контроля", ["основание: разговор с заявителем"]],
  ])("%#", (said, title, facts) => {
    expect(told(said, new Map([["lights", "Отдел света"]]))).toEqual({ title, facts });
  });
});
