/** What was changed of a subject while the draft of its form lay. */
import { shallowRef } from "vue";
import type { Conflict, Meeting } from "@/appeals/useDeed";

export function useBehind<Subject extends { id: number; version: number }>(meeting: Meeting<Subject>) {
  const met = shallowRef<Conflict<Subject> | null>(null);

  /** ``seen``: the version that the draft was written over; 0 when nothing was changed since. */
  async function compare(subject: Subject, seen: number): Promise<void> {
    met.value = null;
    if (seen) met.value = await meeting(subject.id, { ...subject, version: seen }).catch(() => null);
  }

  return { met, compare };
}
