// Text with entities as nodes. Offsets are UTF-16 units, as JavaScript counts anyway.
import { el } from "./dom.js";

const SAFE = /^(https?:|mailto:|tel:|tg:)/i;

export function rendered(text, entities, act) {
  const ordered = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, ordered, act);
}

function span(text, start, end, entities, act) {
  const nodes = [];
  let at = start;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const stop = Math.min(end, entity.offset + entity.length);
    if (entity.offset < at || entity.offset >= end) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = entities.slice(i + 1).filter((other) => other.offset < stop);
    nodes.push(wrapped(entity, text.slice(entity.offset, stop), span(text, entity.offset, stop, inner, act), act));
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrapped(entity, raw, children, act) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, ...children);
  switch (entity.type) {
    case "text_link": return link(entity.url, children, act);
    case "url": return link(/^https?:/i.test(raw) ? raw : `http://${raw}`, children, act);
    case "email": return link(`mailto:${raw}`, children, act);
    case "phone_number": return link(`tel:${raw.replace(/[^+\d]/g, "")}`, children, act);
    case "bot_command": return el("button", { type: "button", class: "command", onclick: () => act.write(raw) }, ...children);
    case "spoiler": return spoiler(children);
    default: return el("span", {}, ...children);
  }
}

function link(url, children, act) {
  if (!SAFE.test(url)) return el("span", {}, ...children);
  const parameter = act.deepLink(url);
  const open = parameter === null ? undefined : (event) => { event.preventDefault(); act.start(parameter); };
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick: open }, ...children);
}

function spoiler(children) {
  const node = el("button", { type: "button", class: "spoiler", "aria-expanded": "false", title: "Показать скрытое" }, ...children);
  node.addEventListener("click", () => node.setAttribute("aria-expanded", "true"));
  return node;
}
