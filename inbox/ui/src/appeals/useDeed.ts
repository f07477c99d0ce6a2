/** A deed of a dialog on a card: sent once, refusals in words, and a version conflict that loses nothing of what was typed. */
import { reactive, ref, shallowRef } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { AppealCard, HistoryLine } from "@/api/types";
import { casework } from "@/locales/appeals";

export interface CardConflict {
  /** The card as it stands now. */
  card: AppealCard;
  lines: HistoryLine[];
}

export function useDeed() {
  const busy = ref(false);
  const trouble = ref("");
  const fields = reactive<Record<string, string>>({});
  const conflict = shallowRef<CardConflict | null>(null);
  const version = ref(0);

  function begin(card: AppealCard): void {
    version.value = card.version;
    conflict.value = null;
    forget();
  }

  function forget(): void {
    trouble.value = "";
    for (const name of Object.keys(fields)) delete fields[name];
  }

  /** Gives what the API answered, or null when it refused: the refusal is on the screen then. */
  async function run<T>(method: "POST" | "PUT" | "DELETE", path: string, body: Record<string, unknown>, cardId: number): Promise<T | null> {
    if (busy.value) return null;
    busy.value = true;
    forget();
    try {
      const answer = await send<T>(method, path, "version" in body ? { ...body, version: version.value } : body);
      conflict.value = null;
      return answer;
    } catch (error) {
      trouble.value = sentence(error);
      if (error instanceof ApiError) {
        Object.assign(fields, error.fields);
        if (error.code === "version_conflict") await meet(cardId);
        if (error.code === "move_not_permitted") trouble.value += possibleNow(error);
      }
      return null;
    } finally {
      busy.value = false;
    }
  }

  async function meet(cardId: number): Promise<void> {
    const card = await get<AppealCard>(`/api/appeals/${cardId}`).catch(() => null);
    if (!card) return;
    const since = Math.max(1, card.version - version.value);
    conflict.value = { card, lines: card.history.slice(-since) };
    version.value = card.version;
    trouble.value = "";
  }

  return { busy, trouble, fields, conflict, version, begin, run };
}

function possibleNow(error: ApiError): string {
  const possible = Array.isArray(error.facts["possible"]) ? error.facts["possible"].map(String) : [];
  const named = possible.map((move) => casework.moves[move as keyof typeof casework.moves]).filter(Boolean);
  return named.length ? ` ${casework.dialogs.impossible} ${named.join("; ").toLowerCase()}.` : "";
}
