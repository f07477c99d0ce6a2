import { describe, expect, it } from "vitest";
import type { Conversation, RegisterForm } from "@/api/types";
import { personOf, propose, stillMissing } from "@/appeals/proposed";
import { bounceWords, checkState } from "@/locales/mail";
import type { CardDraft } from "@/mail/types";
import { copiesOf, wrongCopy } from "@/mail/useLetter";

const draft: CardDraft = {
  surname: "Образцова", given_name: "Анна", patronymic: "", phone: "+78672000001", email: "anna@example.org",
  address: "", topic: "Фонарь", text: "Починить фонарь.", urgency: "urgent", reply_form: "email", reply_to: "anna@example.org",
};
const form = (): RegisterForm => ({ text: "слова", address: "ул. Примерная", topic: "", urgency: "long_term", reply_form: "phone", reply_to: "", client_key: "key" });
const view = (missing: string[], surname = "") =>
  ({ applicant: { missing, surname, given_name: "", patronymic: "", phones: [], emails: [] } }) as unknown as Conversation;

describe("why a letter came back", () => {
  it.each([
    ["5.1.1 550 no such user", "такого адреса нет"],
    ["550 5.2.2 mailbox full", "почтовый ящик переполнен"],
    ["5.1.2 no such domain", "домена адреса не существует"],
    ["5.7.26 policy", "сервер получателя не принял письмо по своим правилам"],
    ["4.4.1 timeout", "сервер получателя не отвечает"],
    ["connect to 5.1.1.9: refused", "connect to 5.1.1.9: refused"],
    ["", ""],
  ])("%s", (error, words) => expect(bounceWords(error)).toBe(words));
});

describe("whether the sender is proved", () => {
  it.each([
    [{ spf: "fail", dkim: "none", dmarc: "pass" }, "good"],
    [{ spf: "pass", dkim: "pass", dmarc: "fail" }, "bad"],
    [{ spf: "softfail", dkim: "", dmarc: "" }, "bad"],
    [{ spf: "pass", dkim: "fail", dmarc: "" }, "good"],
    [{ spf: "", dkim: "fail", dmarc: "" }, "bad"],
    [{ spf: "", dkim: "", dmarc: "none" }, "none"],
  ])("%o is %s", (check, state) => expect(checkState(check)).toBe(state));
});

describe("copies of a letter", () => {
  it("are divided by whatever people put between them", () => expect(copiesOf("a@x.example, b@x.example;\nc@x.example ")).toEqual(["a@x.example", "b@x.example", "c@x.example"]));
  it("the first that is no address is named", () => expect([wrongCopy("a@x.example, Иванов"), wrongCopy("a@x.example"), wrongCopy("")]).toEqual(["Иванов", "", ""]));
});

describe("what a mail proposes", () => {
  it("is filled in and named; what it does not say stays", () => {
    const filled = form();
    expect([...propose(filled, draft)].sort()).toEqual(["reply_form", "reply_to", "text", "topic", "urgency"]);
    expect(filled).toMatchObject({ text: "Починить фонарь.", address: "ул. Примерная", urgency: "urgent", client_key: "key" });
  });

  it("does not ask for an applicant whose card is full", () => expect(personOf(view(["consent"]), draft)).toBeNull());

  it("keeps the name that the card has already", () => expect(personOf(view(["contact"], "Тестова"), draft)).toMatchObject({ surname: "Тестова", given_name: "Анна", email: "anna@example.org" }));

  it("makes good what is missing as soon as it is there", () => {
    const person = personOf(view(["full_name", "contact", "consent"]), draft);
    expect(stillMissing(["full_name", "contact", "consent"], person)).toEqual(["consent"]);
    expect(stillMissing(["full_name"], { ...person!, given_name: " " })).toEqual(["full_name"]);
    expect(stillMissing(["full_name"], null)).toEqual(["full_name"]);
  });
});
