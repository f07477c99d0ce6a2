// The page: state, live events, and what a citizen can do.
import { acting } from "./acts.js";
import { ask, byId, el, icon, toast } from "./dom.js";
import { get, post } from "./api.js";
import { authorName } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { drawPeople } from "./people.js";

const TYPING_MS = 5000;
const state = { bot: null, chats: new Map(), current: null, seq: 0, typing: 0 };
const query = new URLSearchParams(location.search);

const act = Object.assign(acting(() => ({ person: state.current, bot: state.bot, frame: { bot: state.bot.id } })), {
  parameter: query.get("start") || "",
  replyTo: (target) => composer.reply(target),
  edit: (target) => composer.edit(target),
  show: (id) => log.show(id),
  others: () => [...state.chats.values()].filter((chat) => chat.person && chat.id !== state.current).map((chat) => [chat.id, authorName(chat.person)]),
});
const log = new Log(act);
const composer = new Composer(act);

async function load() {
  const wanted = Number(query.get("bot")) || undefined;
  const bots = await get("bots");
  state.bot = bots.find((bot) => bot.id === wanted) || bots[0];
  byId("to-duty").hidden = bots.length < 2;
  const answer = await get(`chats?bot=${state.bot.id}`);
  state.seq = answer.seq;
  for (const chat of answer.chats) if (chat.kind === "private") state.chats.set(chat.id, { unread: 0, ...state.chats.get(chat.id), ...chat });
  byId("chat-title").textContent = state.bot.first_name;
  byId("bot-avatar").textContent = [...state.bot.first_name][0].toUpperCase();
  document.title = `${state.bot.first_name} — песочница`;
  const first = state.chats.keys().next().value;
  const shown = state.chats.has(state.current) ? state.current : Number(query.get("user")) || first;
  if (shown) await choose(shown, { keepView: true });
}

async function choose(id, { keepView = false } = {}) {
  const chat = state.chats.get(id);
  if (!chat) return;
  state.current = id;
  const answer = await get(`chats/${id}/history?bot=${state.bot.id}`);
  Object.assign(chat, answer.chat);
  composer.context = null;
  log.fill(answer.posts, chat.unread, state.bot.profile["description:"] || "Здесь пока пусто. Нажмите «Начать», чтобы открыть бота.");
  chat.unread = 0;
  if (!keepView) byId("shell").dataset.view = "chat";
  drawChat();
  drawPeople(state.chats.values(), id, choose);
}

function drawChat() {
  const chat = state.chats.get(state.current);
  const label = chat.blocked ? "Разблокировать бота" : "Заблокировать бота";
  const block = byId("block");
  block.setAttribute("aria-pressed", String(chat.blocked));
  block.setAttribute("aria-label", label);
  block.title = label;
  status();
  composer.redraw(chat, state.bot);
}

function status(action) {
  const chat = state.chats.get(state.current);
  clearTimeout(state.typing);
  if (!action) { byId("status").replaceChildren(`бот · вы пишете как ${authorName(chat.person)}`); return; }
  const dots = el("span", { class: "typing", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  byId("status").replaceChildren(el("span", { class: "typing" }, ACTIONS[action] || "печатает", dots));
  state.typing = setTimeout(() => status(), TYPING_MS);
}

const ACTIONS = { upload_document: "отправляет файл", upload_photo: "отправляет фото", upload_voice: "отправляет голосовое", record_voice: "записывает голосовое", find_location: "ищет место" };

const HAPPENINGS = {
  message: (chat, body) => {
    chat.last = body;
    if (body.markup) chat.keyboard = body.markup.remove_keyboard ? null : body.markup;
    if (chat.id === state.current) {
      log.add(body);
      if (body.from_bot) status();
      if (body.markup || !chat.started) composer.redraw(chat, state.bot);
    } else if (body.from_bot) chat.unread += 1;
  },
  edited: (chat, body) => changed(chat, body),
  deleted: (chat, body) => changed(chat, body),
  mark: (chat, body) => changed(chat, body),
  reaction: (chat, body) => changed(chat, body),
  action: (chat, body) => { if (chat.id === state.current) status(body.action); },
  answer: (chat, body) => act.answered(body),
  chat: (chat, body) => { Object.assign(chat, body); if (chat.id === state.current) drawChat(); },
};

function changed(chat, body) {
  if (chat.last?.message.message_id === body.message.message_id) chat.last = body;
  if (chat.id === state.current) log.change(body);
}

async function happened({ seq, kind, chat: id, body }) {
  state.seq = seq;
  if (kind === "commands") { await refreshBot(); return; }
  if (kind === "chat" && !state.chats.has(id)) state.chats.set(id, { unread: 0, ...body });
  const chat = state.chats.get(id);
  if (!chat) return;
  HAPPENINGS[kind]?.(chat, body);
  drawPeople(state.chats.values(), state.current, choose);
}

async function refreshBot() {
  const bots = await get("bots");
  state.bot = bots.find((bot) => bot.id === state.bot.id);
  byId("chat-title").textContent = state.bot.first_name;
  if (state.current) composer.redraw(state.chats.get(state.current), state.bot);
}

function follow() {
  const live = new EventSource(`/sandbox/api/events?bot=${state.bot.id}&after=${state.seq}`);
  let lost = false;
  live.onopen = async () => { byId("line").textContent = "На связи"; if (lost) { live.close(); await load(); follow(); } };
  live.onerror = () => { lost = true; byId("line").textContent = "Нет связи, соединяюсь…"; };
  live.onmessage = (event) => happened(JSON.parse(event.data));
}

async function newPerson() {
  const number = state.chats.size + 1;
  const fields = [{ name: "first_name", label: "Имя", value: "Горожанин", required: true, maxlength: 64 }, { name: "last_name", label: "Фамилия", value: `Придуманный-${number}`, maxlength: 64 },
    { name: "phone", label: "Телефон", value: `+7900000${String(number).padStart(4, "0")}`, inputmode: "tel" }];
  const wanted = await ask("Новый горожанин", fields, "Создать");
  if (!wanted) return;
  const made = await post("people", wanted).catch((error) => toast(error.message));
  if (!made) return;
  if (!state.chats.has(made.id)) state.chats.set(made.id, { id: made.id, unread: 0, person: made, last: null });
  await choose(made.id);
}

async function openLink() {
  const given = await ask("Открыть бота по ссылке", [{ name: "parameter", label: "Параметр start (латиница, цифры, _ и -)", value: "", pattern: "[A-Za-z0-9_\\-]{0,64}" }], "Открыть");
  if (given) await act.start(given.parameter);
}

const BUTTONS = { "new-person": ["plus", newPerson], back: ["back", () => { byId("shell").dataset.view = "list"; }], down: ["down", null], "deep-link": ["link", openLink],
  block: ["block", () => act.block(!state.chats.get(state.current).blocked)] };
byId("to-duty").append(icon("people"));
for (const [id, [picture, onclick]] of Object.entries(BUTTONS)) {
  byId(id).append(icon(picture));
  if (onclick) byId(id).addEventListener("click", onclick);
}
document.addEventListener("click", (event) => {
  if (!event.target.closest(".popup, [aria-haspopup], textarea")) composer.closeMenu();
  if (!event.target.closest("details.more")) log.closeOthers(null);
  if (event.target.closest("#chat") && !event.target.closest("#back")) byId("shell").dataset.view = "chat";
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") log.closeOthers(null); });
byId("shell").dataset.view = query.get("user") || query.get("start") ? "chat" : "list";
await load();
follow();
