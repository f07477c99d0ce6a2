/** One audio element as a player needs it: where it stands, how fast it goes, which silences it leaves out. One plays at a time. */
import { computed, onUnmounted, reactive, ref, watch, type Ref } from "vue";
import { afterSilence } from "./wave";

let playing: HTMLAudioElement | null = null;

export const SPEEDS = ["0.75", "1", "1.25", "1.5", "2"] as const;
const chosen = reactive({ speed: "1", skips: false });

export function useSound(audio: Ref<HTMLAudioElement | undefined>, known: () => { seconds: number; silences: readonly (readonly number[])[] }) {
  const at = ref(0);
  const isPlaying = ref(false);
  const isBroken = ref(false);
  const measured = ref(0);
  const seconds = computed(() => known().seconds || measured.value);

  function play(): void {
    const element = audio.value;
    if (!element) return;
    if (playing !== element) playing?.pause();
    playing = element;
    if (isBroken.value) element.load();
    isBroken.value = false;
    element.playbackRate = Number(chosen.speed);
    // A refusal to play comes as an error of the element as well; a pause in the middle of loading is none.
    element.play().catch(() => {});
  }

  function toggle(): void {
    if (isPlaying.value) audio.value?.pause();
    else play();
  }

  function seek(to: number): void {
    const element = audio.value;
    if (!element) return;
    at.value = Math.min(Math.max(0, to), seconds.value);
    element.currentTime = at.value;
  }

  function moved(): void {
    const element = audio.value;
    if (!element) return;
    at.value = element.currentTime;
    if (!chosen.skips || element.paused) return;
    const to = afterSilence(known().silences, element.currentTime);
    if (to !== null) element.currentTime = to;
  }

  const heard = {
    timeupdate: moved,
    seeked: moved,
    play: () => (isPlaying.value = true),
    pause: () => (isPlaying.value = false),
    ended: () => (isPlaying.value = false),
    loadedmetadata: () => (measured.value = Number.isFinite(audio.value?.duration) ? (audio.value?.duration ?? 0) : 0),
    error: () => {
      isBroken.value = true;
      isPlaying.value = false;
    },
  };

  watch(() => chosen.speed, (speed) => audio.value && (audio.value.playbackRate = Number(speed)));
  onUnmounted(() => {
    if (playing === audio.value) playing = null;
  });

  return { at, seconds, isPlaying, isBroken, chosen, toggle, seek, heard };
}
