/** Words and numbers as people read them. */
import { ru } from "@/locales/ru";

export function initials(fullName: string): string {
  const [surname = "", given = ""] = fullName.split(/\s+/);
  return (surname.charAt(0) + given.charAt(0)).toUpperCase();
}

/** «Гаглоева Мадина Тотразовна» → «Гаглоева М. Т.» */
export function shortName(fullName: string): string {
  const [surname = "", ...rest] = fullName.split(/\s+/);
  return [surname, ...rest.map((part) => `${part.charAt(0)}.`)].join(" ");
}

export function fileSize(bytes: number): string {
  const { b, kb, mb } = ru.attachment.size;
  if (bytes < 1024) return `${bytes} ${b}`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} ${kb}`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} ${mb}`;
}

export interface TextPart {
  text: string;
  link: string | null;
}

/** Splits a text at web addresses; only http and https become links. */
export function withLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>«»"]+/g)) {
    const address = found[0].replace(/[.,;:!?)\]]+$/, "");
    if (found.index > end) parts.push({ text: text.slice(end, found.index), link: null });
    parts.push({ text: address, link: address });
    end = found.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), link: null });
  return parts;
}

/** A random key for a message; crypto.randomUUID is missing on plain http. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
