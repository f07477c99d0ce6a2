/** Whether a screen is for this person: by the ability that its route asks for, or by the tab that it belongs to. */
import type { RouteLocationNormalizedLoaded } from "vue-router";
import { directoryTabs, may } from "@/directory/sections";
import { directory } from "@/locales/directory";
import { quality } from "@/locales/quality";
import { BEHIND, qualityTabs } from "@/quality/sections";
import { session } from "@/session/useSession";

export function isPermitted(route: RouteLocationNormalizedLoaded): boolean {
  if (route.meta["needs"]) return may(String(route.meta["needs"]));
  const name = String(route.name);
  const tab = BEHIND[name] ?? name;
  if (!(tab in directory.tabs || tab in quality.tabs)) return session.canReadInbox;
  return [...directoryTabs.value, ...qualityTabs.value].some((one) => one.name === tab);
}
