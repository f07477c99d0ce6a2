/** Habits of this workplace, not personal data: they may lie in the browser. */
import { ref, watch, type Ref } from "vue";

const SEND_KEYS = ["ctrl", "enter"] as const;
const RAILS = ["icons", "names"] as const;
const THEMES = ["auto", "light", "dark"] as const;
export type SendKey = (typeof SEND_KEYS)[number];
export type Theme = (typeof THEMES)[number];

export const sendKey = kept<SendKey>("inbox-send-key", SEND_KEYS);

/** Light, dark, or as the system is. `public/theme.js` reads the same name before the first paint. */
export const theme = kept<Theme>("inbox-theme", THEMES);

/** Whether the rail shows the names of the sections; a habit of each person at a workplace of several. */
export const keptRail = (staffId: number): Ref<(typeof RAILS)[number]> => kept(`inbox-rail-${staffId}`, RAILS);

export function showTheme(chosen: Theme): void {
  if (chosen === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}

watch(theme, showTheme);

/** A choice kept in the browser; the first of the possible ones when nothing is kept. */
function kept<Choice extends string>(name: string, possible: readonly [Choice, ...Choice[]]): Ref<Choice> {
  const choice = ref(stored(name, possible)) as Ref<Choice>;
  watch(choice, (now) => {
    try {
      localStorage.setItem(name, now);
    } catch {
      // A browser that keeps nothing still works; the habit then lasts until the page is closed.
    }
  });
  return choice;
}

function stored<Choice extends string>(name: string, possible: readonly [Choice, ...Choice[]]): Choice {
  try {
    return possible.find((one) => one === localStorage.getItem(name)) ?? possible[0];
  } catch {
    return possible[0];
  }
}
