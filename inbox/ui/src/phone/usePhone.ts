/** One's own telephone: where it rings, the call at it, and the deeds of the call bar. One for the page, alive while the shell is. */
import { computed, ref, shallowRef } from "vue";
import { get, send } from "@/api/client";
import { onLive } from "@/api/live";
import type { Models } from "@/api/types";
import { toastError } from "@/shell/toasts";

export type MyPhone = Models["MyPhone"];
export type OwnCall = Models["PhoneOwnCall"];
export type Deed = OwnCall["deeds"][number];

const SOON_MS = 150;
/** While a call is at the telephone its state is asked again: an event may be lost, a call may not. */
const CALL_MS = 5_000;

export const mine = shallowRef<MyPhone | null>(null);
export const ownCall = computed(() => mine.value?.call ?? null);
export const deedBusy = ref(false);

export const can = (deed: Deed): boolean => ownCall.value?.deeds.includes(deed) ?? false;

let asked = 0;

export async function loadMine(): Promise<void> {
  const mineNow = ++asked;
  try {
    const found = await get<MyPhone>("/api/phone/mine");
    if (mineNow === asked) mine.value = found;
  } catch {
    // The line's state is shown by the shell; the next event or the timer asks again.
  }
}

/** Does one deed on one's own call; the bar shows what the server says afterwards. Tells whether it was done. */
export async function act(path: string, body?: unknown): Promise<boolean> {
  const own = ownCall.value;
  if (!own || deedBusy.value) return false;
  deedBusy.value = true;
  try {
    await send("POST", `/api/phone/calls/${own.call.id}/${path}`, body);
    return true;
  } catch (error) {
    toastError(error);
    return false;
  } finally {
    deedBusy.value = false;
    await loadMine();
  }
}

export async function saveLine(form: Models["PhoneLineForm"]): Promise<void> {
  const line = await send<Models["PhoneLineView"]>("PUT", "/api/phone/line", form);
  if (mine.value) mine.value = { ...mine.value, line };
}

export async function setReady(ready: boolean): Promise<void> {
  const line = await send<Models["PhoneLineView"]>("POST", "/api/phone/line/ready", { ready });
  if (mine.value) mine.value = { ...mine.value, line };
}

/** Follows one's own telephone; gives the way to stop. */
export function watchPhone(): () => void {
  let soon = 0;
  const hurry = () => {
    window.clearTimeout(soon);
    soon = window.setTimeout(() => void loadMine(), SOON_MS);
  };
  void loadMine();
  const stop = onLive((event) => (event.kind === "call" || event.kind === "resync") && hurry());
  const again = window.setInterval(() => ownCall.value && !document.hidden && hurry(), CALL_MS);
  return () => {
    stop();
    window.clearTimeout(soon);
    window.clearInterval(again);
    asked += 1;
    mine.value = null;
  };
}
