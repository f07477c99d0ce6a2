/** Finds the element that the hint is about, and marks it. */
import { INTRO, STAGES, type Step } from "./steps";

export const MARK = "data-tour-now";

export interface Pointed {
  element: HTMLElement;
  step: Step;
  /** The window that is open has nothing to do with the work. */
  closing?: boolean;
}

type Samples = Record<string, string>;

export const dialogOf = (): HTMLElement | null => document.querySelector<HTMLElement>(".dialog");

function isShown(element: HTMLElement): boolean {
  const dialog = dialogOf();
  if (dialog && !dialog.contains(element) && !element.closest(".coach, .menu")) return false;
  return !element.matches(":disabled") && element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 0;
}

function find(name: string, key?: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>(`[data-tour="${name}"]`)].filter(isShown);
  return (key !== undefined && all.find((one) => one.dataset["key"] === key)) || (all[0] ?? null);
}

export const fieldOf = (element: HTMLElement): HTMLInputElement | HTMLTextAreaElement | null =>
  element.matches("input, textarea") ? (element as HTMLInputElement) : element.querySelector("input, textarea");

/** What was done already: a filled field, a chosen choice, a button that has brought the next target. */
function isDone(step: Step, element: HTMLElement, next: Step | undefined, samples: Samples): boolean {
  if (step.do === "type") return !!fieldOf(element)?.value.trim();
  if (step.do === "choose") return (fieldOf(element) as HTMLInputElement | null)?.checked ?? false;
  return !!next && !!find(next.at, next.key?.(samples));
}

export function pointAtStage(stage: string, samples: Samples): Pointed | null {
  const steps = STAGES[stage]?.steps ?? [];
  for (const [at, step] of steps.entries()) {
    const element = find(step.at, step.key?.(samples));
    if (element && !isDone(step, element, steps[at + 1], samples)) return { element, step };
  }
  const dialog = dialogOf();
  if (dialog && steps.some((step) => dialog.querySelector(`[data-tour="${step.at}"]`))) return null; // it is still loading, or leaves
  const cross = dialog?.querySelector<HTMLElement>("[data-tour='dialog-close']");
  return cross ? { element: cross, step: { at: "dialog-close", do: "press" }, closing: true } : null;
}

/** Whether the hint lies over the element. */
export function isCovered(element: HTMLElement): boolean {
  const hint = document.querySelector<HTMLElement>(".coach:not(.coach-in-dialog)");
  if (!hint || hint.contains(element)) return false;
  const [one, other] = [hint.getBoundingClientRect(), element.getBoundingClientRect()];
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Whether this is the deed that ends the stage. */
export const isLast = (stage: string, step: Step): boolean => STAGES[stage]?.steps.at(-1)?.at === step.at;

export function pointAt(name: string, key?: string, act: Step["do"] = "press"): Pointed | null {
  const element = find(name, key);
  return element ? { element, step: { at: name, do: act } } : null;
}

export const isIntro = (step: string): boolean => (INTRO as readonly string[]).includes(step);

let marked: HTMLElement | null = null;

export function mark(pointed: Pointed | null): void {
  if (marked && marked !== pointed?.element) marked.removeAttribute(MARK);
  marked = pointed?.element ?? null;
  marked?.setAttribute(MARK, pointed?.step.do ?? "");
}

export function insert(element: HTMLElement, words: string): void {
  const field = fieldOf(element);
  if (!field) return;
  field.focus();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
