/** A dangerous deed waits here until its person has said once more who they are; several deeds wait for one answer. */
import { shallowRef } from "vue";

export interface Asked {
  hasCode: boolean;
  byProvider: boolean;
  answer: (done: boolean) => void;
}

export const asked = shallowRef<Asked | null>(null);
let waiting: Promise<boolean> | null = null;

export function askToConfirm(facts: Record<string, unknown>): Promise<boolean> {
  waiting ??= new Promise((resolve) => {
    const answer = (done: boolean): void => {
      asked.value = null;
      waiting = null;
      resolve(done);
    };
    asked.value = { hasCode: facts["has_code"] === true, byProvider: facts["by_provider"] === true, answer };
  });
  return waiting;
}
