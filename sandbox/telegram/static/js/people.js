// The list of citizens with the last message and what is unread.
import { byId, el } from "./dom.js";
import { authorName, time } from "./bubbles.js";
import { summary } from "./media.js";

export function avatarOf(id, name) {
  const initials = name.split(/\s+/).map((word) => [...word][0] || "").slice(0, 2).join("");
  return el("span", { class: `avatar hue-${Math.abs(id) % 7}`, "aria-hidden": "true" }, initials.toUpperCase());
}

export function drawPeople(chats, current, choose) {
  const list = [...chats].sort((a, b) => (b.last?.message.date || 0) - (a.last?.message.date || 0) || a.id - b.id);
  const focused = document.activeElement?.dataset?.chat;
  byId("people").replaceChildren(...list.map((chat) => el("li", {}, row(chat, chat.id === current, choose))));
  if (focused) byId("people").querySelector(`[data-chat="${focused}"]`)?.focus();
}

function row(chat, isCurrent, choose) {
  const name = chat.person ? authorName(chat.person) : chat.title;
  const said = chat.blocked ? "Бот заблокирован" : chat.last ? summary(chat.last.message) : chat.person?.phone || "Ещё не писал боту";
  return el("button", { type: "button", "data-chat": chat.id, "aria-current": isCurrent ? "true" : undefined, onclick: () => choose(chat.id) },
    avatarOf(chat.id, name),
    el("span", { class: "grow" }, el("strong", {}, name), el("span", { class: "quiet" }, said)),
    el("span", { class: "side" }, el("span", { class: "quiet" }, chat.last ? time(chat.last.message) : ""),
      chat.unread ? el("span", { class: "badge" }, String(chat.unread), el("span", { class: "visually-hidden" }, " непрочитанных")) : ""));
}
