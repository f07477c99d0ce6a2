/** What will stand around an operator's words in a letter, asked anew when the person has written again. */
import { ref, watch } from "vue";
import { get } from "@/api/client";
import type { Conversation } from "@/api/types";
import type { Letter } from "./types";

const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/;

export function useLetter(view: () => Conversation) {
  const letter = ref<Letter | null>(null);
  let asked = 0;

  watch(
    () => {
      const { row, messages, actions } = view();
      const newest = messages.findLast((message) => message.author === "citizen")?.id ?? 0;
      return row.channel === "email" && actions.includes("reply") ? `${row.id}:${newest}` : "";
    },
    async (key) => {
      const mark = ++asked;
      // Without the outline the letter leaves all the same: the server makes it of the same parts.
      const found = key ? await get<Letter | null>(`/api/conversations/${view().row.id}/letter`).catch(() => null) : null;
      if (mark === asked) letter.value = found;
    },
    { immediate: true },
  );

  return letter;
}

export const copiesOf = (typed: string): string[] => typed.split(/[,;\s]+/).filter(Boolean);

/** The first copy that is no address; empty when all are. */
export const wrongCopy = (typed: string): string => copiesOf(typed).find((one) => !ADDRESS.test(one)) ?? "";
