// The page: whose mailbox, the threads in it, one thread; live.
import { ask, byId, el, icon, toast } from "/shared/js/dom.js";
import { drop, get, post } from "./api.js";
import { closeComposer, isWriting, onSent, writeAnswer, writeNew } from "./composer.js";
import { letterCard } from "./letter.js";
import { drawBoxes, drawThreads } from "./lists.js";
import { FAULTS, WORDS } from "./words.js";

const query = new URLSearchParams(location.search);
const state = { box: query.get("box") || "", boxes: [], threads: [], faults: [], shown: Number(query.get("letter")) || 0, centre: "", aim: 0, read: new Set(), since: null };
let turn = 0;
let latest = null;

function refresh() {
  latest = load(++turn);
  return latest;
}

async function load(mine) {
  const [boxes, threads, faults] = await Promise.all([get("boxes"), get(`threads?box=${encodeURIComponent(state.box)}`), get("faults")]);
  if (mine !== turn) { await latest; return; }
  Object.assign(state, { boxes, threads, faults });
  if (state.shown && !thread()) close();
  await drawThread();
  draw();
}

const thread = () => state.threads.find(({ letters }) => letters.some((letter) => letter.id === state.shown))?.letters;
const isOwn = (letter) => letter.author_address === state.box;
const nameOf = (address) => state.boxes.find((box) => box.address === address)?.name || "";

function draw() {
  const isFresh = (letter) => letter.id > state.since && !state.read.has(letter.id);
  drawBoxes(state.boxes, state.box, state.centre, chooseBox, isFresh);
  drawThreads(state.threads, state.shown, chooseLetter, isFresh);
  byId("box-title").textContent = nameOf(state.box) || state.box || WORDS.all;
  byId("failing").hidden = !state.box;
  const fault = state.faults.find((one) => one.address === state.box);
  byId("fault").value = fault?.kind || "";
  byId("failing").classList.toggle("failing", Boolean(fault));
}

// What is open stays open: new letters are added below.
async function drawThread() {
  const letters = thread();
  byId("nothing").hidden = Boolean(letters) || isWriting();
  byId("thread").hidden = !letters;
  if (!letters) return;
  const mine = turn;
  const place = byId("messages");
  const known = new Set([...place.children].map((card) => Number(card.dataset.letter)));
  const missing = await Promise.all(letters.filter((letter) => !known.has(letter.id)).map((letter) => get(`letters/${letter.id}`)));
  if (mine !== turn || letters[0].id !== thread()?.[0].id) return;
  byId("thread-title").textContent = letters[0].subject || WORDS.noSubject;
  for (const letter of missing) {
    if (place.querySelector(`[data-letter="${letter.id}"]`)) continue;
    const isOpen = known.size > 0 || [state.shown, letters.at(-1).id, letters.findLast((one) => !isOwn(one))?.id].includes(letter.id);
    if (isOpen) state.read.add(letter.id);
    place.append(letterCard(letter, { isOwn: isOwn(letter), isOpen, answer: answering(letter) }));
  }
  if (missing.length) aim(known.size ? missing.at(-1).id : state.shown);
}

// A letter is as tall as it will be only when its frame is there.
function aim(id) {
  state.aim = id;
  byId("messages").querySelector(`[data-letter="${id}"]`)?.scrollIntoView({ block: "start" });
}

// Whoever got it may answer; the centre answers in its own inbox.
function answering(letter) {
  const address = state.box || letter.recipients[0].toLowerCase();
  if (letter.author_address === address || isCentre(address) || !letter.answer_to) return null;
  return (one) => { writeAnswer(one, { name: nameOf(address), address }); byId("nothing").hidden = true; };
}

const isCentre = (address) => address.replace(/\+[^@]*@/, "@") === state.centre;

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
  const before = thread()?.[0].id;
  state.shown = id;
  if (thread()?.[0].id !== before) { byId("messages").replaceChildren(); closeComposer(); }
  view("letter");
  place();
  await drawThread();
  draw();
}

function close() {
  state.shown = 0;
  byId("messages").replaceChildren();
  byId("thread").hidden = true;
  closeComposer();
  byId("nothing").hidden = false;
  if (byId("shell").dataset.view === "letter") view("letters");
  place();
}

function view(name) { byId("shell").dataset.view = name; }

function write() {
  state.shown = 0;
  byId("messages").replaceChildren();
  byId("thread").hidden = true;
  byId("nothing").hidden = true;
  view("letter");
  place();
  const address = state.box && !isCentre(state.box) ? state.box : "";
  writeNew({ name: nameOf(address), address, to: state.centre });
  draw();
}

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
  if (!(await ask(WORDS.dropAll, [{ name: "sure", label: WORDS.typeYes, required: true, pattern: WORDS.yes }], WORDS.drop))) return;
  await drop("letters").catch((error) => toast(error.message));
}

function follow() {
  const live = new EventSource("/sandbox/api/events");
  live.onopen = () => { byId("line").textContent = WORDS.online; };
  live.onerror = () => { byId("line").textContent = WORDS.offline; };
  live.onmessage = (event) => {
    state.since ??= Number(event.data);
    refresh().catch((error) => toast(error.message));
  };
}

onSent(async (address, letter, isAnswer) => {
  if (letter) state.read.add(letter.id);
  if (state.box !== address && !isAnswer) await chooseBox(address);
  await refresh();
  if (letter) await chooseLetter(letter.id); else byId("nothing").hidden = Boolean(state.shown);
});
byId("messages").addEventListener("load", (event) => {
  const id = Number(event.target.closest("article")?.dataset.letter);
  if (id === state.aim) requestAnimationFrame(() => aim(id));
}, true);
byId("messages").addEventListener("wheel", () => { state.aim = 0; }, { passive: true });
byId("clear").append(icon("bin"));
byId("clear").addEventListener("click", clear);
byId("to-boxes").append(icon("back"));
byId("to-boxes").addEventListener("click", () => view("boxes"));
byId("to-list").append(icon("back"));
byId("to-list").addEventListener("click", () => view("letters"));
byId("write").addEventListener("click", write);
byId("cancel").addEventListener("click", () => { closeComposer(); byId("nothing").hidden = Boolean(state.shown); if (!state.shown) view("letters"); });
byId("fault").append(...Object.entries(FAULTS).map(([kind, words]) => el("option", { value: kind }, words)));
byId("fault").addEventListener("change", orderFault);
if (state.box) view("letters");
state.centre = (await get("settings").catch(() => ({ centre: "" }))).centre;
await refresh().catch((error) => toast(error.message));
if (state.shown) view("letter");
follow();
