/** What is asked for a period of days, anew when the days change; half-typed days are not asked for. */
import { onMounted, ref, watch } from "vue";
import { get } from "@/api/client";
import { useLoad } from "@/directory/useLoad";
import { dayKeyOf } from "./days";

export function usePeriod<T>(path: string, days: number) {
  const first = ref(dayKeyOf(-days));
  const last = ref(dayKeyOf(0));
  const loaded = useLoad((signal) => get<T>(path, { first: first.value, last: last.value }, signal));
  onMounted(loaded.load);
  watch([first, last], () => first.value && last.value && void loaded.load());
  return { first, last, ...loaded };
}
