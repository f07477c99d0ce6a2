/** A deed of a dialog: sent once, refusals in words, and a version conflict that loses nothing of what was typed. */
import { reactive, ref, shallowRef } from "vue";
import { send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import { casework } from "@/locales/appeals";
import { cardMeeting } from "./conflicts";

export interface ConflictLine {
  id: number;
  title: string;
  /** Who and when; empty when it is not known. */
  who: string;
  /** What stands there now, a line for each field. */
  now: string[];
}

export interface Conflict<Subject> {
  /** The subject as it stands now. */
  now: Subject;
  title: string;
  lead: string;
  lines: ConflictLine[];
}

/** How a subject is looked at again after a colleague changed it; ``seen`` is what the dialog was filled from. */
export type Meeting<Subject> = (id: number, seen: Subject) => Promise<Conflict<Subject>>;

type Method = "POST" | "PUT" | "DELETE";

/** Deeds on a card. */
export const useDeed = () => useDeedOn(cardMeeting);

export function useDeedOn<Subject extends { version: number }>(meeting: Meeting<Subject>) {
  const busy = ref(false);
  const trouble = ref("");
  const fields = reactive<Record<string, string>>({});
  const conflict = shallowRef<Conflict<Subject> | null>(null);
  const seen = shallowRef<Subject | null>(null);

  /** The subject that the form is filled from; without one the deed knows no versions. */
  function begin(subject: Subject | null = null): void {
    seen.value = subject;
    conflict.value = null;
    forget();
  }

  function forget(): void {
    trouble.value = "";
    for (const name of Object.keys(fields)) delete fields[name];
  }

  /** Gives what the API answered (undefined for an empty answer), or null when it refused: the refusal is on the screen then. */
  async function run<T>(method: Method, path: string, body?: Record<string, unknown> | FormData, id = 0): Promise<T | null> {
    if (busy.value) return null;
    busy.value = true;
    forget();
    try {
      const answer = await send<T>(method, path, versioned(body));
      conflict.value = null;
      return answer;
    } catch (error) {
      trouble.value = sentence(error);
      if (error instanceof ApiError) {
        Object.assign(fields, error.fields);
        if (error.code === "version_conflict") await meet(id);
        if (error.code === "move_not_permitted") trouble.value += possibleNow(error);
      }
      return null;
    } finally {
      busy.value = false;
    }
  }

  function versioned(body: Record<string, unknown> | FormData | undefined): unknown {
    return body && !(body instanceof FormData) && "version" in body ? { ...body, version: seen.value?.version ?? 0 } : body;
  }

  /** The next try is over what stands there now. */
  async function meet(id: number): Promise<void> {
    const before = seen.value;
    const met = before && (await meeting(id, before).catch(() => null));
    if (!met) return;
    conflict.value = met;
    seen.value = met.now;
    trouble.value = "";
  }

  return { busy, trouble, fields, conflict, begin, run };
}

function possibleNow(error: ApiError): string {
  const possible = Array.isArray(error.facts["possible"]) ? error.facts["possible"].map(String) : [];
  const named = possible.map((move) => casework.moves[move as keyof typeof casework.moves]).filter(Boolean);
  return named.length ? ` ${casework.dialogs.impossible} ${named.join("; ").toLowerCase()}.` : "";
}
