/** Emergencies that were reported while this person works; each stays until it is accepted. */
import { ref } from "vue";
import type { LiveEvent } from "@/api/types";

export type Alarm = Extract<LiveEvent, { kind: "alarm" }>;

export const alarms = ref<Alarm[]>([]);

export function raiseAlarm(alarm: Alarm): void {
  alarms.value = [alarm, ...alarms.value.filter((shown) => shown.conversation_id !== alarm.conversation_id)].slice(0, 5);
}

export function acceptAlarm(alarm: Alarm): void {
  alarms.value = alarms.value.filter((shown) => shown !== alarm);
}
