/** A recording that is being made in a form. */
import { computed, onUnmounted, ref } from "vue";
import { news } from "@/locales/news";
import { LONGEST_SECONDS, record, type Take } from "./recorder";

export function useTake(done: (file: File) => void) {
  const seconds = ref(0);
  const loud = ref(0);
  const trouble = ref("");
  const take = ref<Take | null>(null);
  const isStarting = ref(false);
  const isOn = computed(() => take.value !== null);
  let isGone = false;

  async function start(): Promise<void> {
    trouble.value = "";
    seconds.value = 0;
    if (!navigator.mediaDevices || !window.AudioWorkletNode) return void (trouble.value = news.sound.noRecorder);
    isStarting.value = true;
    try {
      const begun = await record(news.sound.fileName, hear);
      if (isGone) begun.drop();
      else take.value = begun;
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      trouble.value = denied ? news.sound.denied : news.sound.noMicrophone;
    } finally {
      isStarting.value = false;
    }
  }

  function hear(at: number, level: number): void {
    seconds.value = at;
    loud.value = Math.max(level, loud.value * 0.95);
    if (at >= LONGEST_SECONDS) void stop();
  }

  async function stop(): Promise<void> {
    const ended = take.value;
    take.value = null;
    if (ended) done(await ended.stop());
  }

  function drop(): void {
    take.value?.drop();
    take.value = null;
  }

  onUnmounted(() => {
    isGone = true;
    drop();
  });

  return { seconds, loud, trouble, isOn, isStarting, start, stop, drop };
}
