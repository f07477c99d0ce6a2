/** A task in plain Russian: what is asked, and about what. */
import type { StaffTask } from "@/api/types";
import { casework } from "@/locales/appeals";

const words = casework.tasks;

function fact(task: Pick<StaffTask, "facts">, name: string): string {
  const value = task.facts[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** One kind may be raised for several reasons, each with a deed of its own. */
export function taskTitle(task: Pick<StaffTask, "kind" | "facts" | "request_id">): string {
  const reason = fact(task, "problem") || fact(task, "reason") || (task.kind === "delivery_failed" ? deliveryOf(task) : "");
  return words.variants[`${task.kind}.${reason}`] ?? words.kinds[task.kind] ?? task.kind;
}

function deliveryOf(task: Pick<StaffTask, "facts" | "request_id">): string {
  if (task.request_id !== null) return "request";
  return talkOf(task) === null ? "" : "talk";
}

/** Further facts: the department and the number of the request. */
export function taskFacts(task: Pick<StaffTask, "department" | "facts" | "request_id">, departments: ReadonlyMap<string, string>): string[] {
  const department = departments.get(task.department) ?? task.department;
  const number = task.request_id === null ? "" : fact(task, "number");
  return [number ? words.request(number) : "", department].filter(Boolean);
}

/** The conversation that a task without a card is about. */
export function talkOf(task: Pick<StaffTask, "facts">): number | null {
  return Number(fact(task, "conversation")) || null;
}
