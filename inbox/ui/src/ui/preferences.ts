/** A habit of this workplace, not personal data: it may lie in the browser. */
import { ref, watch } from "vue";

export type SendKey = "ctrl" | "enter";

const NAME = "inbox-send-key";

export const sendKey = ref<SendKey>(stored());

watch(sendKey, (key) => {
  try {
    localStorage.setItem(NAME, key);
  } catch {
    // A browser that keeps nothing still works; the habit then lasts until the page is closed.
  }
});

function stored(): SendKey {
  try {
    return localStorage.getItem(NAME) === "enter" ? "enter" : "ctrl";
  } catch {
    return "ctrl";
  }
}
