/** Who works here: one session for the whole app. */
import { computed, reactive, readonly, ref } from "vue";
import { closeLive } from "@/api/live";
import { get, send, setPlace } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { Me, Notify } from "@/api/types";

const me = ref<Me | null>(null);
const lookOnly = ref(false);
const forgetters = new Set<() => void>();
let lastPerson: number | null = null;

/** What must not outlive a person at this screen (their unsent texts) is forgotten when somebody else signs in. */
export function forgetWithPerson(forget: () => void): void {
  forgetters.add(forget);
}

function enter(person: Me): Me {
  if (lastPerson !== null && lastPerson !== person.id) forgetters.forEach((forget) => forget());
  lastPerson = person.id;
  me.value = person;
  setPlace(person.training);
  return person;
}

/** Returns null when nobody is signed in; other refusals rise. */
async function load(): Promise<Me | null> {
  try {
    return enter(await get<Me>("/api/me"));
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

function expire(): void {
  me.value = null;
  closeLive();
}

/** Whether the browser leaves for the provider, to end its session there too. */
async function logout(): Promise<boolean> {
  const byProvider = me.value?.by_provider ?? false;
  await send("POST", "/api/logout");
  expire();
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
  startShift,
  endShift,
  prefer,
});
