// Whose mailboxes there are, and the threads in one of them.
import { byId, el, icon } from "/shared/js/dom.js";
import { WORDS } from "./words.js";

const MOSCOW = { timeZone: "Europe/Moscow" };
const TODAY = { hour: "2-digit", minute: "2-digit", ...MOSCOW };
const DAY = { day: "numeric", month: "short", ...MOSCOW };
const dayOf = (moment) => moment.toLocaleDateString("ru-RU", MOSCOW);

export function time(at) {
  const moment = new Date(at);
  const isToday = dayOf(moment) === dayOf(new Date());
  return moment.toLocaleString("ru-RU", isToday ? TODAY : DAY);
}

export function avatar(address, name = "") {
  let sum = 0;
  for (const letter of address) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return el("span", { class: `avatar hue-${sum % 7}`, "aria-hidden": "true" }, (name || address || "?")[0].toUpperCase());
}

function refill(list, rows) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  list.replaceChildren(...rows.map((row) => el("li", {}, row)));
  if (focused !== undefined) [...list.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
}

export function drawBoxes(boxes, current, centre, choose, isFresh) {
  const all = el("button", { type: "button", "data-key": "all", "aria-current": current ? undefined : "true", onclick: () => choose("") },
    el("span", { class: "avatar all", "aria-hidden": "true" }, icon("people")), el("span", { class: "grow" }, el("strong", {}, WORDS.all)));
  const rows = boxes.map((box) => boxRow(box, box.address === current, box.address === centre, choose, isFresh));
  refill(byId("boxes"), [all, ...rows]);
}

function boxRow(box, isCurrent, isCentre, choose, isFresh) {
  const name = isCentre ? WORDS.centre : box.name;
  const said = box.last ? box.last.subject || WORDS.noSubject : WORDS.notYet;
  return el("button", { type: "button", class: box.last && isFresh(box.last) ? "fresh" : undefined, title: box.address, "data-key": box.address,
    "aria-current": isCurrent ? "true" : undefined, onclick: () => choose(box.address) },
  isCentre ? el("span", { class: "avatar all", "aria-hidden": "true" }, icon("file")) : avatar(box.address, name),
  el("span", { class: "grow" }, el("strong", {}, name || box.address), name ? el("span", { class: "row-line" }, box.address) : "", el("span", { class: "row-line quiet" }, said)),
  box.last ? el("span", { class: "side" }, el("span", {}, time(box.last.at)),
    el("span", {}, `${box.count}`, el("span", { class: "visually-hidden" }, WORDS.letters(box.count)))) : "");
}

export function drawThreads(threads, shown, choose, isFresh) {
  if (!threads.length) { byId("letters").replaceChildren(el("li", { class: "none" }, WORDS.noLetters)); return; }
  refill(byId("letters"), threads.map(({ letters }) => threadRow(letters, letters.some((letter) => letter.id === shown), choose, isFresh)));
}

function threadRow(letters, isCurrent, choose, isFresh) {
  const last = letters.at(-1);
  const isNew = letters.some(isFresh);
  const count = letters.length > 1 ? el("span", { class: "tally", title: WORDS.inThread(letters.length) }, `${letters.length}`) : "";
  return el("button", { type: "button", class: isNew ? "fresh" : undefined, "data-key": String(letters[0].id), "aria-current": isCurrent ? "true" : undefined,
    onclick: () => choose(last.id) },
  el("span", { class: "grow" }, el("strong", {}, letters[0].subject || WORDS.noSubject),
    el("span", { class: "row-line" }, `${last.author} → ${last.recipients.join(", ")}`), el("span", { class: "row-line quiet" }, last.beginning)),
  el("span", { class: "side" }, el("span", {}, time(last.at)), count,
    letters.some((letter) => letter.files) ? icon("clip") : "",
    letters.some((letter) => letter.files) ? el("span", { class: "visually-hidden" }, WORDS.withFiles) : "",
    isNew ? el("span", { class: "dot" }, el("span", { class: "visually-hidden" }, WORDS.fresh)) : ""));
}
