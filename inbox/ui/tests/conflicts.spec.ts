import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { differences, firstChoice, isSame, type Fields } from "@/conflicts/merging";
import { useConflict } from "@/conflicts/useConflict";

interface Form {
  title: string;
  phones: string[];
  urgent: boolean;
}
interface Thing extends Form {
  version: number;
}
const FIELDS: Fields<Form> = { title: "Название", phones: "Телефоны", urgent: { title: "Срочно", told: (value) => (value ? "да" : "нет") } };
const BASE: Form = { title: "Каток", phones: ["1", ""], urgent: false };
const REFUSED = new ApiError(409, "conflict", "");

describe("two people in one form", () => {
  it.each<[string, Partial<Form>, Partial<Form>, Record<string, string>]>([
    ["nobody changed anything", {}, {}, {}],
    ["only I did", { title: "Мой" }, {}, {}],
    ["only the colleague did", {}, { title: "Их" }, { title: "theirs" }],
    ["both did", { title: "Мой" }, { title: "Их" }, { title: "mine" }],
    ["both wrote the same", { title: "Общий" }, { title: " Общий " }, {}],
    ["each another field", { title: "Мой" }, { urgent: true }, { urgent: "theirs" }],
    ["an empty line of a list", {}, { phones: ["1"] }, {}],
  ])("%s", (_, mine, theirs, chosen) => {
    expect(firstChoice(differences(BASE, { ...BASE, ...mine }, { ...BASE, ...theirs }, FIELDS))).toEqual(chosen);
  });

  it("are told as they are read", () => {
    const found = differences(BASE, { ...BASE, phones: ["1", "2"] }, { ...BASE, phones: ["3"], urgent: true }, FIELDS);
    expect(found).toEqual([
      { name: "phones", title: "Телефоны", mine: "1\n2", theirs: "3", isText: true, isOfBoth: true },
      { name: "urgent", title: "Срочно", mine: "нет", theirs: "да", isText: false, isOfBoth: false },
    ]);
  });

  it("see no difference in spaces", () => expect(isSame(" а  б\n", "а б")).toBe(true));
});

describe("a refused save", () => {
  function met(now: Partial<Thing>, typed: Partial<Form> = {}) {
    const form = { ...BASE, ...typed };
    const known = vi.fn();
    const save = vi.fn();
    const conflict = useConflict<Thing, Form>({ fields: FIELDS, formOf: ({ version: _, ...rest }) => rest, form: () => form, fresh: () => Promise.resolve({ ...BASE, version: 2, ...now }), known, save });
    conflict.begin({ ...BASE, version: 1 });
    return { conflict, form, known, save };
  }

  it("asks, and saves what was chosen over the new version", async () => {
    const { conflict, form, known, save } = met({ title: "Их", urgent: true }, { title: "Мой" });
    await conflict.meet(REFUSED);
    expect([conflict.open.value, save.mock.calls.length]).toEqual([true, 0]);
    await conflict.settle(["urgent"]);
    expect(form).toEqual({ ...BASE, title: "Мой", urgent: true });
    expect(known).toHaveBeenCalledWith(expect.objectContaining({ version: 2 }));
    expect([conflict.open.value, conflict.isUndecided(), save.mock.calls.length]).toEqual([false, false, 1]);
  });

  it("asks again after a window closed without a choice", async () => {
    const { conflict, known, save } = met({ title: "Их" });
    await conflict.meet(REFUSED);
    conflict.open.value = false;
    expect([conflict.isUndecided(), known.mock.calls.length, save.mock.calls.length]).toEqual([true, 0, 0]);
    await conflict.meet(REFUSED);
    expect(conflict.open.value).toBe(true);
  });

  it("is repeated at once when the colleague changed nothing of the form", async () => {
    const { conflict, known, save } = met({}, { title: "Мой" });
    await conflict.meet(REFUSED);
    expect([conflict.open.value, known.mock.calls.length, save.mock.calls.length]).toEqual([false, 1, 1]);
  });

  it.each([
    ["another refusal", new ApiError(400, "invalid", ""), {}],
    ["the same version", REFUSED, { version: 1 }],
    ["no refusal", null, {}],
  ])("is no conflict: %s", async (_, refused, now) => {
    const { conflict, known, save } = met({ title: "Их", ...now });
    await conflict.meet(refused);
    expect([conflict.open.value, known.mock.calls.length, save.mock.calls.length]).toEqual([false, 0, 0]);
  });
});

describe("a draft that came back over a colleague's version", () => {
  function restored(now: Partial<Form>, typed: Partial<Form>) {
    const form = { ...BASE, ...typed };
    const save = vi.fn();
    const conflict = useConflict<Thing, Form>({ fields: FIELDS, formOf: ({ version: _, ...rest }) => rest, form: () => form, fresh: () => Promise.reject(new Error("nobody asked")), known: vi.fn(), save });
    conflict.begin({ ...BASE, ...now, version: 2 });
    conflict.offer(BASE, { ...BASE, ...now });
    return { conflict, form, save };
  }

  it("puts what was chosen into the form and sends nothing", async () => {
    const { conflict, form, save } = restored({ title: "Их" }, { title: "Мой" });
    expect([conflict.open.value, conflict.found.value.map((one) => one.name)]).toEqual([true, ["title"]]);
    await conflict.settle(["title"]);
    expect([form.title, conflict.open.value, conflict.offered.value, save.mock.calls.length]).toEqual(["Их", false, null, 0]);
  });

  it("is no question when only one of the two changed a field", () => {
    const { conflict } = restored({ urgent: true }, { title: "Мой", urgent: true });
    expect(conflict.open.value).toBe(false);
  });

  it("adds the question of a second draft to that of the first", () => {
    const { conflict } = restored({ title: "Их" }, { title: "Мой", urgent: true });
    const before = conflict.found.value.map((one) => one.name);
    conflict.offer({ ...BASE, title: "Их" }, { ...BASE, title: "Их" });
    expect(conflict.found.value.map((one) => one.name)).toEqual(before);
  });
});
