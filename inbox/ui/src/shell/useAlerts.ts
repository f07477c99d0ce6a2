/** What makes noise: hand-offs, words of citizens in own conversations (repeated while unread), alarms. */
import { computed, onMounted, onUnmounted, ref, watch } from "vue";
import { useRouter } from "vue-router";
import { onLive } from "@/api/live";
import type { LiveEvent, Row } from "@/api/types";
import { lists } from "@/inbox/useLists";
import { ru } from "@/locales/ru";
import { session } from "@/session/useSession";
import { raiseAlarm } from "./alarms";
import { announce } from "./announcer";
import { notice, showUnread } from "./notices";
import { ringer, type RungTask } from "./ringer";
import { playAlarm, playHandOff, playMessage, unlockSoundOnFirstGesture } from "./sound";

const REPEAT_MS = 30_000;

/** Own conversations with unread words, known from the live events and the lists that were loaded. */
const ownUnread = ref(new Map<number, number>());

export function noteRow(row: Row): void {
  const isOwn = row.mode === "operator" && row.operator?.id === session.me?.id;
  if (isOwn && row.unread > 0) ownUnread.value.set(row.id, row.unread);
  else ownUnread.value.delete(row.id);
}

export const unreadCount = computed(() => [...ownUnread.value.values()].reduce((sum, count) => sum + count, 0));

export function useAlerts(): void {
  const router = useRouter();
  const open = (id: number) => () => void router.push({ name: "inbox", params: { id } });
  const wants = (choice: "all" | "mine") => session.me?.on_shift && (session.me.notify === "all" || session.me.notify === choice);
  const isForMe = (task: RungTask) => task.for_role === "operator" || session.me?.actions.includes("report.read");
  const tasks = ringer((words) => {
    announce(words);
    if (!wants("all")) return;
    playMessage();
    notice(words, "tasks", () => void router.push({ name: "tasks" }));
  });
  let timer = 0;

  function hear(event: LiveEvent): void {
    if (event.kind === "handed_off") {
      const words = ru.notices.handedOff(event.row.applicant_name || ru.list.noName);
      announce(words);
      if (!wants("all")) return;
      playHandOff();
      notice(words, `hand-off-${event.row.id}`, open(event.row.id));
    } else if (event.kind === "conversation") {
      const before = ownUnread.value.get(event.row.id) ?? 0;
      noteRow(event.row);
      if ((ownUnread.value.get(event.row.id) ?? 0) <= before || !wants("mine")) return;
      playMessage();
      notice(ru.notices.message(event.row.applicant_name || ru.list.noName), `message-${event.row.id}`, open(event.row.id));
    } else if (event.kind === "alarm") {
      raiseAlarm(event);
      if (!session.me?.on_shift) return;
      playAlarm();
      notice(ru.notices.alarm(ru.alarm.kinds[event.alarm] ?? ru.alarm.title), `alarm-${event.conversation_id}`, open(event.conversation_id));
    } else if (event.kind === "task" && event.is_alarm && isForMe(event)) tasks.ring(event);
  }

  let stop = () => {};
  onMounted(() => {
    unlockSoundOnFirstGesture();
    stop = onLive(hear);
    timer = window.setInterval(() => unreadCount.value && wants("mine") && playMessage(), REPEAT_MS);
  });
  onUnmounted(() => {
    stop();
    clearInterval(timer);
    tasks.stop();
    ownUnread.value.clear();
  });
  watch(unreadCount, showUnread, { immediate: true });
  watch(() => lists.rows, (rows) => rows.forEach(noteRow));
}
