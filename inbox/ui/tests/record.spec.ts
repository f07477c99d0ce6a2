import { describe, expect, it, vi } from "vitest";
import type { Models } from "@/api/types";
import { recordLook, toldStep } from "@/appeals/record";
import { joined } from "@/citizens/useOlder";
import { ringer, type RungTask } from "@/shell/ringer";

type CardRecord = Models["RecordView"];
type RecordStep = Models["RecordStepView"];

const told: CardRecord = {
  is_own: false,
  kind: "doc_info",
  state: "written",
  number: "",
  dated: null,
  reason: "",
  tries: 1,
  made_at: "2026-11-25T09:00:00Z",
  written_at: "2026-11-25T09:02:00Z",
  answered_at: null,
  may_send_again: false,
  steps: [],
};
const numbered = { number: "О-77/2026", dated: "2026-11-25" };

describe("the card in the records system", () => {
  it.each([
    ["our own journal", { ...told, is_own: true, state: "registered" as const, ...numbered }, "good", "Учитывается в журнале контакт-центра"],
    ["not told yet", { ...told, kind: null, state: null }, "warn", "Ещё не передано"],
    ["waiting", { ...told, state: "waiting" as const, tries: 0 }, "warn", "Ждёт передачи"],
    ["told", told, "warn", "Передано, ждём номер"],
    ["taken in without a number", { ...told, state: "registered" as const }, "warn", "Передано, ждём номер"],
    ["registered", { ...told, state: "registered" as const, ...numbered }, "good", "Зарегистрировано: № О-77/2026 от 25.11.2026"],
    ["refused", { ...told, state: "refused" as const, reason: "Нет адреса" }, "bad", "СЭД отказала в регистрации"],
    ["a refused report", { ...told, kind: "report" as const, state: "refused" as const, ...numbered }, "bad", "СЭД не приняла новые сведения"],
    ["failed", { ...told, state: "failed" as const }, "bad", "Передать не удалось"],
  ])("%s", (_, record, tone, title) => {
    expect(recordLook(record)).toMatchObject({ tone, title });
  });

  it("tells why it was refused, how often it was tried and the number that it has", () => {
    expect(recordLook({ ...told, state: "refused", reason: "Нет адреса" }).lines).toEqual(["Причина: Нет адреса"]);
    expect(recordLook({ ...told, state: "waiting", tries: 3, ...numbered }).lines).toEqual([
      "Зарегистрировано: № О-77/2026 от 25.11.2026",
      "Передать пока не удалось, попыток: 3. Повторяем сами.",
    ]);
  });

  it("is told in the history", () => {
    const step: RecordStep = { state: "written", at: "2026-11-25T09:02:00Z", number: "", dated: null, reason: "" };
    expect(toldStep(step).title).toBe("Карточка передана в СЭД «Дело»");
    expect(toldStep({ ...step, state: "registered", ...numbered }).title).toBe("СЭД «Дело» зарегистрировала: № О-77/2026 от 25.11.2026");
    expect(toldStep({ ...step, state: "refused", reason: "Нет адреса" })).toEqual({ title: "СЭД «Дело» отказала", facts: ["Причина: Нет адреса"] });
  });
});

describe("tasks that ring", () => {
  const task: RungTask = { kind: "task", task_id: 1, task: "overdue", for_role: "operator", appeal_id: 7, is_alarm: true, again: false };

  it("ring once for a round of the timetable, and say when they were told before", () => {
    vi.useFakeTimers();
    const said: string[] = [];
    const bell = ringer((words) => said.push(words));
    bell.ring(task);
    bell.ring({ ...task, task_id: 2 });
    vi.runAllTimers();
    bell.ring({ ...task, task: "interim_needed", again: true });
    vi.runAllTimers();
    bell.ring(task);
    bell.stop();
    vi.runAllTimers();
    vi.useRealTimers();
    expect(said).toEqual(["Срок ответа истёк, и ещё задач: 1", "Повторно: Направить промежуточный ответ"]);
  });
});

describe("a list that is brought anew", () => {
  it("keeps what is older and shows each row once, as it stands now", () => {
    const older = { rows: [{ id: 4, words: "" }, { id: 3, words: "" }, { id: 2, words: "" }], next: 2 };
    expect(joined({ rows: [{ id: 5, words: "" }, { id: 4, words: "new" }], next: 4 }, older)).toEqual([
      { id: 5, words: "" },
      { id: 4, words: "new" },
      { id: 3, words: "" },
      { id: 2, words: "" },
    ]);
  });
});
