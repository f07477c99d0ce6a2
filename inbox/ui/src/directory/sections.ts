/** The pages of the directory that a person may see, in the order of the tabs. */
import { computed } from "vue";
import { directory } from "@/locales/directory";
import { session } from "@/session/useSession";

type Name = keyof typeof directory.tabs;

const NEEDS: Record<Name, readonly string[]> = {
  directory: ["inbox.read", "directory.edit"],
  calendar: ["knowledge.read"],
  duties: ["knowledge.read"],
  forms: ["template.edit"],
  refusals: ["refusal.read"],
  keeping: ["keeping.read"],
};

export const may = (ability: string): boolean => session.me?.actions.includes(ability) ?? false;

export const directoryTabs = computed(() =>
  (Object.keys(NEEDS) as Name[]).filter((name) => NEEDS[name].some(may)).map((name) => ({ name, title: directory.tabs[name] })),
);
