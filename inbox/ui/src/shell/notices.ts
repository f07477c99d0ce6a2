/** Desktop notifications. They carry the applicant's name at most, never the words of a citizen (reg. 2.10). */
import { ru } from "@/locales/ru";
import { toast } from "./toasts";

export async function askForNotices(): Promise<void> {
  if (!("Notification" in window) || Notification.permission !== "default") return;
  const answer = await Notification.requestPermission().catch(() => "default");
  if (answer === "denied") toast(ru.shift.blocked);
}

/** The tag makes the tabs of one browser show one notice, not one each. */
export function notice(title: string, tag: string, open: () => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  const shown = new Notification(title, { tag, body: ru.appName, icon: "/favicon-unread.svg", lang: "ru" });
  shown.onclick = () => {
    window.focus();
    open();
    shown.close();
  };
}

export function showUnread(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>("#favicon");
  const file = count ? "/favicon-unread.svg" : "/favicon.svg";
  if (icon && icon.getAttribute("href") !== file) icon.setAttribute("href", file);
}
