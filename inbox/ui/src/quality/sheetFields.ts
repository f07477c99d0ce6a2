/** A score sheet as a form: a field for each criterion and one for the words, named as the API names them. */
import type { Models } from "@/api/types";
import type { Fields } from "@/conflicts/merging";
import { quality } from "@/locales/quality";

type Mark = Models["Mark"];
export type Sheet = Record<string, string>;
export const SUMMARY = "summary";

export const markOf = (key: string): string => `marks.${key}`;

export function sheetOf({ lines, marks, summary }: Models["ReviewView"]): Sheet {
  return { ...Object.fromEntries(lines.map(({ key }) => [markOf(key), marks[key] ?? ""])), [SUMMARY]: summary };
}

export function fieldsOf(lines: Models["CriterionView"][]): Fields<Sheet> {
  const told = (value: string | undefined): string => (value ? quality.marks[value as Mark] : "");
  return { ...Object.fromEntries(lines.map(({ key, title }) => [markOf(key), { title, told }])), [SUMMARY]: quality.sheet.summary };
}

/** The marks that were given. */
export function marksIn(sheet: Sheet, lines: Models["CriterionView"][]): Record<string, Mark> {
  const given = lines.filter(({ key }) => sheet[markOf(key)]);
  return Object.fromEntries(given.map(({ key }) => [key, sheet[markOf(key)] as Mark]));
}
