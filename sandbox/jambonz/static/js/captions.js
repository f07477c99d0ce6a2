// A list of what is heard and said at one telephone.
import { el } from "/shared/js/dom.js";
import { WORDS } from "./words.js";

const KEPT = 200;

export function add(list, text, kind) {
  const isLow = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.append(el("p", { class: kind }, text));
  while (list.children.length > KEPT) list.firstChild.remove();
  if (isLow || kind === "own") list.scrollTop = list.scrollHeight;
}

export function heard(list, caption) {
  quiet(list);
  const text = caption.kind === "sound" ? WORDS.sound(caption.text.split("/").at(-1)) : caption.text;
  add(list, text, caption.kind);
  list.lastChild.classList.add("now");
}

export function quiet(list) {
  for (const one of list.querySelectorAll(".now")) one.classList.remove("now");
}
