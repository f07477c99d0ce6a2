// One letter: who, what, files; as laid out, as plain text.
import { el, icon, iconButton } from "/shared/js/dom.js";
import { url } from "./api.js";

const NAMES = { From: "От", To: "Кому", Cc: "Копия", "Reply-To": "Ответ на", Date: "Дата" };
const WHOLE = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
const LINK = /https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]}'…]/g;

function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} КБ` : `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
}

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

function body(letter, kind) {
  if (kind === "html") return el("iframe", { src: url(`letters/${letter.id}/html`), title: "Текст письма", sandbox: "allow-popups allow-popups-to-escape-sandbox" });
  return el("div", { class: "plain-text", tabindex: "0" }, ...linked(letter.text || "В письме нет текста."));
}

function file(letter, one, number) {
  return el("a", { href: url(`letters/${letter.id}/files/${number}`), download: one.name }, icon("file"), el("b", {}, one.name), el("small", {}, size(one.size)));
}

function technical(letter) {
  const rest = Object.entries(letter.headers).filter(([name]) => !NAMES[name] && name !== "Subject");
  return el("details", {}, el("summary", {}, "Служебные строки"),
    el("dl", {}, ...row("Отправитель конверта", letter.sender || "<>"), ...row("Получатели конверта", letter.recipients.join(", ")),
      ...rest.flatMap(([name, words]) => row(name, words)), ...row("Размер", size(letter.size))));
}

export function drawLetter(place, letter, back) {
  let shown = body(letter, letter.has_html ? "html" : "text");
  const kinds = letter.has_html ? [["html", "Оформленное"], ["text", "Простой текст"]].map(([kind, words], number) =>
    el("button", { type: "button", "aria-pressed": String(number === 0), onclick: (event) => {
      for (const button of event.target.parentElement.children) button.setAttribute("aria-pressed", String(button === event.target));
      const next = body(letter, kind);
      shown.replaceWith(next);
      shown = next;
    } }, words)) : [];
  const written = new Date(letter.headers.Date);
  const headers = { ...letter.headers, Date: (Number.isNaN(written.getTime()) ? new Date(letter.at) : written).toLocaleString("ru-RU", WHOLE) };
  place.replaceChildren(
    el("header", {},
      el("div", { class: "top" },
        iconButton("back", "К списку писем", back, { class: "icon only-narrow" }),
        el("h1", {}, letter.headers.Subject || "Без темы"),
        el("a", { class: "icon", href: url(`letters/${letter.id}/raw`), "aria-label": "Скачать письмо (.eml)", title: "Скачать письмо (.eml)" }, icon("save"))),
      el("dl", {}, ...Object.entries(NAMES).flatMap(([name, words]) => row(words, headers[name]))),
      letter.is_repeat ? el("p", { class: "repeat" }, "Повтор: письмо с этим Message-ID уже приходило") : "",
      letter.attachments.length ? el("div", { class: "files", "aria-label": "Файлы", role: "group" }, ...letter.attachments.map((one, number) => file(letter, one, number))) : "",
      kinds.length ? el("div", { class: "kinds", role: "group", "aria-label": "Вид письма" }, ...kinds) : "",
      technical(letter)),
    shown);
  place.hidden = false;
}
