/** The calls that are going, kept fresh by live events; loaded anew now and then because a call may end unheard. */
import { computed, onMounted, onUnmounted, ref, shallowRef } from "vue";
import { get, send } from "@/api/client";
import { sentence } from "@/api/errors";
import { line, onLive } from "@/api/live";
import type { Models } from "@/api/types";
import { phone } from "@/locales/phone";
import { toast, toastError } from "@/shell/toasts";
import { loadMine } from "./usePhone";

type Live = Models["PhoneLive"];
export type Group = keyof typeof phone.board.groups;

const SOON_MS = 250;
const AGAIN_MS = 30_000;
const OF: Record<string, (call: Live) => boolean> = {
  all: () => true,
  queue: (call) => call.place === "queue",
  talking: (call) => call.place === "operator" || call.place === "official",
  menu: (call) => call.place === "menu" || call.place === "message",
  other: (call) => call.place === "ringing" || call.place === "dispatch",
};

export const inGroup = (call: Live, group: Group): boolean => OF[group]?.(call) ?? false;

export function useBoard() {
  const board = shallowRef<Models["PhoneBoard"] | null>(null);
  const trouble = ref("");
  const busy = ref(false);
  const group = ref<Group>("all");
  const shown = computed(() => board.value?.calls.filter((call) => inGroup(call, group.value)) ?? []);
  const count = (name: Group) => board.value?.calls.filter((call) => inGroup(call, name)).length ?? 0;
  let soon = 0;
  let again = 0;

  async function load(): Promise<void> {
    try {
      board.value = await get<Models["PhoneBoard"]>("/api/phone/live");
      trouble.value = "";
    } catch (error) {
      trouble.value = sentence(error);
    }
  }

  function hurry(): void {
    window.clearTimeout(soon);
    soon = window.setTimeout(() => void load(), SOON_MS);
  }

  async function takeOver(call: Live): Promise<void> {
    busy.value = true;
    try {
      await send("POST", `/api/phone/calls/${call.id}/take-over`);
      toast(phone.board.takenOver);
      await loadMine();
    } catch (error) {
      toastError(error);
    } finally {
      busy.value = false;
      hurry();
    }
  }

  let stop = () => {};
  onMounted(() => {
    void load();
    stop = onLive((event) => (event.kind === "call" || event.kind === "resync") && hurry());
    again = window.setInterval(() => line.value === "online" && !document.hidden && hurry(), AGAIN_MS);
  });
  onUnmounted(() => {
    stop();
    window.clearTimeout(soon);
    window.clearInterval(again);
  });

  return { board, trouble, busy, group, shown, count, load, takeOver };
}
