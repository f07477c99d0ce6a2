/** Tasks that somebody is warned of: those of one round of the timetable ring together, once. */
import type { LiveEvent } from "@/api/types";
import { casework } from "@/locales/appeals";

export type RungTask = Extract<LiveEvent, { kind: "task" }>;

const TOGETHER_MS = 800;

export function ringer(say: (words: string) => void) {
  let rung: RungTask[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function ring(task: RungTask): void {
    rung.push(task);
    timer ??= setTimeout(() => {
      timer = undefined;
      const [first, ...others] = rung;
      rung = [];
      if (first) say(casework.tasks.raised(titleOf(first), others.length));
    }, TOGETHER_MS);
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    rung = [];
  }

  return { ring, stop };
}

/** One that was told before and is still open says so. */
export function titleOf(task: Pick<RungTask, "task" | "again">): string {
  const title = casework.tasks.kinds[task.task] ?? casework.tasks.title;
  return task.again ? casework.tasks.again(title) : title;
}
