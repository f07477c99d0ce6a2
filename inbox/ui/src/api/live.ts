/**
 * The live events of this browser. HTTP/1.1 gives six connections to a host, so the tabs share one stream: the tab that
 * holds a web lock reads it and tells the others by a BroadcastChannel. Without web locks (plain http) each tab reads its own.
 */
import { ref } from "vue";
import { Stream, type Line } from "./stream";
import type { LiveEvent } from "./types";

type Told = { event: LiveEvent; id: string | null } | { line: Line } | { hello: true } | { hurry: true };
type Listener = (event: LiveEvent) => void;

export const line = ref<Line>("connecting");

const listeners = new Set<Listener>();
let lastId: string | null = null;
let stream: Stream | null = null;
let channel: BroadcastChannel | null = null;
let release: () => void = () => {};
let onSignedOut: () => void = () => {};

export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `place`: the tabs on a day of training share a stream of their own. */
export function openLive(staffId: number, signedOut: () => void, place = ""): void {
  closeLive();
  onSignedOut = signedOut;
  const name = `inbox-live-${staffId}${place}`;
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) return lead();
  channel = new BroadcastChannel(name);
  channel.onmessage = (message: MessageEvent<Told>) => hear(message.data);
  channel.postMessage({ hello: true } satisfies Told);
  const ended = new AbortController();
  release = () => ended.abort();
  navigator.locks
    .request(name, { signal: ended.signal }, () => {
      lead();
      return new Promise<void>((resolve) => (release = resolve));
    })
    .catch(() => {});
}

export function closeLive(): void {
  stream?.stop();
  stream = null;
  release();
  release = () => {};
  channel?.close();
  channel = null;
  lastId = null;
  line.value = "connecting";
}

export function hurryLive(): void {
  if (line.value === "online") return;
  if (stream) stream.hurry();
  else channel?.postMessage({ hurry: true } satisfies Told);
}

function lead(): void {
  stream = new Stream(
    {
      event: (event, id) => {
        channel?.postMessage({ event, id } satisfies Told);
        take(event, id);
      },
      line: (state) => {
        line.value = state;
        channel?.postMessage({ line: state } satisfies Told);
      },
      signedOut: () => onSignedOut(),
    },
    lastId,
  );
}

function hear(told: Told): void {
  if ("event" in told) take(told.event, told.id);
  else if ("line" in told) line.value = told.line;
  else if ("hurry" in told) stream?.hurry();
  else if (stream) channel?.postMessage({ line: line.value } satisfies Told);
}

function take(event: LiveEvent, id: string | null): void {
  if (id) lastId = id;
  for (const listener of [...listeners]) listener(event);
}
