// The addressees, and the letters of one of them.
import { byId, el, icon } from "/shared/js/dom.js";

const TODAY = { hour: "2-digit", minute: "2-digit" };
const DAY = { day: "numeric", month: "short" };

export function time(at) {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString("ru-RU", isToday ? TODAY : DAY);
}

function hue(words) {
  let sum = 0;
  for (const letter of words) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % 7;
}

function refill(list, rows) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  list.replaceChildren(...rows.map((row) => el("li", {}, row)));
  if (focused !== undefined) [...list.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
}

export function drawBoxes(boxes, current, choose, isFresh) {
  const all = el("button", { type: "button", "data-key": "all", "aria-current": current ? undefined : "true", onclick: () => choose("") },
    el("span", { class: "avatar all", "aria-hidden": "true" }, icon("people")), el("span", { class: "grow" }, el("strong", {}, "Все письма")));
  refill(byId("boxes"), [all, ...boxes.map((box) => boxRow(box, box.address === current, choose, isFresh))]);
}

function boxRow(box, isCurrent, choose, isFresh) {
  const fresh = isFresh(box.last);
  return el("button", { type: "button", class: fresh ? "fresh" : undefined, title: box.address, "data-key": box.address, "aria-current": isCurrent ? "true" : undefined,
    onclick: () => choose(box.address) },
  el("span", { class: `avatar hue-${hue(box.address)}`, "aria-hidden": "true" }, box.address[0].toUpperCase()),
  el("span", { class: "grow" }, el("strong", {}, box.address), el("span", { class: "row-line quiet" }, box.last.subject || "Без темы")),
  el("span", { class: "side" }, el("span", {}, time(box.last.at)), el("span", {}, `${box.count}`, el("span", { class: "visually-hidden" }, " писем"))));
}

export function drawLetters(letters, current, choose, isFresh) {
  if (!letters.length) { byId("letters").replaceChildren(el("li", { class: "none" }, "Писем пока нет.")); return; }
  refill(byId("letters"), letters.map((letter) => letterRow(letter, letter.id === current, choose, isFresh(letter))));
}

function letterRow(letter, isCurrent, choose, fresh) {
  return el("button", { type: "button", class: fresh ? "fresh" : undefined, "data-key": String(letter.id), "aria-current": isCurrent ? "true" : undefined, onclick: () => choose(letter.id) },
    el("span", { class: "grow" }, el("strong", {}, letter.subject || "Без темы"),
      el("span", { class: "row-line" }, `Кому: ${letter.recipients.join(", ")}`), el("span", { class: "row-line quiet" }, letter.beginning)),
    el("span", { class: "side" }, el("span", {}, time(letter.at)), letter.files ? icon("clip") : "",
      letter.files ? el("span", { class: "visually-hidden" }, "с файлами") : "",
      fresh ? el("span", { class: "dot" }, el("span", { class: "visually-hidden" }, "новое")) : ""));
}
