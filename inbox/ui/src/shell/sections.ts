/** The sections of the rail, and every screen behind them that the person may see. */
import { IconBook2, IconBooks, IconCalendarDue, IconChartBar, IconChecklist, IconClipboardCheck, IconDialpad, IconFileText, IconHistory, IconMailbox, IconMessage2Exclamation, IconMessages, IconNews, IconPhone, IconPhoneIncoming, IconUsers } from "@tabler/icons-vue";
import { computed, type Component } from "vue";
import { alarmCount } from "@/appeals/useTasks";
import { directoryTabs, may } from "@/directory/sections";
import { accounts } from "@/locales/accounts";
import { casework } from "@/locales/appeals";
import { audit } from "@/locales/audit";
import { directory } from "@/locales/directory";
import { kb } from "@/locales/knowledge";
import { mail } from "@/locales/mail";
import { menu } from "@/locales/menu";
import { news } from "@/locales/news";
import { paper } from "@/locales/paperwork";
import { phone } from "@/locales/phone";
import { quality } from "@/locales/quality";
import { reports } from "@/locales/reports";
import { ru } from "@/locales/ru";
import { BEHIND, qualityTabs } from "@/quality/sections";
import { session } from "@/session/useSession";
import { unreadCount } from "./useAlerts";

export interface Page {
  name: string;
  title: string;
}

interface Section extends Page {
  icon: Component;
  shown: boolean;
  /** The pages of its tabs, when it has some. */
  tabs?: Page[];
  /** Other routes that belong to the section. */
  also?: string[];
  badge?: number;
  badgeWords?: (count: number) => string;
}

const pages = (titles: Record<string, string>): Page[] => Object.entries(titles).map(([name, title]) => ({ name, title }));

/** A later section is one more line here and one route. */
export const sections = computed<Section[]>(() =>
  [
    { name: "inbox", title: ru.shell.inbox, icon: IconMessages, shown: session.canReadInbox, badge: unreadCount.value, badgeWords: ru.list.unread },
    { name: "appeals", also: ["appeal", "citizen"], title: casework.list.title, icon: IconFileText, shown: session.canReadInbox },
    { name: "board", title: casework.board.title, icon: IconCalendarDue, shown: session.canReadInbox },
    { name: "tasks", title: casework.tasks.title, icon: IconChecklist, shown: session.canReadInbox, badge: alarmCount.value, badgeWords: casework.tasks.alarms },
    { name: "phone", also: ["phone-call"], tabs: pages(phone.tabs), title: phone.section, icon: IconPhoneIncoming, shown: session.canReadInbox },
    { name: "calls", title: paper.call.listTitle, icon: IconPhone, shown: session.canReadInbox },
    { name: "mail", title: mail.page.title, icon: IconMailbox, shown: session.canReadInbox },
    { name: "left", title: ru.shell.left, icon: IconMessage2Exclamation, shown: session.canReadInbox },
    { name: "news", title: news.page.title, icon: IconNews, shown: may("news.approve") },
    { name: "menu", title: menu.title, icon: IconDialpad, shown: may("menu.edit") },
    { name: "kbArticles", also: ["kbArticle"], tabs: pages(kb.tabs), title: kb.section, icon: IconBooks, shown: may("knowledge.approve") },
    { name: qualityTabs.value[0]?.name ?? "quality", also: Object.keys(BEHIND), tabs: qualityTabs.value, title: quality.section, icon: IconClipboardCheck, shown: qualityTabs.value.length > 0 },
    { name: "dashboard", tabs: pages(reports.tabs), title: reports.section, icon: IconChartBar, shown: may("report.read") },
    { name: "accounts", title: accounts.section, icon: IconUsers, shown: may("staff.manage") },
    { name: "audit", title: audit.section, icon: IconHistory, shown: may("audit.read") },
    { name: directoryTabs.value[0]?.name ?? "directory", tabs: directoryTabs.value, title: directory.section, icon: IconBook2, shown: directoryTabs.value.length > 0 },
  ].filter((section) => section.shown),
);

/** Whether a route is a page of the section. */
export const isWithin = (section: Section, route: string): boolean => [...(section.tabs ?? []).map((tab) => tab.name), ...(section.also ?? [])].includes(route);

/** Every screen with its full title: «Контроль качества: Показатели». */
export const screens = computed<Page[]>(() => sections.value.flatMap(({ name, title, tabs }) => tabs?.map((tab) => ({ name: tab.name, title: `${title}: ${tab.title}` })) ?? [{ name, title }]));
