/**
 * The telephone in the browser: the only file that knows JsSIP. It registers the operator's SIP user at the exchange's
 * websocket, rings, answers and sends keys; everything else about a call goes through our server.
 */
import { ref } from "vue";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { forgetWithPerson } from "@/session/useSession";

export type SoftState = "off" | "connecting" | "ready" | "failed" | "elsewhere";
export type SoftTrouble = "" | "microphone" | "refused" | "away";

export interface SoftAccount {
  url: string;
  user: string;
  realm: string;
  password: string;
}

export const softState = ref<SoftState>("off");
export const softTrouble = ref<SoftTrouble>("");
export const softRings = ref(false);
export const softTalks = ref(false);

/** The exchange asks whoever is offered a call to press 1; the screen has told already who calls and why. */
const TAKING_KEY = "1";
const KEY_AFTER_MS = 900;
const LOCK = "inbox-softphone";

forgetWithPerson(stopSoftphone);

let agent: UA | null = null;
let session: RTCSession | null = null;
let takesByKey = false;
let release: () => void = () => {};
let sound: HTMLAudioElement | null = null;

/** Registers once in the browser: a second tab leaves the telephone to the first. */
export async function startSoftphone(account: SoftAccount): Promise<void> {
  stopSoftphone();
  softState.value = "connecting";
  softTrouble.value = "";
  if (!(await microphoneAllowed())) return fail("microphone");
  if (!(await onlyHere())) return void (softState.value = "elsewhere");
  try {
    const { UA, WebSocketInterface } = await import("jssip");
    const uri = `sip:${account.user}@${account.realm}`;
    agent = new UA({ sockets: [new WebSocketInterface(account.url)], uri, password: account.password, register: true, session_timers: false, user_agent: "contact-centre" });
  } catch {
    return fail("refused");
  }
  agent.on("registered", () => {
    softState.value = "ready";
    softTrouble.value = "";
  });
  agent.on("registrationFailed", ({ response }) => fail(response ? "refused" : "away"));
  agent.on("disconnected", () => fail("away"));
  agent.on("newRTCSession", (event: { session: RTCSession }) => take(event.session));
  agent.start();
}

export function stopSoftphone(): void {
  agent?.stop();
  agent = null;
  ended();
  release();
  release = () => {};
  softState.value = "off";
  softTrouble.value = "";
}

export function answerSoftphone(byKey: boolean): void {
  takesByKey = byKey;
  session?.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
}

export function declineSoftphone(): void {
  session?.terminate({ status_code: 603 });
}

/** Silences the microphone here; the exchange is told as well, so that a desk telephone behaves the same. */
export function muteSoftphone(on: boolean): void {
  if (!softTalks.value) return;
  if (on) session?.mute({ audio: true });
  else session?.unmute({ audio: true });
}

function take(incoming: RTCSession): void {
  if (incoming.direction !== "incoming" || session) return void incoming.terminate({ status_code: 486 });
  session = incoming;
  softRings.value = true;
  incoming.on("peerconnection", ({ peerconnection }) => peerconnection.addEventListener("track", ({ streams }) => streams[0] && play(streams[0])));
  incoming.on("confirmed", () => {
    softRings.value = false;
    softTalks.value = true;
    if (takesByKey) window.setTimeout(() => session === incoming && incoming.sendDTMF(TAKING_KEY), KEY_AFTER_MS);
  });
  incoming.on("getusermediafailed", () => (softTrouble.value = "microphone"));
  incoming.on("ended", ended);
  incoming.on("failed", ended);
}

function play(stream: MediaStream): void {
  sound ??= new Audio();
  sound.srcObject = stream;
  void sound.play();
}

function ended(): void {
  session = null;
  softRings.value = false;
  softTalks.value = false;
  if (sound) sound.srcObject = null;
}

function fail(why: SoftTrouble): void {
  softState.value = "failed";
  softTrouble.value = why;
}

async function microphoneAllowed(): Promise<boolean> {
  const tried = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
  tried?.getTracks().forEach((track) => track.stop());
  return !!tried;
}

function onlyHere(): Promise<boolean> {
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    void navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise<void>((done) => (release = done)) : undefined;
    });
  });
}
