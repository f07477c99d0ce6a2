/** The browser asks before it leaves a page on which something typed would be lost. */
import { onMounted, onUnmounted } from "vue";

export function useUnsaved(isUnsaved: () => boolean): void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (isUnsaved()) event.preventDefault();
  };
  onMounted(() => window.addEventListener("beforeunload", ask));
  onUnmounted(() => window.removeEventListener("beforeunload", ask));
}
