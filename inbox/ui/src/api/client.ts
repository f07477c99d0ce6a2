/** The only place that calls the API by fetch; uploads use XMLHttpRequest because only it reports progress. */
import { offline, refusal } from "./errors";

type Value = string | number | boolean | null | undefined;
type Query = Record<string, Value | readonly (string | number)[]>;

/** Whether the same person is back, so that the same request goes once more. `sentAt`: of the request, in the page's time. */
type SignedOut = (sentAt: number) => Promise<boolean>;
let onSignedOut: SignedOut = () => Promise.resolve(false);
/** What is refused with 401 here is no end of the session. */
const ENTRANCES = new Set(["POST /api/login", "POST /api/logout", "POST /api/oidc/code", "GET /api/me"]);
let confirmOneself: (facts: Record<string, unknown>) => Promise<boolean> = () => Promise.resolve(false);
let place: string | null = null;

/** Whether this page shows a day of training: the server refuses a page of the other records. */
let leaves = false;
/** The page goes to the other records by itself: an answer of the records before must not call it back. */
export function setLeaving(on: boolean): void {
  leaves = on;
}

export function setPlace(isTraining: boolean): void {
  place = isTraining ? "1" : "0";
}

/** Who asks for password or code when a dangerous deed wants it; then the same request goes once more. */
export function whenConfirmationNeeded(ask: typeof confirmOneself): void {
  confirmOneself = ask;
}

export function whenSignedOut(callback: SignedOut): void {
  onSignedOut = callback;
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return call<T>("GET", withQuery(path, query), undefined, { signal });
}

export function send<T = void>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, options: RequestInit = {}): Promise<T> {
  return call<T>(method, path, body, options);
}

/** A file that the API makes, of what was typed if there is a body, saved under the name that the API gave it. */
export async function saveFile(path: string, body?: unknown): Promise<void> {
  const response = await answerTo(body === undefined ? "GET" : "POST", path, body, {});
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  const url = URL.createObjectURL(await response.blob());
  saveAs(url, name ? decodeURIComponent(name) : "");
  URL.revokeObjectURL(url);
}

/** Saves what lies at an address; without a name the answer's own is taken. */
export function saveAs(href: string, name = ""): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

async function call<T>(method: string, path: string, body: unknown, options: RequestInit): Promise<T> {
  const response = await answerTo(method, path, body, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function answerTo(method: string, path: string, body: unknown, options: RequestInit): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (place !== null && path !== "/api/me") headers["X-Training"] = place;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let response: Response;
  const sentAt = performance.now();
  try {
    response = await fetch(path, { ...options, method, headers, body: body === undefined || isForm ? body : JSON.stringify(body) });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offline();
  }
  if (response.ok) return response;
  const error = refusal(response.status, await response.text().catch(() => ""), response.headers.get("Retry-After"));
  if (error.code === "needs_confirmation" && (await confirmOneself(error.facts))) return answerTo(method, path, body, options);
  // A wrong password is a 401 as well (login, change of password), but no end of the session.
  if (error.status === 401 && !ENTRANCES.has(`${method} ${path}`) && !["wrong_password", "wrong_code", "needs_code"].includes(error.code)) {
    const isBack = onSignedOut(sentAt);
    // What is sent while the page is left does not wait: it is told at once that it was not kept.
    if (!options.keepalive && (await isBack)) return answerTo(method, path, body, options);
  }
  if (error.code === "other_records" && !leaves) location.reload();
  throw error;
}

export function upload<T>(path: string, file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const sentAt = performance.now();
    request.open("POST", path);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(offline());
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(JSON.parse(request.responseText) as T);
      const error = refusal(request.status, request.responseText, request.getResponseHeader("Retry-After"));
      if (request.status !== 401) return reject(error);
      return void onSignedOut(sentAt).then((isBack) => (isBack ? upload<T>(path, file, onProgress, signal).then(resolve, reject) : reject(error)));
    };
    signal.addEventListener("abort", () => request.abort());
    if (place !== null) request.setRequestHeader("X-Training", place);
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

export function withQuery(path: string, query: Query = {}): string {
  const parts = Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value.map((one) => [name, one]) : [[name, value]]) as [string, Value][])
    .filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (!parts.length) return path;
  return `${path}?${new URLSearchParams(parts.map(([name, value]) => [name, String(value)])).toString()}`;
}
