/** The applicant's card as a form and back. */
import type { Card, CardForm } from "@/api/types";
import type { Fields } from "@/conflicts/merging";
import { yesNo } from "@/locales/conflicts";
import { ru } from "@/locales/ru";

export const FIELDS: Fields<CardForm> = {
  kind: { title: ru.card.kind, told: (kind) => ru.card[kind] },
  organisation: ru.card.organisationName,
  surname: ru.card.surname,
  given_name: ru.card.givenName,
  patronymic: ru.card.patronymic,
  phones: ru.card.phones,
  emails: ru.card.emails,
  postal_address: ru.card.postal,
  consent: { title: ru.card.consentBox, told: yesNo },
};

export function fullName(card: Pick<Card, "surname" | "given_name" | "patronymic">): string {
  return [card.surname, card.given_name, card.patronymic].filter(Boolean).join(" ");
}

export function formOf(card: Card): CardForm {
  const { kind, surname, given_name, patronymic, organisation, postal_address, version } = card;
  const lines = (values: string[]) => (values.length ? [...values] : [""]);
  return { kind, surname, given_name, patronymic, organisation, postal_address, version, phones: lines(card.phones), emails: lines(card.emails), consent: !!card.consent_at };
}

/** Empty lines are not sent; ``places`` remembers where each sent line stands in the form, to put an error beside it. */
export function withoutEmpty(values: string[]): { sent: string[]; places: number[] } {
  const places = values.flatMap((value, at) => (value.trim() ? [at] : []));
  return { sent: places.map((at) => values[at]!.trim()), places };
}

/** The server names lines as it got them ("phones.1"); here by the line of the form. "phones" alone marks the first line. */
export function lineErrors(fields: Record<string, string>, name: string, places: number[]): Record<number, string> {
  const errors: Record<number, string> = {};
  for (const [field, words] of Object.entries(fields)) {
    const found = /^(\w+)(?:[.[](\d+)\]?)?$/.exec(field);
    if (found?.[1] !== name) continue;
    errors[found[2] === undefined ? (places[0] ?? 0) : (places[Number(found[2])] ?? 0)] = words;
  }
  return errors;
}
