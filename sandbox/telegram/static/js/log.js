// The list of messages of the open chat: order, days, unread line, scrolling.
import { byId, el } from "./dom.js";
import { entry } from "./bubbles.js";

const day = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long", year: "numeric", timeZone: "Europe/Moscow" });
const NEAR = 120;

export class Log {
  constructor(act) {
    this.node = byId("log");
    this.down = byId("down");
    this.act = act;
    this.lastDay = "";
    this.lastAuthor = null;
    this.node.addEventListener("scroll", () => { this.stick = this.atEnd(); this.down.hidden = this.stick; });
    new ResizeObserver(() => { if (this.stick) this.toEnd(); }).observe(this.node);
    this.down.addEventListener("click", () => this.toEnd());
    this.node.addEventListener("load", () => { if (this.stick) this.toEnd(); }, true);
    this.node.addEventListener("toggle", (event) => event.target.open && this.closeOthers(event.target), true);
  }

  fill(posts, unread, description) {
    this.node.replaceChildren();
    this.lastDay = "";
    this.lastAuthor = null;
    const shown = posts.filter((post) => !post.deleted);
    const firstFresh = shown.length - unread;
    shown.forEach((post, place) => {
      if (unread && place === firstFresh) this.node.append(el("div", { class: "fresh" }, "Новые сообщения"));
      this.append(post);
    });
    if (!shown.length) this.node.append(el("p", { class: "empty" }, description));
    this.toEnd();
  }

  add(post) {
    const near = this.atEnd() || this.isOwn(post);
    this.node.querySelector(".empty")?.remove();
    this.append(post);
    if (near) this.toEnd();
    else this.down.hidden = false;
  }

  change(post) {
    const old = this.find(post.message.message_id);
    if (!old) return;
    if (post.deleted) { old.remove(); return; }
    const near = this.atEnd();
    const fresh = entry(post, this.act);
    fresh.classList.toggle("joined", old.classList.contains("joined"));
    old.replaceWith(fresh);
    if (near) this.toEnd();
  }

  find(id) {
    return this.node.querySelector(`[data-id="${Number(id)}"]`);
  }

  show(id) {
    this.find(id)?.scrollIntoView({ block: "center" });
  }

  append(post) {
    const today = day.format(post.message.date * 1000);
    if (today !== this.lastDay) {
      this.node.append(el("div", { class: "day" }, today));
      this.lastDay = today;
      this.lastAuthor = null;
    }
    const node = entry(post, this.act);
    node.classList.toggle("joined", this.lastAuthor === post.message.from.id);
    this.lastAuthor = post.message.from.id;
    this.node.append(node);
  }

  isOwn(post) {
    return this.act.isOwn ? this.act.isOwn(post) : !post.from_bot;
  }

  atEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
  }

  toEnd() {
    this.stick = true;
    this.node.scrollTop = this.node.scrollHeight;
    this.down.hidden = true;
  }

  closeOthers(opened) {
    for (const other of this.node.querySelectorAll("details[open]")) {
      if (other === opened) continue;
      if (other.contains(document.activeElement)) other.querySelector("summary").focus();
      other.removeAttribute("open");
    }
  }
}
