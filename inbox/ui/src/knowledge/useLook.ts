/** A text as citizens get it, and its sound: the same rules that answer them, asked while somebody writes. */
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import { send } from "@/api/client";
import { refusal, sentence } from "@/api/errors";
import type { KbLook } from "./types";

const AFTER_MS = 500;
/** Longer texts are not kept, so what they look like is nobody's question. */
const MOST = 20000;

export function useLook(text: () => { answer: string; spoken: string }) {
  const look = shallowRef<KbLook | null>(null);
  const trouble = ref("");
  const sound = ref<"idle" | "making" | "playing">("idle");
  let timer = 0;
  let asked = 0;
  let player: HTMLAudioElement | null = null;

  const short = () => ({ answer: text().answer.slice(0, MOST), spoken: text().spoken.slice(0, MOST) });

  async function load(): Promise<void> {
    const mine = ++asked;
    try {
      const found = await send<KbLook>("POST", "/api/knowledge/look", short());
      if (mine === asked) look.value = found;
    } catch {
      // The text itself is on the screen; what it looks like comes with the next letter.
    }
  }

  async function listen(): Promise<void> {
    if (sound.value !== "idle") return stop();
    sound.value = "making";
    trouble.value = "";
    try {
      const response = await fetch("/api/knowledge/aloud", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(short()) });
      if (!response.ok) throw refusal(response.status, await response.text(), null);
      play(URL.createObjectURL(await response.blob()));
    } catch (error) {
      trouble.value = sentence(error);
      sound.value = "idle";
    }
  }

  function play(url: string): void {
    player = new Audio(url);
    player.onended = stop;
    player.onerror = stop;
    sound.value = "playing";
    player.play().catch(stop);
  }

  function stop(): void {
    if (player) {
      player.pause();
      URL.revokeObjectURL(player.src);
    }
    player = null;
    sound.value = "idle";
  }

  watch(text, () => {
    clearTimeout(timer);
    timer = window.setTimeout(load, AFTER_MS);
  }, { deep: true });
  void load();
  onScopeDispose(() => {
    clearTimeout(timer);
    stop();
  });
  return { look, trouble, sound, listen };
}
