// The telephones of operators and services: calls ring here, so that one person can play both ends.
import { byId, el, toast } from "/shared/js/dom.js";
import { deed, post } from "./api.js";
import { add, heard, quiet } from "./captions.js";
import { hush, play } from "./sound.js";
import { STATES, WORDS } from "./words.js";

const desks = new Map();

export function setUp(phones) {
  byId("add").addEventListener("submit", place);
  for (const phone of phones) {
    changed(phone);
    for (const caption of phone.captions) heard(desks.get(phone.phone).captions, caption);
  }
  drawNone();
}

async function attempt(work) {
  try {
    await work;
  } catch (error) {
    toast(error.message);
  }
}

async function place(event) {
  event.preventDefault();
  await attempt(post("phones", { address: byId("address").value.trim(), name: byId("owner").value.trim() }));
  event.target.reset();
}

function drawNone() {
  if (!desks.size) byId("desks").replaceChildren(el("li", { class: "none" }, WORDS.noDesks));
}

function made(phone) {
  if (!desks.size) byId("desks").replaceChildren();
  const name = phone.name || phone.phone;
  const title = el("h3", {}, name);
  const state = el("span", { class: "quiet", role: "status" });
  const captions = el("div", { class: "captions", role: "log", "aria-label": name, tabindex: "0", hidden: true });
  const answer = el("button", { type: "button", class: "answer", onclick: () => attempt(deed("answer", phone.phone)) }, WORDS.answer);
  const decline = el("button", { type: "button", class: "plain", onclick: () => attempt(deed("decline", phone.phone)) }, WORDS.decline);
  const hangUp = el("button", { type: "button", class: "plain", onclick: () => attempt(deed("hang-up", phone.phone)) }, WORDS.hangUp);
  const keys = entry(phone.phone, "press", WORDS.keysTo(name), WORDS.keys, WORDS.press, captions);
  const words = entry(phone.phone, "say", WORDS.sayAt(name), WORDS.words, WORDS.say, captions);
  const head = el("header", {}, title, phone.name ? el("span", { class: "quiet" }, phone.phone) : "", state);
  const card = el("li", { class: "desk" }, head, el("div", { class: "row" }, answer, decline, hangUp), captions, keys, words);
  byId("desks").append(card);
  const desk = { card, title, state, captions, answer, decline, hangUp, keys, words };
  desks.set(phone.phone, desk);
  return desk;
}

function entry(phone, what, label, hint, button, captions) {
  const input = el("input", { "aria-label": label, placeholder: hint, autocomplete: "off", maxlength: what === "press" ? "20" : "2000" });
  return el("form", { class: "row", onsubmit: (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    add(captions, what === "press" ? WORDS.pressed(input.value) : input.value, "own");
    attempt(deed(what, phone, input.value.trim()));
    input.value = "";
  } }, input, el("button", { class: "plain", "aria-label": `${button}: ${label}` }, button));
}

export const isKnown = (phone) => desks.has(phone);

export function changed(view) {
  const desk = desks.get(view.phone) || made(view);
  if (view.name) desk.title.textContent = view.name;
  desk.card.className = `desk ${view.state}`;
  desk.state.textContent = view.state === "ringing" ? WORDS.rings(view.from) : STATES[view.state];
  desk.answer.hidden = desk.decline.hidden = view.state !== "ringing";
  desk.hangUp.hidden = desk.keys.hidden = desk.words.hidden = view.state !== "talking";
  desk.captions.hidden = desk.captions.hidden && view.state !== "talking";
  if (view.state === "idle") {
    quiet(desk.captions);
    hush(view.phone);
  }
}

export function hear(phone, caption) {
  const desk = desks.get(phone);
  if (!desk) return;
  heard(desk.captions, caption);
  play(phone, caption.clip);
}

export function hushed(phone) {
  const desk = desks.get(phone);
  if (desk) quiet(desk.captions);
  hush(phone);
}
