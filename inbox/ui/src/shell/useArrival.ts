/** Tells a screen reader the title of the page that was opened: the page itself is never loaded anew. */
import { onMounted, onUnmounted } from "vue";
import { useRouter } from "vue-router";
import { announce } from "./announcer";

export function useArrival(): void {
  let isDue = false;
  const stop = useRouter().afterEach((to, from) => {
    if (to.path !== from.path) isDue = true;
  });
  const watching = new MutationObserver(() => {
    if (!isDue) return;
    isDue = false;
    announce(document.title);
  });
  onMounted(() => watching.observe(document.head, { childList: true, subtree: true, characterData: true }));
  onUnmounted(() => {
    stop();
    watching.disconnect();
  });
}
