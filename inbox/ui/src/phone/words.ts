/** Calls in words: who, where in the menu, how long, what happened. */
import type { Models } from "@/api/types";
import { phone } from "@/locales/phone";

type Caller = Pick<Models["PhoneCallLine"], "caller" | "said_as" | "person">;
type Event = Models["PhoneEventView"];

/** +78672000001 → +7 867 200-00-01; a number of another country stays as it is. */
export function phoneNumber(e164: string): string {
  const parts = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
  return parts ? `+7 ${parts[1]} ${parts[2]}-${parts[3]}-${parts[4]}` : e164;
}

export function number(call: Pick<Caller, "caller" | "said_as">): string {
  if (call.caller) return phoneNumber(call.caller);
  return call.said_as && !/anonymous|unknown|private/i.test(call.said_as) ? phone.hiddenAs(call.said_as) : phone.hidden;
}

export const who = (call: Caller): string => call.person?.name || number(call);

export function menuPlace(state: string): string {
  return phone.menu.find(([name]) => name.test(state))?.[1] ?? "";
}

export function span(milliseconds: number): string {
  const all = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(all / 60);
  return minutes >= 60 ? phone.span.long(Math.floor(minutes / 60), minutes % 60) : phone.span.short(minutes, all % 60);
}

export const spanSince = (moment: string, at: number): string => span(at - Date.parse(moment));
export const spanOf = (seconds: number | null): string => (seconds === null ? "" : span(seconds * 1000));

export interface Caption {
  at: string;
  side: "caller" | "centre" | "note";
  text: string;
}

/** The recorder's keys repeat those that the menu asked for; the music of the queue comes round without news. */
const UNTOLD = new Set(["pressed", "tick", "started", "silence"]);

/** What happened in a call as lines that read like a conversation: first what the caller did, then what they were told. */
export function captions(events: readonly Event[]): Caption[] {
  return events.flatMap((one) => [...deedOf(one), ...saidIn(one)]);
}

function deedOf({ at, kind, details }: Event): Caption[] {
  if (kind === "keys") return [{ at, side: "caller", text: phone.events.keys(word(details, "keys")) }];
  if (kind === "speech") return [{ at, side: "caller", text: word(details, "words") }];
  if (UNTOLD.has(kind)) return [];
  const told = phone.events.words[word(details, "status") || word(details, "what") || word(details, "event")] ?? "";
  const title = kind === "mute" && details["muted"] === false ? phone.events.unmuted : phone.events.kinds[kind];
  return title ? [{ at, side: "note", text: told ? `${title}: ${told}` : title }] : [];
}

function saidIn({ at, details }: Event): Caption[] {
  const said = Array.isArray(details["said"]) ? details["said"].map(String) : [];
  return said.filter(Boolean).map((text) => ({ at, side: "centre", text: /^(https?:)?\//.test(text) ? phone.events.sound : text }));
}

function word(details: Event["details"], name: string): string {
  const value = details[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
