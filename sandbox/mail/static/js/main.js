// The page: addressees, their letters, one letter; live.
import { ask, byId, el, icon, toast } from "/shared/js/dom.js";
import { drop, get, post } from "./api.js";
import { drawLetter } from "./letter.js";
import { drawBoxes, drawLetters } from "./lists.js";

const FAULTS = { "": "принимает письма", refuse: "отказывает: ящика нет (550)", later: "просит повторить позже (451)", busy: "занят, кладёт трубку (421)",
  drop: "рвёт связь, письма нет", lose_answer: "рвёт связь, письмо есть" };
const query = new URLSearchParams(location.search);
const state = { box: query.get("box") || "", boxes: [], letters: [], faults: [], shown: Number(query.get("letter")) || 0, read: new Set(), since: null };
let turn = 0;

async function refresh() {
  const mine = ++turn;
  const [boxes, letters, faults] = await Promise.all([get("boxes"), get(`letters?box=${encodeURIComponent(state.box)}`), get("faults")]);
  if (mine !== turn) return;
  Object.assign(state, { boxes, letters, faults });
  if (state.shown && !letters.some((letter) => letter.id === state.shown)) close();
  draw();
}

function draw() {
  const isFresh = (letter) => letter.id > state.since && !state.read.has(letter.id);
  drawBoxes(state.boxes, state.box, chooseBox, isFresh);
  drawLetters(state.letters, state.shown, chooseLetter, isFresh);
  byId("box-title").textContent = state.box || "Все письма";
  byId("failing").hidden = !state.box;
  const fault = state.faults.find((one) => one.address === state.box);
  byId("fault").value = fault?.kind || "";
  byId("failing").classList.toggle("failing", Boolean(fault));
}

function place() {
  const to = new URLSearchParams();
  if (state.box) to.set("box", state.box);
  if (state.shown) to.set("letter", state.shown);
  history.replaceState(null, "", to.size ? `?${to}` : location.pathname);
}

async function chooseBox(box) {
  if (box !== state.box) close();
  state.box = box;
  view("letters");
  place();
  await refresh();
}

async function chooseLetter(id) {
  const letter = await get(`letters/${id}`).catch((error) => toast(error.message));
  if (!letter) return;
  state.shown = id;
  state.read.add(id);
  byId("nothing").hidden = true;
  drawLetter(byId("shown"), letter, () => view("letters"));
  view("letter");
  place();
  draw();
}

function close() {
  state.shown = 0;
  byId("shown").hidden = true;
  byId("nothing").hidden = false;
  if (byId("shell").dataset.view === "letter") view("letters");
  place();
}

function view(name) { byId("shell").dataset.view = name; }

async function orderFault() {
  const address = state.box;
  const kind = byId("fault").value;
  try {
    await drop(`faults?address=${encodeURIComponent(address)}`);
    if (kind) await post("faults", { kind, address });
  } catch (error) { toast(error.message); }
  await refresh();
}

async function clear() {
  if (!(await ask("Удалить все письма?", [{ name: "sure", label: "Напишите «да»", required: true, pattern: "[Дд]а" }], "Удалить"))) return;
  await drop("letters").catch((error) => toast(error.message));
}

function follow() {
  const live = new EventSource("/sandbox/api/events");
  live.onopen = () => { byId("line").textContent = "На связи"; };
  live.onerror = () => { byId("line").textContent = "Нет связи, соединяюсь…"; };
  live.onmessage = (event) => {
    state.since ??= Number(event.data);
    refresh().catch((error) => toast(error.message));
  };
}

byId("clear").append(icon("bin"));
byId("clear").addEventListener("click", clear);
byId("to-boxes").append(icon("back"));
byId("to-boxes").addEventListener("click", () => view("boxes"));
byId("fault").append(...Object.entries(FAULTS).map(([kind, words]) => el("option", { value: kind }, words)));
byId("fault").addEventListener("change", orderFault);
if (state.box) view("letters");
await refresh().catch((error) => toast(error.message));
if (state.shown) await chooseLetter(state.shown);
follow();
