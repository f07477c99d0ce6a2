// One message: bubble, inline keyboard, marks, actions.
import { el, icon } from "./dom.js";
import { rendered } from "./entities.js";
import { attachment, isBare, summary } from "./media.js";

const clock = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Moscow" });
const REACTIONS = ["👍", "❤", "🙏", "🔥", "👎"];
const MARKS = { stored: ["check", "Отправлено"], acknowledged: ["checks", "Получено ботом"] };

export function entry(post, act) {
  const { message } = post;
  const own = act.isOwn ? act.isOwn(post) : !post.from_bot;
  const service = serviceText(message);
  if (service) return el("div", { class: "day service", "data-id": message.message_id }, service);
  const bubble = el("div", { class: `bubble${isBare(message) ? " bare" : ""}` },
    act.showsNames && !own ? el("div", { class: `author ink-${Math.abs(message.from.id) % 7}` }, authorName(message.from)) : "",
    message.forward_origin ? el("div", { class: "forwarded" }, "Переслано: ", authorName(message.forward_origin.sender_user)) : "",
    message.reply_to_message && !message.reply_to_message.forum_topic_created ? quote(message.reply_to_message, act) : "",
    ...attachment(message), body(message, act), reactions(post, act), meta(post, own));
  const who = own ? "Вы" : authorName(message.from);
  return el("article", { class: `entry${own ? " own" : ""}`, "data-id": message.message_id, "aria-label": `${who}, ${time(message)}` },
    el("div", { class: "line" }, bubble, actions(post, own, act)), inlineKeys(message, act));
}

export const authorName = (user) => (user ? [user.first_name, user.last_name].filter(Boolean).join(" ") : "");

export const time = (message) => clock.format(message.date * 1000);

function body(message, act) {
  const text = message.text || message.caption;
  return text ? el("div", { class: "text", dir: "auto" }, ...rendered(text, message.entities || message.caption_entities, act)) : "";
}

function quote(target, act) {
  return el("button", { type: "button", class: "quote", onclick: () => act.show(target.message_id) },
    el("b", {}, authorName(target.from)), el("span", {}, summary(target)));
}

function meta(post, own) {
  const [picture, label] = MARKS[post.mark];
  return el("div", { class: "meta" },
    post.message.edit_date ? el("span", {}, "изменено") : "",
    el("time", { datetime: new Date(post.message.date * 1000).toISOString() }, time(post.message)),
    own ? el("span", { title: label, "data-mark": post.mark }, icon(picture), el("span", { class: "visually-hidden" }, label)) : "");
}

function reactions(post, act) {
  if (!post.reactions.length) return "";
  return el("div", { class: "reactions" }, ...post.reactions.map((emoji) => (post.from_bot
    ? el("button", { type: "button", "aria-label": `Убрать реакцию ${emoji}`, onclick: () => act.react(post, "") }, emoji)
    : el("span", { role: "img", "aria-label": `Реакция ${emoji}` }, emoji))));
}

function actions(post, own, act) {
  const close = (deed) => (event) => { event.target.closest("details").removeAttribute("open"); deed(post); };
  const rows = [el("button", { type: "button", onclick: close(act.replyTo) }, icon("reply"), "Ответить")];
  if (own && (post.message.text || post.message.caption)) rows.push(el("button", { type: "button", onclick: close(act.edit) }, icon("edit"), "Изменить"));
  if (own) rows.push(el("button", { type: "button", onclick: close(act.remove) }, icon("bin"), "Удалить"));
  const row = own ? "" : el("div", { class: "emoji-row" }, ...REACTIONS.map((emoji) =>
    el("button", { type: "button", "aria-label": `Реакция ${emoji}`, onclick: close((target) => act.react(target, emoji)) }, emoji)));
  return el("details", { class: "more" }, el("summary", { "aria-label": "Действия с сообщением" }, icon("dots")), el("div", { class: "popup" }, row, ...rows));
}

function inlineKeys(message, act) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return "";
  return el("div", { class: "inline-keys", role: "group", "aria-label": "Кнопки сообщения" }, ...rows.map((row) => el("div", { class: "key-row" },
    ...row.map((button) => el("button", { type: "button", class: button.style, disabled: Boolean(button.disabled), onclick: (event) => act.press(message, button, event.currentTarget) }, button.text)))));
}

function serviceText(message) {
  if (message.forum_topic_created) return `Создана тема «${message.forum_topic_created.name}»`;
  if (message.forum_topic_closed) return "Тема закрыта";
  if (message.forum_topic_reopened) return "Тема открыта";
  if (message.forum_topic_edited) return `Тема переименована: «${message.forum_topic_edited.name}»`;
  if (message.pinned_message) return `${authorName(message.from)}: сообщение закреплено`;
  return "";
}
