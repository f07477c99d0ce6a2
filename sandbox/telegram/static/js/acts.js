// What a person does in a chat: each deed is one call of the control API.
import { ask, toast } from "./dom.js";
import { post, upload, uploadAlbum } from "./api.js";

// `here()` tells who acts where: { person, bot, frame }; the frame names the bot and, in a group, the chat and the topic.
export function acting(here) {
  const waiting = new Map();
  const early = new Map();
  const deed = (name, body = {}) => {
    const { person, frame } = here();
    return post(`people/${person}/${name}`, { ...frame, ...body }).catch((error) => { toast(`Не получилось: ${error.message}`); return null; });
  };
  const act = {
    parameter: "",
    write: (text, replyTo) => deed("text", { text, reply_to: replyTo ?? null }),
    start: (parameter) => { act.parameter = ""; return deed("start", { parameter }); },
    change: (target, text) => deed("edit", { message_id: target.message.message_id, text }),
    remove: (target) => deed("delete", { message_id: target.message.message_id }),
    react: (target, emoji) => deed("reaction", { message_id: target.message.message_id, emoji }),
    contact: (of) => deed("contact", { of }),
    location: (latitude, longitude) => deed("location", { latitude, longitude }),
    block: (blocked) => deed("block", { blocked }),
    topic: (what) => deed("topic", { what }),
    pressKey: (title) => deed("press", { title }),
    upload: (file, kind, more) => upload(here().person, file, kind, here().frame, more),
    uploadAlbum: (files, kind, caption) => uploadAlbum(here().person, files, kind, here().frame, caption),
    press,
    answered,
    deepLink,
  };

  async function press(message, button, node) {
    if (button.callback_data !== undefined) {
      node.disabled = true;
      const sent = await deed("press-data", { message_id: message.message_id, data: button.callback_data });
      if (!sent) { node.disabled = false; return; }
      waiting.set(sent.query, node);
      if (early.has(sent.query)) answered(early.get(sent.query));
    } else if (button.url) {
      const parameter = deepLink(button.url);
      if (parameter !== null) act.start(parameter);
      else if (/^(https?|tg|tel):/i.test(button.url)) window.open(button.url, "_blank", "noopener");
    } else if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text).catch(() => {});
      toast("Скопировано");
    }
  }

  // The bot answered a pressed button: of this page (perhaps before we learnt its number), or of somebody else's, which shows nothing here.
  function answered(notice) {
    const { query, text, alert } = notice;
    const node = waiting.get(query);
    if (!node) { if (early.size > 50) early.clear(); early.set(query, notice); return; }
    node.disabled = false;
    waiting.delete(query);
    if (text && alert) ask(text, [], "Понятно");
    else if (text) toast(text);
  }

  // The start parameter of a link to this bot, or null for any other link.
  function deepLink(url) {
    try {
      const target = new URL(url);
      const name = target.protocol === "tg:" ? target.searchParams.get("domain") : ["t.me", "telegram.me"].includes(target.hostname) ? target.pathname.slice(1) : null;
      return name && name.toLowerCase() === here().bot.username.toLowerCase() ? target.searchParams.get("start") || "" : null;
    } catch {
      return null;
    }
  }

  return act;
}
