// Files, places and contacts inside a bubble.
import { el, icon } from "./dom.js";
import { fileUrl } from "./api.js";

export function attachment(message) {
  const shown = Object.keys(SHOWN).find((kind) => message[kind] && !(kind === "document" && message.animation));
  return shown ? SHOWN[shown](message[shown], message) : [];
}

export const isBare = (message) => Boolean(message.sticker || message.video_note);

export function summary(message) {
  if (message.text || message.caption) return message.text || message.caption;
  if (message.forum_topic_closed) return "Тема закрыта";
  if (message.forum_topic_created || message.forum_topic_reopened) return "Тема открыта";
  if (message.pinned_message) return "Сообщение закреплено";
  const kind = Object.keys(NAMES).find((name) => message[name]);
  return kind ? NAMES[kind] : "Сообщение";
}

const NAMES = { photo: "Фото", voice: "Голосовое сообщение", audio: "Аудио", video_note: "Видеосообщение", video: "Видео", animation: "Анимация",
  sticker: "Стикер", document: "Файл", venue: "Место", location: "Геопозиция", contact: "Контакт" };

const SHOWN = {
  photo: (sizes, message) => {
    const biggest = sizes[sizes.length - 1];
    const image = el("img", { class: "media", src: fileUrl(biggest.file_id), alt: message.caption ? "Фото к сообщению" : "Фото", width: Math.min(biggest.width, 420), loading: "lazy" });
    return [el("a", { href: fileUrl(biggest.file_id), target: "_blank", rel: "noopener", "aria-label": "Открыть фото" }, image)];
  },
  voice: (voice) => [player("audio", voice, "Голосовое сообщение")],
  audio: (audio) => [el("b", {}, [audio.performer, audio.title || audio.file_name || "Аудио"].filter(Boolean).join(" — ")), player("audio", audio, "Аудиозапись"), download(audio)],
  video_note: (note) => [player("video", note, "Видеосообщение", "round")],
  video: (video) => [player("video", video, "Видео", "media")],
  animation: (film) => [player("video", film, "Анимация", "media")],
  sticker: (sticker) => [el("img", { class: "sticker", src: fileUrl(sticker.file_id), alt: `Стикер ${sticker.emoji || ""}` })],
  document: (document) => [download(document)],
  venue: (venue) => [place(venue.location, venue.title)],
  location: (location) => [place(location, "Геопозиция")],
  contact: (contact) => [card("person", [contact.first_name, contact.last_name].filter(Boolean).join(" "), contact.phone_number, `tel:${contact.phone_number}`)],
};

function player(tag, media, label, look) {
  return el(tag, { controls: true, preload: "metadata", src: fileUrl(media.file_id), class: look, "aria-label": label });
}

function download(media) {
  const node = card("file", media.file_name || "Файл", size(media.file_size || 0), fileUrl(media.file_id));
  node.setAttribute("download", media.file_name || "file");
  return node;
}

function place({ latitude, longitude }, title) {
  return card("pin", title, `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`);
}

function card(picture, title, detail, href) {
  const inside = [el("span", { class: "disc" }, icon(picture)), el("span", {}, el("b", {}, title), el("small", {}, detail))];
  return href ? el("a", { class: "card", href }, ...inside) : el("div", { class: "card" }, ...inside);
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1).replace(".", ",")} КБ` : `${(bytes / 1048576).toFixed(1).replace(".", ",")} МБ`;
}
