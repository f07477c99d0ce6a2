import { describe, expect, it } from "vitest";
import { after, later, stageOf } from "@/phone/stages";
import { captions, menuPlace, number, phoneNumber, span, who } from "@/phone/words";

const at = "2026-11-25T09:00:00Z";
const now = Date.parse(at);

describe("who calls", () => {
  it.each([
    ["+78672000001", "+7 867 200-00-01"],
    ["+3725550001", "+3725550001"],
    ["", ""],
  ])("%s is shown as %s", (given, shown) => {
    expect(phoneNumber(given)).toBe(shown);
  });
  it.each([
    [{ caller: "", said_as: "" }, "Номер скрыт"],
    [{ caller: "", said_as: "anonymous" }, "Номер скрыт"],
    [{ caller: "", said_as: "sip:office" }, "Номер не определён: sip:office"],
    [{ caller: "+79000000001", said_as: "" }, "+7 900 000-00-01"],
  ])("a number %j", (call, shown) => {
    expect(number(call)).toBe(shown);
  });
  it("goes by the name where it is known", () => {
    expect(who({ caller: "+79000000001", said_as: "", person: { id: 1, name: "Примеров Иван" } })).toBe("Примеров Иван");
  });
});

describe("a span", () => {
  it.each([
    [0, "0:00"],
    [59_999, "0:59"],
    [61_000, "1:01"],
    [3_900_000, "1 ч 05 мин"],
    [-5, "0:00"],
  ])("%i ms is %s", (milliseconds, shown) => {
    expect(span(milliseconds)).toBe(shown);
  });
});

describe("captions", () => {
  it("tell what the caller did before what they were told", () => {
    const told = captions([{ at, kind: "keys", details: { keys: "3", said: ["Слушаю Вас.", "https://voice.example/media/a.wav"] } }]);
    expect(told.map(({ side, text }) => [side, text])).toEqual([
      ["caller", "Нажал: 3"],
      ["centre", "Слушаю Вас."],
      ["centre", "Звукозапись"],
    ]);
  });
  it("leave out what says nothing, and name what went wrong", () => {
    const told = captions([
      { at, kind: "tick", details: {} },
      { at, kind: "pressed", details: { key: "3" } },
      { at, kind: "news of a later version", details: {} },
      { at, kind: "dialled", details: { status: "busy" } },
      { at, kind: "mute", details: { muted: false } },
    ]);
    expect(told.map((one) => one.text)).toEqual(["Вызов окончен: занято", "Микрофон оператора включён"]);
  });
  it.each([
    ["menu", "главное меню"],
    ["message_name", "сообщение"],
    ["call_back_offer", "соединение с оператором"],
    ["categories", "информация об администрации"],
    ["dispatch_advice", "соединение с ЕДДС"],
    ["reading_news", "новость дня"],
    ["", ""],
  ])("the state %s is %s", (state, shown) => {
    expect(menuPlace(state)).toBe(shown);
  });
});

describe("the script", () => {
  const own = (given: object) => ({ stage: "talking" as const, talking_since: at, missing: [], call: { appeal_id: null }, ...given });
  it.each([
    ["greeting", own({ talking_since: null }), 60],
    ["greeting", own({}), 5],
    ["person", own({ missing: ["full_name"] }), 60],
    ["matter", own({}), 60],
    ["summary", own({ call: { appeal_id: 7 } }), 60],
    ["farewell", own({ stage: "gone" }), 60],
  ])("is at %s", (stage, call, seconds) => {
    expect(stageOf(call, now + seconds * 1000)).toBe(stage);
  });
  it("only goes forward by itself", () => {
    expect([later("summary", "person"), later("person", "summary"), after("summary"), after("farewell")]).toEqual(["summary", "summary", "farewell", null]);
  });
});
