/** Canned answers, loaded once for a page, and what the program can fill in them. */
import { ref } from "vue";
import { get } from "@/api/client";
import type { Canned, Conversation } from "@/api/types";
import { ru } from "@/locales/ru";
import { toastError } from "@/shell/toasts";
import { date } from "@/ui/time";

export const cannedAnswers = ref<Canned[]>([]);
let isLoaded = false;

export async function loadCanned(): Promise<void> {
  if (isLoaded) return;
  try {
    cannedAnswers.value = await get<Canned[]>("/api/canned-answers");
    isLoaded = true;
  } catch (error) {
    toastError(error);
  }
}

/** Names of variables that may be filled without asking, in both languages of the templates. */
export function knownVariables(view: Conversation, operator: string): Record<string, string> {
  const { surname, given_name: given, patronymic, organisation } = view.applicant;
  const address = [given, patronymic].filter(Boolean).join(" ");
  const applicant = [surname, given, patronymic].filter(Boolean).join(" ") || organisation;
  const appeal = view.appeals.find((known) => known.status !== "closed");
  const known: Record<keyof typeof ru.variables, string | undefined> = {
    operator,
    applicant,
    name: address || applicant,
    today: date(new Date().toISOString()),
    number: appeal?.registration_number,
    due: appeal && date(appeal.due_on),
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, value]) => (value ? [key, ...ru.variables[key as keyof typeof known]].map((name) => [name, value]) : [])),
  );
}
