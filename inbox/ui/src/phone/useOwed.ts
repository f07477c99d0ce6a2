/** What the telephone does for the calls of the list: kept fresh by live events, one order at a time. */
import { onMounted, onUnmounted, ref, shallowRef, watch } from "vue";
import { get, send } from "@/api/client";
import { onLive } from "@/api/live";
import type { Models } from "@/api/types";
import { phone } from "@/locales/phone";
import { toast, toastError } from "@/shell/toasts";
import { released } from "@/ui/press";
import { loadMine } from "./usePhone";

export type OwedTask = Models["PhoneTask"];
export type OwedDeed = OwedTask["deeds"][number];

const SOON_MS = 250;
const KINDS = new Set(["call", "appeal", "resync"]);

/** Whether the operator talked with the applicant and has not written down yet how it ended. */
export const isUnwritten = (task: OwedTask | undefined): boolean => task?.call?.outcome === "by_hand" && !task.call.is_written;

export function useOwed(ids: () => number[], onTalked: (id: number) => void) {
  const tasks = shallowRef(new Map<number, OwedTask>());
  const busy = ref(false);
  let known = new Set<number>();
  let asked = 0;
  let soon = 0;
  let deaf = () => {};

  /** What the telephone says of these calls; also before they are shown. */
  async function load(id: number[] = ids()): Promise<void> {
    const now = ++asked;
    try {
      const found = id.length ? await get<OwedTask[]>("/api/phone/tasks", { id }) : [];
      await released();
      if (now !== asked) return;
      const before = tasks.value;
      known = new Set(id);
      tasks.value = new Map(found.map((one) => [one.task_id, one]));
      const talked = found.find((one) => one.call?.is_mine && isUnwritten(one) && isGoing(before.get(one.task_id)));
      if (talked) onTalked(talked.task_id);
    } catch {
      // The list itself is there without the telephone; the next event asks again.
    }
  }

  async function order(id: number, deed: OwedDeed): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      await send("POST", `/api/phone/tasks/${id}/${deed}`);
      toast(phone.owed.ordered[deed]);
    } catch (error) {
      toastError(error);
    } finally {
      busy.value = false;
      await Promise.all([load(), loadMine()]);
    }
  }

  watch(ids, (wanted) => void (wanted.every((one) => known.has(one)) || load()), { immediate: true });
  onMounted(() => {
    deaf = onLive((event) => {
      if (!KINDS.has(event.kind)) return;
      window.clearTimeout(soon);
      soon = window.setTimeout(() => void load(), SOON_MS);
    });
  });
  onUnmounted(() => {
    deaf();
    asked += 1;
    window.clearTimeout(soon);
  });

  return { tasks, busy, order, load };
}

const isGoing = (task: OwedTask | undefined): boolean => !!task?.call && task.call.stage !== "ended";
