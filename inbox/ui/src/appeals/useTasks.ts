/** What is asked of the staff: the list, and the number of alarms that the rail shows. */
import { ref } from "vue";
import { get, send } from "@/api/client";
import { onLive } from "@/api/live";
import type { StaffTask, TaskPage } from "@/api/types";
import { forgetWithPerson } from "@/session/useSession";

const SOON_MS = 600;

export const alarmCount = ref(0);
forgetWithPerson(() => (alarmCount.value = 0));

export function loadTasks(query: { mine: boolean; after?: number; alarms?: boolean }): Promise<TaskPage> {
  return get<TaskPage>("/api/tasks", query);
}

export function finishTask(task: StaffTask): Promise<void> {
  return send("POST", `/api/tasks/${task.id}/done`);
}

/** Counts the alarms now and after every live event about tasks; gives the way to stop. */
export function watchAlarms(): () => void {
  let timer = 0;
  const count = () => void loadTasks({ mine: false, alarms: true }).then(
    (page) => (alarmCount.value = page.next ? 100 : page.rows.length),
    () => {},
  );
  count();
  const stop = onLive((event) => {
    if (event.kind !== "task" && event.kind !== "resync") return;
    window.clearTimeout(timer);
    timer = window.setTimeout(count, SOON_MS);
  });
  return () => {
    window.clearTimeout(timer);
    stop();
  };
}
