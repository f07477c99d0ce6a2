/** Who works here: one session for the whole app. */
import { computed, nextTick, reactive, readonly, ref } from "vue";
import { closeLive } from "@/api/live";
import { get, send, setPlace } from "@/api/client";
import { ApiError } from "@/api/errors";
import { waitBeforeTry } from "@/api/stream";
import type { Me, Notify } from "@/api/types";
import { canTell, ENTERED, tellTabs } from "./tabs";

const me = ref<Me | null>(null);
const lookOnly = ref(false);
const forgetters = new Set<() => void>();
const resumers = new Set<() => void>();
let lastPerson: number | null = null;
/** The session is over on the server; the page stays, covered, until its person is back. */
const isOver = ref(false);
let waiting: { back: Promise<boolean>; answer: (isBack: boolean) => void } | null = null;
let enteredAt = 0;
let nextLook: ReturnType<typeof setTimeout> | undefined;
/** How often the server could not be asked who is in. */
let looks = 0;

/** What must not outlive a person at this screen (their unsent texts) is forgotten when somebody else signs in. */
export function forgetWithPerson(forget: () => void): void {
  forgetters.add(forget);
}

/** What a person had not finished when their session ended goes on when they sign in again. */
export function resumeWithPerson(resume: () => void): void {
  resumers.add(resume);
}

function enter(person: Me): Me {
  const isSame = lastPerson === person.id;
  if (lastPerson !== null && !isSame) forgetters.forEach((forget) => forget());
  lastPerson = person.id;
  me.value = person;
  enteredAt = performance.now();
  clearTimeout(nextLook);
  looks = 0;
  setPlace(person.training);
  tellTabs(ENTERED, person.id);
  if (isSame) resumers.forEach((resume) => resume());
  return person;
}

/** Returns null when nobody is signed in; other refusals rise. */
async function load(): Promise<Me | null> {
  const person = await whoIsIn();
  return person && enter(person);
}

async function whoIsIn(): Promise<Me | null> {
  try {
    return await get<Me>("/api/me");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

async function login(form: { login: string; password: string; code?: string }): Promise<Me> {
  return enter(await send<Me>("POST", "/api/login", form));
}

/** The second factor of who came back from single sign-on. */
async function giveCode(code: string): Promise<Me> {
  return enter(await send<Me>("POST", "/api/oidc/code", { code }));
}

/**
 * The server knows the session no more: whether its person comes back on this page, where nothing is lost. A refusal of what was
 * sent before they came back is an old one.
 */
function expire(sentAt: number): Promise<boolean> {
  if (!me.value) return Promise.resolve(false);
  if (sentAt < enteredAt) return Promise.resolve(true);
  if (!waiting) {
    let answer: (isBack: boolean) => void = () => {};
    waiting = { back: new Promise<boolean>((resolve) => (answer = resolve)), answer };
    isOver.value = true;
    closeLive();
    tellTabs(ENTERED, null);
  }
  return waiting.back;
}

/** Another tab told who is in; null: nobody. */
function hear(person: number | null): void {
  if (isOver.value ? person !== null : person !== me.value?.id) void look();
}

/** The person looks at this tab again: what no other tab told is asked for. */
function lookAgain(): void {
  if (isOver.value || !canTell) void look();
}

/** Who is in now, by the server: one login does for all tabs. While it cannot be asked, the page stays as it is, and asks again. */
async function look(): Promise<void> {
  clearTimeout(nextLook);
  if (!me.value) return;
  const askedAt = performance.now();
  const person = await whoIsIn().catch(() => undefined);
  if (person === undefined) return void (nextLook = setTimeout(look, waitBeforeTry(looks++)));
  looks = 0;
  if (person === null) void expire(askedAt);
  else if (me.value) await meet(person);
}

/** The login over the page; raises what the form tells. */
async function comeBack(form: { login: string; password: string; code?: string }): Promise<boolean> {
  return meet(await send<Me>("POST", "/api/login", form));
}

/** Whether the person who is in goes on with this page; anybody else, or other records, begin with a fresh one. */
async function meet(person: Me): Promise<boolean> {
  const before = me.value;
  const isSame = person.id === before?.id && person.training === before.training;
  if (isSame) enter(person);
  else forgetPage();
  const goesOn = isSame && !person.must_change && !person.must_enrol;
  isOver.value = false;
  waiting?.answer(goesOn);
  waiting = null;
  if (isSame) return goesOn;
  await nextTick(); // what asks before it is left is gone with the page
  location.reload();
  return false;
}

function forgetPage(): void {
  me.value = null;
  forgetters.forEach((forget) => forget());
}

/** Whether the browser leaves for the provider, to end its session there too. */
async function logout(): Promise<boolean> {
  const byProvider = me.value?.by_provider ?? false;
  await send("POST", "/api/logout").catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  });
  me.value = null;
  tellTabs(ENTERED, null);
  closeLive();
  forgetters.forEach((forget) => forget());
  lookOnly.value = false;
  if (byProvider) location.assign("/api/oidc/leave");
  return byProvider;
}

async function startShift(): Promise<void> {
  me.value = await send<Me>("POST", "/api/me/shift");
}

async function endShift(): Promise<void> {
  me.value = await send<Me>("DELETE", "/api/me/shift");
  lookOnly.value = true;
}

async function prefer(preferences: { shortcuts_on?: boolean; notify?: Notify }): Promise<void> {
  me.value = await send<Me>("PATCH", "/api/me", preferences);
}

const canReadInbox = computed(() => me.value?.actions.includes("inbox.read") ?? false);
const canWork = computed(() => me.value?.actions.includes("shift.work") ?? false);
const canReview = computed(() => me.value?.actions.includes("left_message.review") ?? false);

const canWorkCases = computed(() => me.value?.actions.includes("appeal.work") ?? false);
const canAssign = computed(() => me.value?.actions.includes("appeal.assign") ?? false);

export const session = reactive({
  me: readonly(me),
  isOver: readonly(isOver),
  lookOnly,
  canReadInbox,
  canWork,
  canReview,
  canWorkCases,
  canAssign,
  load,
  login,
  giveCode,
  logout,
  expire,
  hear,
  lookAgain,
  comeBack,
  startShift,
  endShift,
  prefer,
});
