/** Parses the text of a server-sent event stream; kept pure so that it is tested without a network. */
export interface RawEvent {
  id: string | null;
  data: string;
}

export class SseParser {
  private rest = "";
  private id: string | null = null;
  private data: string[] = [];

  /** Takes the next piece of the stream and returns the events that it completed. */
  push(piece: string): RawEvent[] {
    const events: RawEvent[] = [];
    this.rest += piece;
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (this.data.length) events.push({ id: this.id, data: this.data.join("\n") });
        this.id = null;
        this.data = [];
      } else this.field(line);
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "id") this.id = value;
  }
}
