/** The pages of the quality control that a person may see, in the order of the tabs. */
import { computed } from "vue";
import { may } from "@/directory/sections";
import { quality } from "@/locales/quality";

type Name = keyof typeof quality.tabs;

const NEEDS: Record<Name, string> = {
  "quality": "quality.review",
  "quality-own": "quality.read_own",
  "quality-numbers": "report.read",
  "quality-agreement": "quality.manage",
  "quality-plan": "quality.manage",
  "quality-bot": "knowledge.edit",
};

/** Pages behind the tabs, with the tab that they belong to. */
export const BEHIND: Record<string, Name> = { "quality-item": "quality", "quality-review": "quality", "quality-own-review": "quality-own" };

export const qualityTabs = computed(() => (Object.keys(NEEDS) as Name[]).filter((name) => may(NEEDS[name])).map((name) => ({ name, title: quality.tabs[name] })));
