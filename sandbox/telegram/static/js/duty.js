// The staff's supergroup as a messenger: topics, whoever one chooses to be, buttons, and the private chat with the bot.
import { acting } from "./acts.js";
import { ask, byId, el, icon } from "./dom.js";
import { get } from "./api.js";
import { authorName } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { summary } from "./media.js";
import { ALONE, GENERAL, drawTopics, markOf } from "./topics.js";

const query = new URLSearchParams(location.search);
const state = { bot: null, group: null, posts: new Map(), alone: new Map(), person: null, place: GENERAL, unread: new Map(), seq: 0 };

const threadOf = (post) => post.message.message_thread_id ?? GENERAL;
const isAlone = () => state.place === ALONE;
const frame = () => (isAlone() ? { bot: state.bot.id } : { bot: state.bot.id, chat_id: state.group.id, thread: state.place === GENERAL ? null : state.place });

const act = Object.assign(acting(() => ({ person: state.person, bot: state.bot, frame: frame() })), {
  showsNames: true,
  isOwn: (post) => post.message.from.id === state.person,
  replyTo: (target) => composer.reply(target),
  edit: (target) => composer.edit(target),
  show: (id) => log.show(id),
  others: () => state.group.members.filter(({ id }) => id !== state.person).map((member) => [member.id, authorName(member)]),
});
const log = new Log(act);
const composer = new Composer(act);

async function load() {
  const bots = await get("bots");
  state.bot = bots.find((bot) => bot.id === Number(query.get("bot"))) || bots[1] || bots[0];
  const answer = await get(`chats?bot=${state.bot.id}`);
  const forums = answer.chats.filter((chat) => chat.is_forum);
  const group = forums.find((chat) => chat.id === Number(query.get("group"))) || forums[0];
  if (!group) { byId("line").textContent = "В песочнице нет чата дежурных: она запущена с одним ботом."; return false; }
  const history = await get(`chats/${group.id}/history?bot=${state.bot.id}`);
  Object.assign(state, { seq: history.seq, group: history.chat, posts: new Map(history.posts.map((post) => [post.message.message_id, post])) });
  state.person = state.group.members.some(({ id }) => id === state.person) ? state.person : Number(query.get("user")) || state.group.members[0].id;
  byId("group-title").textContent = state.group.title;
  byId("group-avatar").textContent = [...state.group.title][0];
  byId("person").replaceChildren(...state.group.members.map((member) => el("option", { value: member.id, selected: member.id === state.person }, authorName(member))));
  await be(state.person);
  return true;
}

// Another person holds the telephone: the topics are the same, the private chat is their own.
async function be(person) {
  state.person = person;
  const answer = await get(`chats/${person}/history?bot=${state.bot.id}`);
  state.alone = new Map(answer.posts.map((post) => [post.message.message_id, post]));
  state.aloneChat = answer.chat;
  show(state.place);
}

function show(place, { open = false } = {}) {
  const known = place === ALONE || place === GENERAL || state.group.topics[place];
  state.place = known ? place : GENERAL;
  const posts = isAlone() ? [...state.alone.values()] : [...state.posts.values()].filter((post) => threadOf(post) === state.place);
  composer.context = null;
  log.fill(posts, state.unread.get(state.place) || 0, isAlone() ? "Здесь бот отвечает только сотрудникам. Код подключения выдаёт рабочее место оператора: /start КОД." : "Здесь пока пусто.");
  state.unread.delete(state.place);
  if (open) byId("shell").dataset.view = "chat";
  draw();
}

