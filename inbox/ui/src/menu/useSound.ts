/** Words read aloud as callers hear them, one at a time. */
import { onUnmounted, ref } from "vue";
import { refusal } from "@/api/errors";
import { toastError } from "@/shell/toasts";

export function useSound() {
  const playing = ref("");
  let player: HTMLAudioElement | null = null;

  function stop(): void {
    if (player) {
      player.pause();
      URL.revokeObjectURL(player.src);
    }
    player = null;
    playing.value = "";
  }

  async function listen(name: string, words: string): Promise<void> {
    const again = playing.value === name;
    stop();
    if (again) return;
    playing.value = name;
    try {
      const response = await fetch("/api/menu/aloud", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ words }) });
      if (!response.ok) throw refusal(response.status, await response.text(), null);
      player = new Audio(URL.createObjectURL(await response.blob()));
      player.onended = stop;
      await player.play();
    } catch (error) {
      stop();
      toastError(error);
    }
  }

  onUnmounted(stop);
  return { playing, listen };
}
