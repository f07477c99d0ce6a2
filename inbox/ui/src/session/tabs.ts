/** What the tabs of one browser tell each other. A browser that cannot (`canTell`) keeps each tab to itself. */
export const canTell = "BroadcastChannel" in globalThis;
/** Who came in, by number; null: nobody is in any more. */
export const ENTERED = "entered";
/** Somebody proved at the provider once more who they are. */
export const CONFIRMED = "confirmed";

export function tellTabs(name: string, told: unknown): void {
  if (!canTell) return;
  const channel = new BroadcastChannel(name);
  channel.postMessage(told);
  channel.close();
}

/** Hear the other tabs, and this one, until what is returned is called. */
export function hearTabs<Told>(name: string, hear: (told: Told) => void): () => void {
  if (!canTell) return () => {};
  const channel = new BroadcastChannel(name);
  channel.onmessage = (message: MessageEvent<Told>) => hear(message.data);
  return () => channel.close();
}
