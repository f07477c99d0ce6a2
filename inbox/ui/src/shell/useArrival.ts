/** Tells a screen reader the title of the page that was opened: the page itself is never loaded anew. */
import { watch } from "vue";
import { useRoute } from "vue-router";
import { announce } from "./announcer";
import { isWaiting, title } from "./title";

export function useArrival(): void {
  const route = useRoute();
  let announced = route.path;
  watch(
    () => [route.path, title.value, isWaiting.value],
    () => {
      if (route.path === announced || isWaiting.value) return;
      announced = route.path;
      announce(title.value);
    },
    { flush: "post" },
  );
}
