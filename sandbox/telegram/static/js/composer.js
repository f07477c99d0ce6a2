// Where one writes: text, attachments, commands, voice, the reply keyboard.
import { ask, byId, el, icon, iconButton, toast } from "./dom.js";
import { summary } from "./media.js";
import { record } from "./recorder.js";
import { sampleSticker } from "./sticker.js";

const PICKS = [
  ["photo", "photo", "Фото", "image/png,image/jpeg,image/gif,image/webp"], ["file", "document", "Файл", ""], ["film", "video", "Видео", "video/*"],
  ["round", "video_note", "Видеосообщение", "video/*"], ["mic", "voice", "Голосовое из файла", "audio/*,.oga,.ogg"], ["music", "audio", "Музыка", "audio/*"],
];

export class Composer {
  constructor(act) {
    this.node = byId("composer");
    this.act = act;
    this.context = null;
    this.hideKeys = false;
  }

  draw(chat, bot) {
    this.chat = chat;
    this.bot = bot;
    if (chat.closed) return this.node.replaceChildren(el("p", { class: "centre quiet" }, "Тема закрыта: писать в ней нельзя."));
    if (chat.blocked) return this.oneButton("Разблокировать бота", () => this.act.block(false));
    if (!chat.started) return this.oneButton(this.act.parameter ? `Начать (${this.act.parameter})` : "Начать", () => this.act.start(this.act.parameter));
    this.input = el("textarea", { rows: 1, "aria-label": "Сообщение", placeholder: chat.keyboard?.input_field_placeholder || "Сообщение" });
    this.input.addEventListener("input", () => { this.grow(); this.suggest(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    const clip = iconButton("clip", "Прикрепить", (event) => this.menu(this.attachments(), event.currentTarget), { "aria-expanded": "false", "aria-haspopup": "true" });
    const commands = iconButton("slash", "Команды бота", (event) => this.menu(this.commands(""), event.currentTarget, "commands"), { "aria-expanded": "false", "aria-haspopup": "true" });
    this.form = el("form", { onsubmit: (event) => { event.preventDefault(); this.send(); } },
      clip, bot.commands.length ? commands : "", this.input, chat.keyboard?.keyboard ? this.toggle() : "",
      iconButton("mic", "Записать голосовое", () => this.voice()), el("button", { class: "icon main", "aria-label": "Отправить", title: "Отправить" }, icon("send")));
    this.node.replaceChildren(this.contextLine(), this.form, this.keys());
    return undefined;
  }

  // Draws again without taking away what the person is doing: typing, choosing from a menu, recording.
  redraw(chat, bot) {
    if (this.recording && this.chat.id === chat.id) return;
    this.recording = false;
    const popup = this.chat?.id === chat.id ? this.node.querySelector(".popup") : null;
    const opener = this.opener?.getAttribute("aria-label");
    const text = this.input?.isConnected && this.chat?.id === chat.id ? this.input.value : "";
    const focused = document.activeElement === this.input;
    this.draw(chat, bot);
    if (text) { this.input.value = text; this.grow(); }
    if (focused) this.input?.focus();
    if (popup && this.input?.isConnected) {
      this.node.append(popup);
      this.opener = [...this.node.querySelectorAll("[aria-haspopup]")].find((button) => button.getAttribute("aria-label") === opener) || null;
      this.opener?.setAttribute("aria-expanded", "true");
    }
  }

  reply(post) { this.setContext({ kind: "reply", post }); }

  edit(post) {
    this.setContext({ kind: "edit", post });
    this.input.value = post.message.text || post.message.caption;
    this.grow();
  }

  setContext(context) {
    this.context = context;
    this.redraw(this.chat, this.bot);
    this.input.focus();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const context = this.context;
    this.input.value = "";
    this.context = null;
    this.redraw(this.chat, this.bot);
    this.input.focus();
    if (context?.kind === "edit") await this.act.change(context.post, text);
    else await this.act.write(text, context?.post.message.message_id);
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    if (event.key === "Escape") { this.closeMenu(); if (this.context) this.setContext(null); }
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 180)}px`;
  }

  suggest() {
    const typed = /^\/\w*$/.exec(this.input.value);
    const rows = typed ? this.commands(typed[0].slice(1)) : [];
    if (rows.length) this.menu(rows, null, "commands");
    else this.closeMenu();
  }

  commands(prefix) {
    return this.bot.commands.filter(({ command }) => command.startsWith(prefix)).map(({ command, description }) =>
      el("button", { type: "button", onclick: () => { this.input.value = ""; this.closeMenu(); this.act.write(`/${command}`); } }, el("b", {}, `/${command}`), description));
  }

  attachments() {
    const files = PICKS.map(([picture, kind, label, accept]) => this.row(picture, label, () => this.pick(kind, accept)));
    return [...files, this.row("smile", "Стикер", async () => this.try(this.act.upload(await sampleSticker(), "sticker"))),
      this.row("pin", "Геопозиция", () => this.location()), this.row("person", "Мой контакт", () => this.act.contact(null)),
      this.row("people", "Чужой контакт", () => this.contact())];
  }

  row(picture, label, deed) {
    return el("button", { type: "button", onclick: () => { this.closeMenu(); deed(); } }, icon(picture), label);
  }

  pick(kind, accept) {
    const input = el("input", { type: "file", accept, multiple: ["photo", "video", "document", "audio"].includes(kind), hidden: true, "aria-label": "Файл" });
    input.addEventListener("change", () => { this.sendFiles([...input.files], kind); input.remove(); });
    this.node.append(input);
    input.click();
  }

  async sendFiles(files, kind) {
    const caption = this.input.value.trim();
    this.input.value = "";
    if (files.length > 1) await this.try(this.act.uploadAlbum(files.slice(0, 10), kind, caption));
    else if (files.length) await this.try(this.act.upload(files[0], kind, { caption }));
  }

  async location() {
    const at = await ask("Геопозиция", [{ name: "latitude", label: "Широта", value: "43.02450", inputmode: "decimal" }, { name: "longitude", label: "Долгота", value: "44.68170", inputmode: "decimal" }], "Отправить");
    if (at) await this.act.location(Number(at.latitude), Number(at.longitude));
  }

  async contact() {
    const options = this.act.others();
    const chosen = await ask("Чужой контакт", [{ name: "of", label: "Чей контакт отправить", options }], "Отправить");
    if (chosen) await this.act.contact(Number(chosen.of));
  }

  async voice() {
    const recording = await record().catch(() => null);
    if (!recording) { toast("Микрофон недоступен. Голосовое можно прикрепить файлом."); return; }
    this.recording = true;
    const finish = (keep) => async () => {
      const taken = await recording.stop();
      this.recording = false;
      this.redraw(this.chat, this.bot);
      if (keep && taken) await this.try(this.act.upload(taken.file, "voice", { duration: taken.seconds }));
    };
    this.form.replaceChildren(iconButton("bin", "Удалить запись", finish(false)), el("span", { class: "recording", role: "status" }, "● Идёт запись…"),
      el("button", { type: "button", class: "icon main", "aria-label": "Отправить запись", onclick: finish(true) }, icon("send")));
  }

  menu(rows, opener, look = "") {
    const open = this.node.querySelector(".popup");
    this.closeMenu();
    if (open && opener && this.opener === opener) { this.opener = null; return; }
    this.opener = opener;
    opener?.setAttribute("aria-expanded", "true");
    this.node.append(el("div", { class: `popup ${look}`, onkeydown: (event) => { if (event.key === "Escape") { this.closeMenu(); opener?.focus(); } } }, ...rows));
    if (opener) this.node.querySelector(".popup button")?.focus();
  }

  closeMenu() {
    this.node.querySelector(".popup")?.remove();
    for (const button of this.node.querySelectorAll("[aria-expanded]")) button.setAttribute("aria-expanded", "false");
  }

  contextLine() {
    if (!this.context) return "";
    const label = this.context.kind === "edit" ? "Изменение: " : "Ответ: ";
    return el("div", { class: "context" }, el("span", { class: "grow" }, el("span", {}, label + summary(this.context.post.message))), iconButton("close", "Отменить", () => { this.input.value = ""; this.setContext(null); }));
  }

  toggle() {
    return iconButton("keys", this.hideKeys ? "Показать клавиатуру бота" : "Скрыть клавиатуру бота", () => { this.hideKeys = !this.hideKeys; this.redraw(this.chat, this.bot); }, { "aria-expanded": String(!this.hideKeys) });
  }

  keys() {
    const rows = this.chat.keyboard?.keyboard;
    if (!rows || this.hideKeys) return "";
    return el("div", { class: "reply-keys", role: "group", "aria-label": "Клавиатура бота" }, ...rows.map((row) => el("div", { class: "key-row" }, ...row.map((button) => el("button", { type: "button", onclick: () => this.pressKey(button) }, button.text)))));
  }

  async pressKey(button) {
    const answer = await this.act.pressKey(button.text);
    if (answer?.asks === "location") await this.location();
  }

  oneButton(label, deed) {
    this.node.replaceChildren(el("div", { class: "centre" }, el("button", { type: "button", class: "primary", onclick: deed }, label)));
  }

  async try(promise) {
    await promise.catch((error) => toast(`Не отправлено: ${error.message}`));
  }
}
