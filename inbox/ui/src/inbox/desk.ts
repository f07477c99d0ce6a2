/** Windows and requests of the open conversation that several places make. */
import { reactive } from "vue";

export const desk = reactive({
  close: false,
  /** After closing, go on to the next conversation (Alt+E). */
  closeNext: false,
  card: false,
  register: false,
  refuse: false,
  /** Counters: the reply box and the knowledge search watch them. */
  focusReply: 0,
  openCanned: 0,
  focusKnowledge: 0,
});

export function closeDeskWindows(): void {
  Object.assign(desk, { close: false, closeNext: false, card: false, register: false, refuse: false });
}
