import { effectScope, nextTick, reactive, ref } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DraftView } from "@/api/types";
import { touchedIn, typedIn, useDraft } from "@/drafts/useDraft";

const server = vi.hoisted(() => ({ kept: {} as Record<string, unknown>, saved: [] as Record<string, unknown>[] }));
vi.mock("@/api/client", () => ({
  get: () => Promise.resolve(server.kept),
  send: (_method: string, _path: string, body: Record<string, unknown>) => {
    server.saved.push(body);
    return Promise.resolve({ text: body["text"], seen: body["seen"], replaced: "", version: Number(body["version"]) + 1, saved_at: "2026-11-25T09:00:00Z" });
  },
  setPlace: () => undefined,
}));

const NOTHING: DraftView = { text: "", replaced: "", version: 0, seen: 0, saved_at: null };
let subjects = 0;

describe("the draft of a form", () => {
  beforeEach(() => {
    vi.stubGlobal("window", globalThis);
    vi.useFakeTimers();
    server.kept = NOTHING;
    server.saved = [];
  });
  afterEach(() => vi.useRealTimers());

  /** A form that is open about a subject of its own. */
  function aForm(version = 3) {
    const form = reactive({ note: "" });
    const open = ref(true);
    const id = ++subjects;
    const scope = effectScope();
    const unsent = scope.run(() => useDraft({ kind: "call_back", id: () => id, open, ...typedIn(form), seen: () => version }))!;
    return { form, open, scope, unsent };
  }

  it("is saved a moment after the last key, and at once when the form is closed", async () => {
    const { form, open, unsent } = aForm();
    await unsent.begin();
    form.note = "Дом";
    await nextTick();
    form.note = "Дом 5";
    await vi.advanceTimersByTimeAsync(799);
    expect(server.saved).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.saved.map((one) => one["text"])).toEqual(['{"note":"Дом 5"}']);
    form.note = "Дом 5, двор";
    await nextTick();
    open.value = false;
    await vi.advanceTimersByTimeAsync(0);
    expect(server.saved.at(-1)?.["text"]).toBe('{"note":"Дом 5, двор"}');
  });

  it("comes back when the form is opened, and tells when what it is about was changed meanwhile", async () => {
    server.kept = { text: '{"note":"Дом 5"}', replaced: "", version: 7, seen: 2, saved_at: "2026-11-25T09:00:00Z" };
    const { form, unsent } = aForm(3);
    await unsent.begin();
    expect(form.note).toBe("Дом 5");
    expect(unsent.restored.value).toEqual({ at: "2026-11-25T09:00:00Z", seen: 2 });
    expect(unsent.behind.value).toBe(2);
    form.note = "Дом 5, двор";
    await vi.advanceTimersByTimeAsync(800);
    expect(server.saved).toMatchObject([{ version: 7, seen: 2 }]);
    unsent.discard();
    expect(form.note).toBe("");
  });

  it("ends when the form is sent: what was on its way is not saved, and a word typed before the answer is not written over", async () => {
    server.kept = { text: '{"note":"Дом 5"}', replaced: "", version: 7, seen: 3, saved_at: "2026-11-25T09:00:00Z" };
    const { form, unsent } = aForm();
    const begun = unsent.begin();
    form.note = "Двор";
    await nextTick();
    await begun;
    expect(form.note).toBe("Двор");
    unsent.sent();
    await vi.advanceTimersByTimeAsync(5000);
    expect(server.saved).toEqual([]);
    expect(unsent.restored.value).toBeNull();
  });
});

describe("a form of one object", () => {
  it("is read and filled field by field, through the refs it is made of", () => {
    const note = ref("");
    const form = typedIn(reactive({ note, outcome: "talked" }));
    form.fill({ note: "Дом 5", outcome: "no_answer" });
    expect(note.value).toBe("Дом 5");
    expect(form.read()).toEqual({ note: "Дом 5", outcome: "no_answer" });
  });
});

describe("a form over a card that a colleague changes too", () => {
  const card = { text: "Темно", topic: "", phones: ["1"] };

  function aForm(base: typeof card) {
    const shown = reactive(structuredClone(base));
    const offer = vi.fn();
    return { shown, offer, ...touchedIn(() => ({ ...shown }), () => base, (kept) => Object.assign(shown, kept), offer) };
  }

  it("gets back what was touched, and keeps what the colleague wrote in the other fields", () => {
    const before = aForm(card);
    Object.assign(before.shown, { topic: "Освещение", phones: ["1", "2"] });
    const kept = JSON.parse(JSON.stringify(before.read()));
    const after = aForm({ ...card, text: "Темно во дворе" });
    after.fill(kept);
    expect(after.shown).toEqual({ text: "Темно во дворе", topic: "Освещение", phones: ["1", "2"] });
    expect(after.offer).not.toHaveBeenCalled();
  });

  it("asks about a field that was touched and changed by the colleague, too", () => {
    const before = aForm(card);
    before.shown.topic = "Освещение";
    const kept = JSON.parse(JSON.stringify(before.read()));
    const now = { ...card, topic: "Дороги" };
    const after = aForm(now);
    after.fill(kept);
    expect(after.shown.topic).toBe("Освещение");
    expect(after.offer).toHaveBeenCalledExactlyOnceWith(card, now);
  });

  it("is the card again when the draft is thrown away", () => {
    const form = aForm(card);
    const untouched = form.read();
    form.shown.topic = "Освещение";
    form.fill(JSON.parse(JSON.stringify(untouched)));
    expect(form.shown).toEqual(card);
  });
});
