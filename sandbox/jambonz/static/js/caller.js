// The applicant's telephone.
import { byId, el, icon, toast } from "/shared/js/dom.js";
import { deed, post } from "./api.js";
import { add, heard, quiet } from "./captions.js";
import { hush, isTalking, play, stopTalking, talk } from "./sound.js";
import { KEYS, STATES, WORDS } from "./words.js";

const mine = { phone: "", call: "", state: "idle" };
let held = null;
const list = () => byId("captions");

export function setUp(numbers) {
  byId("to").append(...numbers.map((number) => el("option", { value: number }, number)));
  byId("speak").append(icon("send"));
  byId("mic").append(icon("mic"));
  byId("keypad").append(...KEYS.map(([digit, letters]) =>
    el("button", { type: "button", "data-key": digit, "aria-label": WORDS.key(digit, letters), disabled: true, onclick: () => press(digit) },
      digit, el("small", {}, letters))));
  byId("call").addEventListener("submit", start);
  byId("end").addEventListener("click", () => attempt(deed("hang-up", mine.phone)));
  byId("say").addEventListener("submit", say);
  byId("mic").addEventListener("click", toggleMic);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea");
    if (!isTyping && !event.ctrlKey && !event.metaKey && !event.altKey && /^[0-9*#]$/.test(event.key) && isLive()) press(event.key);
  });
}

const isLive = () => mine.state === "talking" || mine.state === "calling";

async function attempt(work) {
  try {
    return await work;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

async function start(event) {
  event.preventDefault();
  const number = byId("number").value.trim();
  add(list(), WORDS.began(new Date().toLocaleTimeString("ru-RU")), "note");
  held = [];
  const call = await attempt(post("calls", { number, to: byId("to").value, hidden: byId("hidden").checked }));
  if (call) {
    Object.assign(mine, { phone: call.phone, call: call.call_sid });
    changed(call);
  }
  const late = held;
  held = null;
  for (const happening of late) happening();
}

// Until the exchange has named the call, nobody knows whose its first events are.
export function hold(happening) {
  held?.push(happening);
  return held !== null;
}

function press(digits) {
  add(list(), WORDS.pressed(digits), "own");
  attempt(deed("press", mine.phone, digits));
}

function say(event) {
  event.preventDefault();
  const words = byId("words").value.trim();
  if (!words) return;
  byId("words").value = "";
  add(list(), words, "own");
  attempt(deed("say", mine.phone, words));
}

async function toggleMic() {
  if (isTalking()) {
    stopTalking();
    return;
  }
  await talk(mine.phone);
  byId("mic").setAttribute("aria-pressed", String(isTalking()));
}

export const isMine = (callSid) => callSid !== "" && callSid === mine.call;

export function changed(view) {
  const wasLive = isLive();
  mine.state = view.state;
  const live = isLive();
  byId("start").hidden = live;
  byId("end").hidden = !live;
  for (const id of ["words", "speak", "mic"]) byId(id).disabled = !live;
  for (const key of byId("keypad").children) key.disabled = !live;
  byId("state").textContent = live && view.asking ? WORDS.asked : STATES[view.state] || "";
  if (wasLive && !live) {
    stopTalking();
    hush(mine.phone);
    quiet(list());
    add(list(), view.refusal ? WORDS.refused(...view.refusal) : WORDS.ended, "note");
  }
}

export function hear(caption) {
  heard(list(), caption);
  play(mine.phone, caption.clip);
}

export function hushed() {
  quiet(list());
  hush(mine.phone);
}
