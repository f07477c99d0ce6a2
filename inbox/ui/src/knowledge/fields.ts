/** An article as a form, and how two of them differ. */
import limits from "@/api/limits.json";
import { isSame, type Fields } from "@/conflicts/merging";
import { yesNo } from "@/locales/conflicts";
import { kb } from "@/locales/knowledge";
import { overlong } from "@/ui/length";
import { date } from "@/ui/time";
import type { KbArticle, KbCounts, KbVersionText } from "./types";

const LONG = ["title", "answer", "spoken", "source"] as const satisfies readonly (keyof Written)[];

export interface Written {
  title: string;
  answer: string;
  spoken: string;
  questions: string;
  item_no: string;
  department: string;
  source: string;
  valid_until: string;
  restricted: boolean;
}

export const FIELDS = ["title", "item_no", "department", "answer", "spoken", "questions", "source", "valid_until", "restricted"] as const satisfies readonly (keyof Written)[];
type Source = Pick<KbArticle | KbVersionText, "title" | "answer" | "spoken" | "questions" | "item_no" | "department" | "source" | "valid_until" | "restricted">;

export function writtenOf(article: Source): Written {
  return {
    title: article.title ?? "",
    answer: article.answer ?? "",
    spoken: article.spoken ?? "",
    questions: (article.questions ?? []).join("\n"),
    item_no: article.item_no ? String(article.item_no) : "",
    department: article.department ?? "",
    source: article.source ?? "",
    valid_until: article.valid_until ?? "",
    restricted: !!article.restricted,
  };
}

export function bodyOf(form: Written) {
  return {
    ...form,
    questions: form.questions.split("\n").map((line) => line.trim()).filter(Boolean),
    item_no: form.item_no ? Number(form.item_no) : null,
    department: form.department || null,
    valid_until: form.valid_until || null,
  };
}

/** What is too long to be kept, in words beside its field. */
export function faultsOf(form: Written): Record<string, string> {
  const found = LONG.map((name) => [name, overlong(form[name], limits.ArticleSave[name])]);
  const question = form.questions.split("\n").map((line) => overlong(line, limits.ArticleSave.questions)).find(Boolean);
  return Object.fromEntries([...found, ["questions", question ?? ""]].filter(([, words]) => words));
}

/** Names of the fields in which two forms differ; what the server tidies (spaces at the ends) is no difference. */
export function differing(one: Written, other: Written): (keyof Written)[] {
  return FIELDS.filter((name) => !isSame(one[name], other[name]));
}

/** How the fields are called, and what stands in those that are chosen; the lists of the choices come later than the page. */
export function namesOf(counts: () => KbCounts | null): Fields<Written> {
  const titles = kb.article.fields;
  const item = (no: string) => counts()?.items.find((one) => String(one.no) === no);
  const told: { [Name in keyof Written]?: (value: Written[Name]) => string } = {
    item_no: (no) => (item(no) ? `${no}. ${item(no)?.title}` : no),
    department: (key) => counts()?.departments[key] ?? key,
    valid_until: (day) => day && date(day),
    restricted: yesNo,
  };
  return Object.fromEntries(FIELDS.map((name) => [name, told[name] ? { title: titles[name] ?? name, told: told[name] } : (titles[name] ?? name)]));
}
