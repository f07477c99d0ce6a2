// The calls, and what was asked of the application in each; failures on order.
import { byId, el } from "/shared/js/dom.js";
import { drop, get, post } from "./api.js";
import { FAULTS, RESULTS, WORDS } from "./words.js";

const state = { calls: [], chosen: "", timer: 0 };

export async function setUp() {
  byId("kind").append(...Object.entries(FAULTS).map(([kind, words]) => el("option", { value: kind }, words)));
  byId("fault").addEventListener("submit", order);
  byId("clear").addEventListener("click", async () => { await drop("faults"); await drawFaults(); });
  await refresh();
  drawProblems(await get("problems"));
}

export function soon() {
  clearTimeout(state.timer);
  state.timer = setTimeout(refresh, 250);
}

async function refresh() {
  [state.calls] = await Promise.all([get("calls"), drawFaults()]);
  drawCalls();
  if (state.chosen) await drawHooks();
}

function drawCalls() {
  const calls = state.calls.map((call) => el("li", {}, el("button", { type: "button", "aria-current": call.call_sid === state.chosen ? "true" : undefined, onclick: () => choose(call.call_sid) },
    el("span", {}, new Date(call.began).toLocaleTimeString("ru-RU")),
    el("strong", { class: "grow" }, call.direction === "inbound" ? call.from : call.to),
    el("span", { class: "quiet" }, call.direction === "inbound" ? WORDS.incoming : WORDS.outgoing),
    el("span", {}, RESULTS[call.call_status] || call.call_status))));
  byId("calls").replaceChildren(...(calls.length ? calls : [el("li", { class: "none" }, WORDS.noCalls)]));
}

async function choose(sid) {
  state.chosen = sid;
  drawCalls();
  await drawHooks();
  byId("calls").querySelector('[aria-current="true"]')?.focus();
}

async function drawHooks() {
  const hooks = await get(`hooks?call_sid=${encodeURIComponent(state.chosen)}`);
  const call = state.calls.find((one) => one.call_sid === state.chosen);
  byId("hooks").hidden = false;
  byId("hooks-title").textContent = WORDS.requestsOf(call ? (call.direction === "inbound" ? call.from : call.to) : "");
  const open = new Set([...byId("requests").querySelectorAll("details[open]")].map((one) => one.dataset.number));
  byId("requests").replaceChildren(...hooks.map((hook) => row(hook, open)));
}

function row(hook, open) {
  const failure = hook.error || hook.body.error;
  const result = hook.error || `${hook.status ?? "…"}${Array.isArray(hook.answer) && hook.kind !== "status" ? ` → ${WORDS.verbs(hook.answer)}` : ""}`;
  const told = hook.kind === "status" ? ` ${hook.body.call_status} ${hook.body.error ? hook.body.reason : ""}` : hook.body.reason ? ` ${hook.body.reason} ${hook.body.digits || ""}` : "";
  return el("li", { class: failure ? "bad" : undefined }, el("details", { "data-number": `${hook.number}`, open: open.has(`${hook.number}`) },
    el("summary", {}, el("span", { class: "quiet" }, WORDS.after(hook.at)), el("span", {}, `${hook.path}${told.trimEnd()}: ${result}`)),
    el("p", { class: "quiet" }, WORDS.body), el("pre", { tabindex: "0" }, JSON.stringify(hook.body, null, 1)),
    hook.answer ? el("p", { class: "quiet" }, WORDS.reply) : "", hook.answer ? el("pre", { tabindex: "0" }, JSON.stringify(hook.answer, null, 1)) : ""));
}

async function order(event) {
  event.preventDefault();
  await post("faults", { kind: byId("kind").value, only: byId("only").value.trim(), seconds: Number(byId("seconds").value) || 0 });
  await drawFaults();
}

async function drawFaults() {
  const faults = await get("faults");
  byId("faults").replaceChildren(...faults.map((one) => el("li", {}, WORDS.once(FAULTS[one.kind] || one.kind, one.only))));
  byId("clear").hidden = !faults.length;
}

function drawProblems(problems) {
  byId("problems").replaceChildren(...problems.slice(-50).map((words) => el("li", {}, words)));
  if (!problems.length) byId("problems").append(el("li", { class: "none" }, WORDS.noProblems));
}

export function noted(words) {
  byId("problems").querySelector(".none")?.remove();
  byId("problems").append(el("li", {}, words));
}
