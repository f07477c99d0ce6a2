/** A filter of the list: in the address of the page, as chips, and as a query of the API. */
import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { AppealFilter, AppealStatus, CaseChoices } from "@/api/types";
import { casework } from "@/locales/appeals";
import { ru } from "@/locales/ru";
import { date } from "@/ui/time";

export const EMPTY: AppealFilter = {
  words: "",
  statuses: [],
  urgency: "",
  channel: "",
  department: "",
  assignee: "",
  assignee_id: null,
  applicant_id: null,
  term: "",
  registered_from: null,
  registered_to: null,
  awaited: false,
  by_term: false,
};

const FLAGS = ["awaited", "by_term"] as const;
const NUMBERS = ["assignee_id", "applicant_id"] as const;

export function toQuery(filter: AppealFilter): LocationQueryRaw {
  const parts = Object.entries(filter).filter(([, value]) => value !== null && value !== "" && value !== false && !(Array.isArray(value) && !value.length));
  return Object.fromEntries(parts.map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : value === true ? "1" : String(value)]));
}

export function fromQuery(query: LocationQuery): AppealFilter {
  const filter: Record<string, unknown> = { ...EMPTY, statuses: [] };
  for (const [name, value] of Object.entries(query)) {
    if (!(name in EMPTY) || !value) continue;
    if (name === "statuses") filter[name] = [value].flat().filter((one): one is AppealStatus => !!one && one in casework.status);
    else if ((FLAGS as readonly string[]).includes(name)) filter[name] = value === "1";
    else if ((NUMBERS as readonly string[]).includes(name)) filter[name] = Number(value) || null;
    else filter[name] = String(value);
  }
  return filter as AppealFilter;
}

export interface Chip {
  key: string;
  title: string;
  without: Partial<AppealFilter>;
}

export function chips(filter: AppealFilter, choices: CaseChoices): Chip[] {
  const { list } = casework;
  const found: Chip[] = filter.statuses.map((status) => ({ key: `status-${status}`, title: casework.status[status], without: { statuses: filter.statuses.filter((one) => one !== status) } }));
  const add = (key: keyof AppealFilter, title: string, value: string, without: Partial<AppealFilter>) => found.push({ key, title: list.chip(title, value), without });
  if (filter.urgency) add("urgency", list.urgency, casework.urgency[filter.urgency], { urgency: "" });
  if (filter.channel) add("channel", list.channel, ru.channels[filter.channel] ?? filter.channel, { channel: "" });
  if (filter.department) add("department", list.department, choices.departments.find((one) => one.key === filter.department)?.name ?? filter.department, { department: "" });
  if (filter.assignee) add("assignee", list.assignee, filter.assignee === "me" ? list.me : list.nobody, { assignee: "" });
  if (filter.assignee_id) add("assignee_id", list.assignee, choices.staff.find((one) => one.id === filter.assignee_id)?.full_name ?? String(filter.assignee_id), { assignee_id: null });
  if (filter.term) add("term", list.term, list.terms[filter.term] ?? filter.term, { term: "" });
  if (filter.registered_from) add("registered_from", casework.card.registered, `${ru.common.from} ${date(filter.registered_from)}`, { registered_from: null });
  if (filter.registered_to) add("registered_to", casework.card.registered, `${ru.common.until} ${date(filter.registered_to)}`, { registered_to: null });
  if (filter.awaited) found.push({ key: "awaited", title: list.awaited, without: { awaited: false } });
  if (filter.by_term) found.push({ key: "by_term", title: list.byTerm, without: { by_term: false } });
  return found;
}
