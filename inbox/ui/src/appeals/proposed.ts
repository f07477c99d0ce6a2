/** What a mail proposes for a registration: fields of the card of the appeal, and the applicant's where nobody wrote them yet. */
import { send } from "@/api/client";
import type { Card, Conversation, RegisterForm } from "@/api/types";
import { formOf } from "@/inbox/card";
import type { CardDraft } from "@/mail/types";

export type Person = Pick<CardDraft, "surname" | "given_name" | "patronymic" | "phone" | "email">;
type Field = "text" | "address" | "topic" | "urgency" | "reply_form" | "reply_to";

const FIELDS: readonly Field[] = ["text", "address", "topic", "urgency", "reply_form", "reply_to"];

/** Fills what the mail says into the form; gives the names of the fields that it filled. */
export function propose(form: RegisterForm, draft: CardDraft): Set<string> {
  const told = FIELDS.filter((name) => draft[name] !== "");
  Object.assign(form, Object.fromEntries(told.map((name) => [name, draft[name]])));
  return new Set(told);
}

/** Nobody is asked twice: only a card that lacks a name or a contact is filled from the mail. */
export function personOf(view: Conversation, draft: CardDraft): Person | null {
  const { missing } = view.applicant;
  if (!missing.includes("full_name") && !missing.includes("contact")) return null;
  const { surname, given_name, patronymic, phone, email } = draft;
  const card = view.applicant;
  return { surname: card.surname || surname, given_name: card.given_name || given_name, patronymic: card.patronymic || patronymic, phone, email };
}

/** What the person's fields make good of what is missing. */
export function stillMissing(missing: string[], person: Person | null): string[] {
  if (!person) return missing;
  const given: Record<string, boolean> = { full_name: !!(person.surname.trim() && person.given_name.trim()), contact: !!(person.phone.trim() || person.email.trim()) };
  return missing.filter((part) => !given[part]);
}

export function savePerson(view: Conversation, person: Person): Promise<Card> {
  const card = formOf(view.applicant);
  const lines = (known: string[], told: string) => [...new Set([...known, told].map((one) => one.trim()).filter(Boolean))];
  const { surname, given_name, patronymic } = person;
  const form = { ...card, surname, given_name, patronymic, phones: lines(card.phones, person.phone), emails: lines(card.emails, person.email) };
  return send<Card>("PUT", `/api/conversations/${view.row.id}/applicant`, form);
}
