/** Whether the rail shows names: a habit of the person on this machine, or, on a narrow screen, a drawer for the moment. */
import { computed, nextTick, onMounted, onUnmounted, ref, watch, type Ref } from "vue";
import { useRoute } from "vue-router";
import { keptRail } from "@/ui/preferences";

const NARROW = "(width < 820px)";

export function useRail(rail: Ref<HTMLElement | null>, staffId: number) {
  const route = useRoute();
  const habit = keptRail(staffId);
  const media = window.matchMedia(NARROW);
  const narrow = ref(media.matches);
  const drawer = ref(false);
  const open = computed(() => (narrow.value ? drawer.value : habit.value === "names"));

  function toggle(): void {
    if (narrow.value) drawer.value = !drawer.value;
    else habit.value = open.value ? "icons" : "names";
  }

  const close = (): void => void (drawer.value = false);
  const measure = (): void => void ((narrow.value = media.matches) || close());
  const outside = (event: Event): void => void (rail.value?.contains(event.target as Node) || close());
  const showPlace = (): void => rail.value?.querySelector(".router-link-active")?.scrollIntoView({ block: "nearest", inline: "nearest" });

  watch(() => route.fullPath, close);
  watch([() => route.name, open, narrow], () => void nextTick(showPlace));
  onMounted(() => {
    media.addEventListener("change", measure);
    window.addEventListener("pointerdown", outside);
    window.addEventListener("focusin", outside);
    window.addEventListener("resize", showPlace);
    showPlace();
  });
  onUnmounted(() => {
    media.removeEventListener("change", measure);
    window.removeEventListener("pointerdown", outside);
    window.removeEventListener("focusin", outside);
    window.removeEventListener("resize", showPlace);
  });

  return { open, drawer, toggle, close };
}
