/** An article as a form, and how two of them differ. */
import { kb } from "@/locales/knowledge";
import type { KbArticle, KbVersionText } from "./types";

export const LIMITS: Record<string, number> = { title: 300, answer: 20000, spoken: 1000, source: 300 };

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
  const faults: Record<string, string> = {};
  for (const [name, limit] of Object.entries(LIMITS)) {
    const length = String(form[name as keyof Written]).length;
    if (length > limit) faults[name] = kb.article.tooLong(limit, length);
  }
  const long = form.questions.split("\n").find((line) => line.length > 300);
  if (long) faults["questions"] = kb.article.tooLong(300, long.length);
  return faults;
}

/** Names of the fields in which two forms differ; what the server tidies (spaces at the ends) is no difference. */
export function differing(one: Written, other: Written): (keyof Written)[] {
  return FIELDS.filter((name) => tidy(one[name]) !== tidy(other[name]));
}

const tidy = (value: string | boolean): string => String(value).split("\n").map((line) => line.replace(/\s+/g, " ").trim()).join("\n").trim();
