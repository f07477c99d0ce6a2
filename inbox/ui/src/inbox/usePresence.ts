/** Tells colleagues who looks and who writes: a heartbeat of 15 s, typing at once but no more often than 4 s. */
import { onMounted, onUnmounted, watch, type Ref } from "vue";
import { send } from "@/api/client";

const HEARTBEAT_MS = 15_000;
const TYPING_EVERY_MS = 4000;
const TYPING_LASTS_MS = 8000;

export function usePresence(id: Ref<number | null>) {
  let typedAt = 0;
  let toldTypingAt = 0;
  let heartbeat = 0;
  let silence = 0;

  function tell(): void {
    if (id.value === null || document.hidden) return;
    const typing = Date.now() - typedAt < TYPING_LASTS_MS;
    if (typing) toldTypingAt = Date.now();
    send("POST", `/api/conversations/${id.value}/presence`, { typing }).catch(() => {});
  }

  function typed(): void {
    typedAt = Date.now();
    if (typedAt - toldTypingAt > TYPING_EVERY_MS) tell();
    clearTimeout(silence);
    silence = window.setTimeout(tell, TYPING_LASTS_MS + 200);
  }

  function stopTyping(): void {
    typedAt = 0;
    toldTypingAt = 0;
    clearTimeout(silence);
  }

  watch(id, () => {
    stopTyping();
    tell();
  });
  onMounted(() => {
    tell();
    heartbeat = window.setInterval(tell, HEARTBEAT_MS);
    document.addEventListener("visibilitychange", tell);
  });
  onUnmounted(() => {
    clearInterval(heartbeat);
    stopTyping();
    document.removeEventListener("visibilitychange", tell);
  });
  return { typed, stopTyping };
}
