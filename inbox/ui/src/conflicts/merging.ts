/** Two people filled in the same form: where they differ, and what becomes of both. */

export type Side = "mine" | "theirs";

/** How the fields of a form are called; one with ``told`` is a choice, shown before and after, any other is a text, compared by words. */
export type Fields<Form> = { [Name in keyof Form]?: string | { title: string; told: (value: Form[Name]) => string } };

export interface Difference<Form> {
  name: keyof Form & string;
  title: string;
  mine: string;
  theirs: string;
  isText: boolean;
  /** Both wrote something else than was there before; otherwise only the colleague did. */
  isOfBoth: boolean;
}

/** What the colleague wrote otherwise than it is here; what only I changed is no question. ``base``: what both began with. */
export function differences<Form extends object>(base: Form, mine: Form, theirs: Form, fields: Fields<Form>): Difference<Form>[] {
  const names = Object.keys(fields) as (keyof Form & string)[];
  return names
    .filter((name) => !isSame(mine[name], theirs[name]) && !isSame(base[name], theirs[name]))
    .map((name) => ({ name, ...told(fields, name, mine[name], theirs[name]), isOfBoth: !isSame(base[name], mine[name]) }));
}

/** What a person meant to write stays; what they did not touch is the colleague's. */
export function firstChoice<Form>(found: Difference<Form>[]): Record<string, Side> {
  return Object.fromEntries(found.map((one) => [one.name, one.isOfBoth ? "mine" : "theirs"]));
}

/** Whether a person would see no difference: spaces at the ends and empty lines of a list are none. */
export function isSame(one: unknown, other: unknown): boolean {
  return tidy(one) === tidy(other);
}

function told<Form extends object, Name extends keyof Form>(fields: Fields<Form>, name: Name, mine: Form[Name], theirs: Form[Name]) {
  const field: string | { title: string; told: (value: Form[Name]) => string } = fields[name] ?? "";
  if (typeof field === "string") return { title: field, mine: plain(mine), theirs: plain(theirs), isText: true };
  return { title: field.title, mine: field.told(mine), theirs: field.told(theirs), isText: false };
}

const plain = (value: unknown): string => (Array.isArray(value) ? value.filter(Boolean).join("\n") : String(value ?? ""));
const tidy = (value: unknown): string => plain(value).split("\n").map((line) => line.replace(/\s+/g, " ").trim()).join("\n").trim();
