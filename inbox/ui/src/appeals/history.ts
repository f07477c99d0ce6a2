/** A move of a card's history in plain Russian. */
import type { HistoryLine, LikeCard } from "@/api/types";
import { casework } from "@/locales/appeals";
import { ru } from "@/locales/ru";
import { date } from "@/ui/time";

export interface Told {
  title: string;
  /** Further facts, each a line of its own. */
  facts: string[];
}

const words = casework.history;
const NOBODY: ReadonlyMap<string, string> = new Map();

function text(line: HistoryLine, name: string): string {
  const value = line.details[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function told(line: HistoryLine, departments: ReadonlyMap<string, string> = NOBODY): Told {
  const department = text(line, "department");
  const facts = [...factsOf(line), departments.get(department) ?? department, line.note].filter(Boolean);
  return { title: titleOf(line), facts };
}

function titleOf(line: HistoryLine): string {
  const number = text(line, "number");
  switch (line.move) {
    case "register":
      return text(line, "split_from") ? words.splitFrom(text(line, "split_from")) : words.moves.register;
    case "receive":
      return text(line, "outcome") === "cannot" ? words.memoCannot : withNumber(words.moves.receive, number);
    case "assign":
      return text(line, "assignee_name") ? `${words.moves.assign}: ${text(line, "assignee_name")}` : words.unassigned;
    case "edit":
      return words.changedFields(changedOf(line).map(fieldName).join(", "));
    case "call":
      return withNumber(words.moves.call, words.outcomes[text(line, "outcome")] ?? "", ": ");
    case "forward":
      return withNumber(words.moves.forward, text(line, "addressee"), ": ");
    case "file":
      return withNumber(words.moves.file, text(line, "file_name"), ": ");
    case "reply":
      return withNumber(words.moves.reply, words.ways[text(line, "form")] ?? "", ": ");
    case "notice":
      if (text(line, "came_by")) return words.applicantSaid;
      if (text(line, "told")) return withNumber(words.told[text(line, "told")] ?? words.moves.notice, number, words.ofRequest);
      return text(line, "form") ? words.noticeSent : words.moves.notice;
    default:
      return withNumber(words.moves[line.move], number);
  }
}

function factsOf(line: HistoryLine): string[] {
  const facts = [];
  if (line.move === "edit") {
    const before = line.details["before"] as Record<string, unknown> | undefined;
    facts.push(...changedOf(line).map((name) => words.was(fieldName(name), shown(name, String(before?.[name] ?? "")))));
  }
  if (text(line, "due_on")) facts.push(words.due(date(text(line, "due_on"))));
  if (text(line, "expected_on")) facts.push(words.expected(date(text(line, "expected_on"))));
  if (line.move === "call" || text(line, "came_by")) facts.push(words.said(line.details["solved"], line.details["score"]));
  if (text(line, "basis")) facts.push(words.basis[text(line, "basis")] ?? "");
  return facts;
}

export function changedOf(line: HistoryLine): string[] {
  const changed = line.details["changed"];
  return Array.isArray(changed) ? changed.map(String) : [];
}

export function fieldName(name: string): string {
  return words.fields[name] ?? name;
}

/** A value of a field as a person reads it. */
export function shown(name: string, value: string): string {
  if (name === "urgency") return casework.urgency[value as "urgent"] ?? value;
  if (name === "reply_form") return casework.replyForm[value] ?? value;
  return value || ru.common.none;
}

function withNumber(title: string, more: string, between = " "): string {
  return more ? `${title}${between}${more}` : title;
}

/** Why a card is offered as one about the same. */
export function likeWords(like: LikeCard): string {
  const { likeWhy, likeness } = casework.card;
  return [like.same_applicant ? likeWhy.applicant : "", like.same_address ? likeWhy.address : "", likeness(like.likeness)].filter(Boolean).join(", ");
}
