/** True while the page is put on paper: what a press opens on the screen is then shown at once. */
import { onMounted, onUnmounted, ref, type Ref } from "vue";

export function usePrinting(): Ref<boolean> {
  const isPrinting = ref(false);
  const begin = (): void => void (isPrinting.value = true);
  const end = (): void => void (isPrinting.value = false);
  onMounted(() => {
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
  });
  onUnmounted(() => {
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
  });
  return isPrinting;
}
