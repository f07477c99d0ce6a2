// The list of topics of the supergroup, with the last message and what is unread.
import { byId, el, icon } from "./dom.js";
import { authorName, time } from "./bubbles.js";
import { summary } from "./media.js";

export const GENERAL = "general";
export const ALONE = "alone";

export function markOf(place, topic) {
  if (place === GENERAL) return el("span", { class: "mark plain-mark", "aria-hidden": "true" }, "#");
  if (place === ALONE) return el("span", { class: "mark plain-mark", "aria-hidden": "true" }, icon("person"));
  const initial = [...(topic?.name || "?")].find((sign) => /[\p{L}\p{N}]/u.test(sign)) || "?";
  const hue = [...(topic?.name || "")].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % 7;
  return el("span", { class: `mark hue-${hue}`, "aria-hidden": "true" }, initial.toUpperCase());
}

export function drawTopics(state, show) {
  const last = lastPosts(state);
  const topics = Object.entries(state.group.topics).map(([id, topic]) => [Number(id), topic]);
  const byTime = ([one], [other]) => (last.get(other)?.message.date || 0) - (last.get(one)?.message.date || 0) || other - one;
  const open = topics.filter(([, topic]) => !topic.closed).sort(byTime);
  const closed = topics.filter(([, topic]) => topic.closed).sort(byTime);
  const focused = document.activeElement?.dataset?.place;
  const rows = (list) => el("ul", {}, ...list.map(([place, topic]) => el("li", {}, row(state, place, topic, last.get(place), show))));
  byId("topics").replaceChildren(
    rows([[GENERAL, null], [ALONE, null]]),
    open.length ? el("h2", {}, "Открытые темы") : "", open.length ? rows(open) : "",
    closed.length ? el("h2", {}, "Закрытые темы") : "", closed.length ? rows(closed) : "");
  if (focused) byId("topics").querySelector(`[data-place="${focused}"]`)?.focus();
}

function lastPosts(state) {
  const last = new Map();
  for (const post of state.posts.values()) if (!post.deleted) last.set(post.message.message_thread_id ?? GENERAL, post);
  for (const post of state.alone.values()) if (!post.deleted) last.set(ALONE, post);
  return last;
}

function row(state, place, topic, post, show) {
  const name = place === GENERAL ? "Общая тема" : place === ALONE ? `Личный чат: ${state.bot.first_name}` : topic.name;
  const said = post ? `${post.message.from.id === state.person ? "Вы" : authorName(post.message.from)}: ${summary(post.message)}` : place === ALONE ? "Подключение по коду" : "Пока пусто";
  const unread = state.unread.get(place) || 0;
  return el("button", { type: "button", class: topic?.closed ? "shut" : "", "data-place": place, "aria-current": state.place === place ? "true" : undefined, onclick: () => show(place, { open: true }) },
    markOf(place, topic),
    el("span", { class: "grow" }, el("strong", {}, name), el("span", { class: "quiet" }, said)),
    el("span", { class: "side" }, el("span", { class: "quiet" }, post ? time(post.message) : ""),
      unread ? el("span", { class: "badge" }, String(unread), el("span", { class: "visually-hidden" }, " непрочитанных")) : ""));
}
