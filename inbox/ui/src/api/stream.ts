/**
 * One live stream with reconnects. fetch instead of EventSource: it shows the status (401 ends the session), takes
 * Last-Event-ID after any break, and lets us notice a silent connection (the server pings every 15 s).
 */
import { SseParser } from "./sse";
import type { LiveEvent } from "./types";

export type Line = "connecting" | "online" | "offline";

export interface StreamHandlers {
  event(event: LiveEvent, id: string | null): void;
  line(state: Line): void;
  signedOut(): void;
}

const SILENCE_MS = 40_000;
const LONGEST_WAIT_MS = 30_000;

export function waitBeforeTry(tries: number, random = Math.random()): number {
  return Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)) * (0.5 + random / 2);
}

export class Stream {
  private stopped = false;
  private tries = 0;
  private abort = new AbortController();
  private wake: () => void = () => {};

  constructor(
    private readonly handlers: StreamHandlers,
    private lastId: string | null,
  ) {
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.abort.abort();
    this.wake();
  }

  /** Try now: the network came back or the person looks at the page again. */
  hurry(): void {
    this.tries = 0;
    this.wake();
  }

  private async run(): Promise<void> {
    this.handlers.line("connecting");
    while (!this.stopped) {
      await this.once().catch(() => {});
      if (this.stopped) return;
      this.handlers.line("offline");
      await this.pause(waitBeforeTry(this.tries++));
    }
  }

  private async once(): Promise<void> {
    this.abort = new AbortController();
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.lastId) headers["Last-Event-ID"] = this.lastId;
    const response = await fetch("/api/live", { headers, signal: this.abort.signal, cache: "no-store" });
    if (response.status === 401) {
      this.stopped = true;
      this.handlers.signedOut();
    }
    if (!response.ok || !response.body) return;
    this.tries = 0;
    this.handlers.line("online");
    await this.read(response.body.getReader());
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    while (!this.stopped) {
      const silence = setTimeout(() => this.abort.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      for (const raw of parser.push(decoder.decode(value, { stream: true }))) {
        if (raw.id) this.lastId = raw.id;
        this.handlers.event(JSON.parse(raw.data) as LiveEvent, raw.id);
      }
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
