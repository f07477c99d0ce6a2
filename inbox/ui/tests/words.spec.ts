import { describe, expect, it } from "vitest";
import { refusal } from "@/api/errors";
import { SseParser } from "@/api/sse";
import { waitBeforeTry } from "@/api/stream";
import { lineErrors, withoutEmpty } from "@/inbox/card";
import { cannedQuery, fillKnown, firstUnfilled, unfilled } from "@/inbox/variables";
import { fileSize, initials, shortName, withLinks } from "@/ui/text";
import { clockOrDay, date, dayTitle, waitUntil } from "@/ui/time";

describe("the wait", () => {
  const now = Date.parse("2026-11-25T09:00:00Z");
  it.each([
    ["2026-11-25T09:04:37Z", "4:37", "good"],
    ["2026-11-25T09:00:29Z", "0:29", "warn"],
    ["2026-11-25T08:59:20Z", "+0:40", "bad"],
    ["2026-11-25T07:30:00Z", "+1 ч 30 мин", "bad"],
  ])("until %s is %s (%s)", (due, text, tone) => {
    expect(waitUntil(due, now)).toMatchObject({ text, tone });
  });
  it("is spoken by the minute", () => {
    expect(waitUntil("2026-11-25T09:04:37Z", now).label).toBe("Ответить через 4 минуты");
    expect(waitUntil("2026-11-25T08:59:20Z", now).label).toBe("Ожидание превышено меньше чем на минуту");
  });
});

describe("days", () => {
  const now = Date.parse("2026-11-25T09:00:00Z");
  it("are named from today, in Moscow", () => {
    expect(dayTitle("2026-11-24T21:30:00Z", now)).toBe("Сегодня");
    expect(dayTitle("2026-11-24T20:30:00Z", now)).toBe("Вчера");
    expect(dayTitle("2026-03-08T09:00:00Z", now)).toBe("8 марта");
    expect(clockOrDay("2026-11-25T06:05:00Z", now)).toBe("09:05");
    expect(date("2026-12-02")).toBe("02.12.2026");
  });
});

describe("variables of canned answers", () => {
  it("are found, filled when known, and the rest is named", () => {
    const text = fillKnown("Оператор {Оператор}, срок {срок}, ещё раз {срок}", { оператор: "Гаглоева" });
    expect(text).toBe("Оператор Гаглоева, срок {срок}, ещё раз {срок}");
    expect(unfilled(text)).toEqual(["срок"]);
    expect(text.slice(...firstUnfilled(text)!)).toBe("{срок}");
  });
  it("do not mistake other braces", () => {
    expect(unfilled("{} {1} { x }")).toEqual([]);
  });
  it.each([
    ["/", ""],
    [".", ""],
    ["/прив", "прив"],
    ["Добрый день.", null],
    ["/a b", null],
  ])("the list opens for «%s»: %s", (text, query) => {
    expect(cannedQuery(text)).toBe(query);
  });
});

describe("the stream", () => {
  it("gives whole events from any pieces, and keeps their numbers", () => {
    const parser = new SseParser();
    expect(parser.push(": ping\n\nid: 7\nda")).toEqual([]);
    expect(parser.push('ta: {"a":1}\n\nid: 8\ndata: x\r\ndata: y\r\n\r\n')).toEqual([
      { id: "7", data: '{"a":1}' },
      { id: "8", data: "x\ny" },
    ]);
    expect(parser.push("data: z\n\n")).toEqual([{ id: null, data: "z" }]);
  });
  it("waits longer after each failure, never more than half a minute", () => {
    expect(waitBeforeTry(0, 0)).toBe(250);
    expect(waitBeforeTry(3, 1)).toBe(4000);
    expect(waitBeforeTry(50, 1)).toBe(30_000);
  });
});

describe("refusals", () => {
  it("speak with the server's words", () => {
    expect(refusal(400, '{"code":"invalid","message":"Проверьте","fields":{"a":"б"}}', null)).toMatchObject({ code: "invalid", message: "Проверьте", fields: { a: "б" } });
  });
  it("speak Russian when a proxy answers with a page", () => {
    expect(refusal(502, "<html>", null).message).toBe("Сервер перезапускается. Повторите через минуту.");
  });
  it("tell how many seconds to wait", () => {
    expect(refusal(429, "{}", "31").message).toBe("Слишком много попыток. Повторите через 31 секунду.");
  });
});

describe("the card", () => {
  it("puts an error beside the line that was sent, empty lines left out", () => {
    const { sent, places } = withoutEmpty(["", " 1 ", "", "2"]);
    expect(sent).toEqual(["1", "2"]);
    expect(lineErrors({ "phones.1": "плохо", "emails.0": "нет" }, "phones", places)).toEqual({ 3: "плохо" });
    expect(lineErrors({ phones: "плохо" }, "phones", places)).toEqual({ 1: "плохо" });
  });
});

describe("texts", () => {
  it("show names shortly", () => {
    expect([initials("Гаглоева Мадина Т."), shortName("Гаглоева Мадина Тотразовна")]).toEqual(["ГМ", "Гаглоева М. Т."]);
  });
  it("link only web addresses, without the full stop after them", () => {
    expect(withLinks("см. https://a.b/c?d=1. javascript:alert(1)")).toEqual([
      { text: "см. ", link: null },
      { text: "https://a.b/c?d=1", link: "https://a.b/c?d=1" },
      { text: ". javascript:alert(1)", link: null },
    ]);
  });
  it("show sizes", () => {
    expect([fileSize(12), fileSize(482_113), fileSize(24_000_000)]).toEqual(["12 Б", "471 КБ", "22,9 МБ"]);
  });
});
