/** The tour and the day of training of whoever works here. */
import { computed, reactive, ref } from "vue";
import { get, send, setLeaving } from "@/api/client";
import { ApiError } from "@/api/errors";
import { onLive } from "@/api/live";
import type { Models } from "@/api/types";
import { session } from "@/session/useSession";
import { toastError } from "@/shell/toasts";
import { setAhead } from "@/ui/time";

const STEP_MS = 2000;
const SOON_MS = 120;
type Tour = Models["TourView"];

export const standing = ref<Models["TrainingStanding"] | null>(null);
export const tour = ref<Tour | null>(null);
export const day = ref<Models["TrainingView"] | null>(null);
export const hints = reactive({ on: true });
export const busy = ref(false);
export const inTraining = computed(() => session.me?.training ?? false);

let timer = 0;
let soon = 0;
let unheard = () => {};

/** After the sign-in: what is known of this account, and on a day of training the citizens begin to act. */
export async function openTraining(): Promise<void> {
  try {
    [tour.value, standing.value] = await Promise.all([get<Tour>("/api/me/tour"), get<Models["TrainingStanding"]>("/api/training")]);
  } catch (error) {
    toastError(error);
  }
  closeTraining();
  if (!inTraining.value) return void setAhead(0);
  await step();
  unheard = onLive(hear);
  timer = window.setInterval(() => document.visibilityState === "visible" && void step(), STEP_MS);
}

export function closeTraining(): void {
  clearInterval(timer);
  clearTimeout(soon);
  unheard();
}

/** Something was done: the citizens need not be waited for. */
function hear(): void {
  clearTimeout(soon);
  soon = window.setTimeout(step, SOON_MS);
}

let stepping = false;
/** The page goes elsewhere: what is still asked of the day does not matter. */
let goes = false;

export async function step(): Promise<void> {
  if (stepping || busy.value) return;
  stepping = true;
  try {
    take(await send<Models["TrainingView"]>("POST", "/api/training/step"));
  } catch (error) {
    if (error instanceof ApiError && error.code === "no_training" && !goes) location.assign("/inbox");
  } finally {
    stepping = false;
  }
}

function take(found: Models["TrainingView"]): void {
  day.value = found;
  setAhead(found.ahead_ms);
}

async function deed(act: () => Promise<void>): Promise<void> {
  if (busy.value) return;
  busy.value = true;
  await act().catch(toastError);
  busy.value = false;
}

/** Everything on the screen is of the other records afterwards: the page begins anew. */
async function elsewhere(deedPath: string, page: string): Promise<void> {
  if (goes) return;
  goes = busy.value = true;
  setLeaving(true);
  try {
    await send("POST", deedPath);
    location.assign(page);
  } catch (error) {
    goes = busy.value = false;
    setLeaving(false);
    toastError(error);
  }
}

export const begin = (): Promise<void> => elsewhere("/api/training/start", "/inbox");
export const leave = (): Promise<void> => elsewhere("/api/training/leave", "/inbox");
export const finish = (): Promise<void> => elsewhere("/api/training/finish", "/training/result");
export const moveOn = (minutes: number | null): Promise<void> => deed(async () => take(await send("POST", "/api/training/clock", { minutes })));
export const answerCall = (): Promise<void> => deed(async () => take(await send("POST", "/api/training/answer")));
export const say = (words: string): Promise<void> => deed(async () => take(await send("POST", "/api/training/say", { words })));

export async function keepTour(state: Tour["state"], at = ""): Promise<void> {
  tour.value = { state, step: at };
  await send("PUT", "/api/me/tour", { state, step: at }).catch(toastError);
}
