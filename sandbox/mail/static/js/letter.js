// One letter of a thread: who, what, files; as laid out, as plain text.
import { el, icon } from "/shared/js/dom.js";
import { url } from "./api.js";
import { avatar } from "./lists.js";
import { HEADERS, WORDS, size } from "./words.js";

const WHOLE = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Moscow" };
const LINK = /https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]}'…]/g;

function row(name, words) {
  return words ? [el("dt", {}, name), el("dd", {}, words)] : [];
}

function linked(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(at, found.index), el("a", { href: found[0], target: "_blank", rel: "noopener noreferrer" }, found[0]));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

// The frame has no scripts; its height is ours to see and to set.
function framed(letter) {
  const frame = el("iframe", { src: url(`letters/${letter.id}/html`), title: WORDS.body, sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox" });
  frame.addEventListener("load", () => { frame.style.height = `${Math.ceil(frame.contentDocument.documentElement.getBoundingClientRect().height) + 2}px`; });
  return frame;
}

function body(letter, kind) {
  if (kind === "html") return framed(letter);
  return el("div", { class: "plain-text", tabindex: "0", role: "group", "aria-label": WORDS.body }, ...linked(letter.text || WORDS.noText));
}

function file(letter, one, number) {
  return el("a", { href: url(`letters/${letter.id}/files/${number}`), download: one.name }, icon("file"), el("b", {}, one.name), el("small", {}, size(one.size)));
}

function technical(letter) {
  const rest = Object.entries(letter.headers).filter(([name]) => !HEADERS[name] && name !== "Subject");
  return el("details", {}, el("summary", {}, WORDS.technical),
    el("dl", {}, ...row(WORDS.sender, letter.sender || "<>"), ...row(WORDS.recipients, letter.recipients.join(", ")),
      ...rest.flatMap(([name, words]) => row(name, words)), ...row(WORDS.size, size(letter.size))));
}

function kinds(letter, change) {
  if (!letter.has_html) return "";
  const buttons = [["html", WORDS.laidOut], ["text", WORDS.plain]].map(([kind, words], number) =>
    el("button", { type: "button", "aria-pressed": String(number === 0), onclick: (event) => {
      for (const button of event.target.parentElement.children) button.setAttribute("aria-pressed", String(button === event.target));
      change(kind);
    } }, words));
  return el("div", { class: "kinds", role: "group", "aria-label": WORDS.kinds }, ...buttons);
}

function inside(letter, answer) {
  let shown = body(letter, letter.has_html ? "html" : "text");
  const change = (kind) => { const next = body(letter, kind); shown.replaceWith(next); shown = next; };
  const written = new Date(letter.headers.Date);
  const headers = { ...letter.headers, Date: (Number.isNaN(written.getTime()) ? new Date(letter.at) : written).toLocaleString("ru-RU", WHOLE) };
  return el("div", { class: "inside" },
    el("dl", {}, ...Object.entries(HEADERS).flatMap(([name, words]) => row(words, headers[name]))),
    letter.is_repeat ? el("p", { class: "repeat" }, WORDS.repeat) : "",
    kinds(letter, change), shown,
    letter.attachments.length ? el("div", { class: "files", "aria-label": WORDS.files, role: "group" }, ...letter.attachments.map((one, number) => file(letter, one, number))) : "",
    el("div", { class: "deeds" },
      answer ? el("button", { type: "button", class: "primary", onclick: () => answer(letter) }, WORDS.answer) : "",
      el("a", { href: url(`letters/${letter.id}/raw`) }, WORDS.download)),
    technical(letter));
}

// `isOwn`: the owner of the box wrote it; `answer`: nobody may answer when it is null.
export function letterCard(letter, { isOwn, isOpen, answer }) {
  const head = el("button", { type: "button", class: "head", "aria-expanded": String(isOpen), onclick: () => {
    const opens = card.querySelector(".inside") === null;
    head.setAttribute("aria-expanded", String(opens));
    if (opens) card.append(inside(letter, answer)); else card.querySelector(".inside").remove();
  } },
  avatar(letter.author_address || letter.sender, letter.author),
  el("span", { class: "grow" }, el("strong", {}, letter.author || "—"), el("span", { class: "row-line quiet" }, letter.beginning || letter.subject)),
  el("span", { class: "side" }, new Date(letter.at).toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Moscow" }), letter.files ? icon("clip") : ""));
  const card = el("article", { class: isOwn ? "own" : undefined, "data-letter": String(letter.id) }, head, isOpen ? inside(letter, answer) : "");
  return card;
}