function draw() {
  const topic = state.group.topics[state.place];
  const me = state.group.members.find(({ id }) => id === state.person);
  byId("chat-title").textContent = isAlone() ? state.bot.first_name : topic ? topic.name : "Общая тема";
  byId("topic-mark").replaceWith(Object.assign(markOf(state.place, topic), { id: "topic-mark" }));
  byId("status").textContent = isAlone() ? `личный чат с ботом · вы ${authorName(me)}` : `${topic?.closed ? "тема закрыта" : "тема открыта"} · вы ${authorName(me)}`;
  byId("delete-topic").hidden = !topic;
  const chat = isAlone() ? state.aloneChat : { id: `${state.person}:${state.place}`, started: true, blocked: false, keyboard: null, closed: Boolean(topic?.closed) };
  composer.redraw(chat, state.bot);
  drawPinned();
  drawTopics(state, show);
  document.title = `${byId("chat-title").textContent} — чат дежурных`;
}

function drawPinned() {
  const pins = isAlone() ? [] : state.group.pinned.map((id) => state.posts.get(id)).filter((post) => post && !post.deleted && threadOf(post) === state.place);
  const last = pins[pins.length - 1];
  const bar = byId("pinned");
  bar.hidden = !last;
  if (!last) return;
  bar.replaceChildren(el("b", {}, "Закреплено"), el("span", {}, summary(last.message).split("\n").filter(Boolean).join(" · ")));
  bar.onclick = () => log.show(last.message.message_id);
}

function said(posts, post, place, shown) {
  posts.set(post.message.message_id, post);
  if (shown) log.add(post);
  else if (post.message.from.id !== state.person && !post.message.forum_topic_created) state.unread.set(place, (state.unread.get(place) || 0) + 1);
}

function changed(posts, post, shown) {
  posts.set(post.message.message_id, post);
  if (shown) log.change(post);
}

function happened({ seq, kind, chat, body }) {
  state.seq = seq;
  const inGroup = chat === state.group.id;
  if (kind === "answer") { act.answered(body); return; }
  if (kind === "commands") { refreshBot(); return; }
  if (!inGroup && chat !== state.person) return;
  const posts = inGroup ? state.posts : state.alone;
  const place = inGroup && body.message ? threadOf(body) : ALONE;
  const shown = place === state.place;
  if (kind === "message") said(posts, body, place, shown);
  else if (["edited", "deleted", "mark", "reaction"].includes(kind)) changed(posts, body, shown);
  else if (kind === "chat") chatChanged(inGroup, body);
  if (kind !== "action") draw();
}

function chatChanged(inGroup, body) {
  if (!inGroup) { state.aloneChat = body; return; }
  state.group = body;
  if (typeof state.place === "number" && !body.topics[state.place]) show(GENERAL);
}

async function refreshBot() {
  state.bot = (await get("bots")).find((bot) => bot.id === state.bot.id);
  draw();
}

function follow() {
  const live = new EventSource(`/sandbox/api/events?bot=${state.bot.id}&after=${state.seq}`);
  let lost = false;
  live.onopen = async () => { byId("line").textContent = `На связи · участников: ${state.group.members.length}`; if (lost) { live.close(); if (await load()) follow(); } };
  live.onerror = () => { lost = true; byId("line").textContent = "Нет связи, соединяюсь…"; };
  live.onmessage = (event) => happened(JSON.parse(event.data));
}

async function deleteTopic() {
  if (await ask(`Удалить тему «${state.group.topics[state.place].name}» со всеми сообщениями?`, [], "Удалить")) await act.topic("delete");
}

byId("to-citizens").append(icon("person"));
byId("back").append(icon("back"));
byId("down").append(icon("down"));
byId("delete-topic").append(icon("bin"));
byId("back").addEventListener("click", () => { byId("shell").dataset.view = "list"; });
byId("delete-topic").addEventListener("click", deleteTopic);
byId("person").addEventListener("change", (event) => be(Number(event.target.value)));
document.addEventListener("click", (event) => {
  if (!event.target.closest(".popup, [aria-haspopup], textarea")) composer.closeMenu();
  if (!event.target.closest("details.more")) log.closeOthers(null);
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") log.closeOthers(null); });
if (await load()) follow();
