import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { get, send, whenSignedOut } from "@/api/client";
import { forgetWithPerson, session } from "@/session/useSession";

type Person = { id: number; training: boolean; must_change: boolean; must_enrol: boolean; actions: string[] };
const anna: Person = { id: 1, training: false, must_change: false, must_enrol: false, actions: [] };
const form = { login: "anna", password: "x" };

/** The server: a session that can end, a line that can break, and who logs in next. */
const server = { isIn: true, isAway: false, next: anna, asked: [] as string[] };
const reload = vi.fn();
const forgotten = vi.fn();
forgetWithPerson(forgotten);

function answer(status: number, body: unknown): Promise<Response> {
  return Promise.resolve(new Response(JSON.stringify(body), { status }));
}

beforeEach(async () => {
  Object.assign(server, { isIn: true, isAway: false, next: anna, asked: [] });
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("fetch", (path: string) => {
    server.asked.push(path);
    if (server.isAway) return Promise.reject(new TypeError("no line"));
    if (path === "/api/login") {
      server.isIn = true;
      return answer(200, server.next);
    }
    if (!server.isIn) return answer(401, { code: "not_signed_in", message: "Войдите." });
    return answer(200, path === "/api/me" ? server.next : { path });
  });
  whenSignedOut(session.expire);
  await session.load();
  server.asked = [];
  vi.clearAllMocks();
});
afterEach(async () => {
  server.isAway = false;
  if (session.isOver) await session.comeBack(form);
  vi.unstubAllGlobals();
});

describe("a session that ends under an open page", () => {
  it("asks its person once and repeats what was asked when they are back", async () => {
    server.isIn = false;
    const asked = Promise.all([get("/api/one"), send("POST", "/api/two", { text: "слова" })]);
    await vi.waitFor(() => expect(session.isOver).toBe(true));
    expect(session.me?.id).toBe(1);
    expect(await session.comeBack(form)).toBe(true);
    expect(await asked).toEqual([{ path: "/api/one" }, { path: "/api/two" }]);
    expect([session.isOver, reload.mock.calls.length, forgotten.mock.calls.length]).toEqual([false, 0, 0]);
  });

  it.each([
    ["somebody else", { ...anna, id: 2 }],
    ["the same person at other records", { ...anna, training: true }],
  ])("gives %s a fresh page, and repeats nothing of the one before", async (_, next) => {
    Object.assign(server, { isIn: false, next });
    const asked = send("POST", "/api/two").catch((error: unknown) => error);
    await vi.waitFor(() => expect(session.isOver).toBe(true));
    expect(await session.comeBack(form)).toBe(false);
    expect(await asked).toMatchObject({ code: "not_signed_in" });
    expect(server.asked.filter((path) => path === "/api/two")).toHaveLength(1);
    expect([session.me, reload.mock.calls.length, forgotten.mock.calls.length]).toEqual([null, 1, 1]);
  });

  it("lets nothing go on before a given password is changed", async () => {
    Object.assign(server, { isIn: false, next: { ...anna, must_change: true } });
    const asked = get("/api/one").catch((error: unknown) => error);
    await vi.waitFor(() => expect(session.isOver).toBe(true));
    expect(await session.comeBack(form)).toBe(false);
    expect(await asked).toMatchObject({ code: "not_signed_in" });
    expect([session.me?.must_change, session.isOver, reload.mock.calls.length]).toEqual([true, false, 0]);
  });

  it("tells at once what is sent on leaving the page, and takes an old refusal for an old one", async () => {
    server.isIn = false;
    const sentAt = performance.now();
    await expect(send("PUT", "/api/drafts/reply/1", {}, { keepalive: true })).rejects.toMatchObject({ status: 401 });
    await session.comeBack(form);
    expect(await session.expire(sentAt)).toBe(true);
    expect(session.isOver).toBe(false);
  });

  it("goes on by itself when another tab tells that its person is in again", async () => {
    server.isIn = false;
    const asked = send("POST", "/api/two");
    await vi.waitFor(() => expect(session.isOver).toBe(true));
    session.hear(null);
    expect(server.asked).toEqual(["/api/two"]);
    server.isIn = true;
    session.hear(1);
    expect(await asked).toEqual({ path: "/api/two" });
    expect([session.isOver, reload.mock.calls.length]).toEqual([false, 0]);
  });

  it("stays covered while nobody is in or the server cannot be asked", async () => {
    server.isIn = false;
    void session.expire(performance.now());
    session.lookAgain();
    await vi.waitFor(() => expect(server.asked).toEqual(["/api/me"]));
    server.isAway = true;
    session.hear(1);
    await vi.waitFor(() => expect(server.asked).toHaveLength(2));
    expect([session.isOver, reload.mock.calls.length]).toEqual([true, 0]);
  });

  it("asks again when the server could not be asked who is in", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }); // and not performance.now, by which an old refusal is known
    server.isAway = true;
    session.hear(null);
    await vi.advanceTimersByTimeAsync(0);
    expect([server.asked, session.isOver]).toEqual([["/api/me"], false]);
    Object.assign(server, { isAway: false, isIn: false });
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    await vi.waitFor(() => expect(session.isOver).toBe(true));
    expect(server.asked).toEqual(["/api/me", "/api/me"]);
  });

  it("asks nothing when its own person came in in another tab, and covers the page when nobody is in any more", async () => {
    session.hear(1);
    expect(server.asked).toEqual([]);
    server.isIn = false;
    session.hear(null);
    await vi.waitFor(() => expect(session.isOver).toBe(true));
  });

  it("gives somebody else of another tab a fresh page, before anything is sent for them", async () => {
    server.next = { ...anna, id: 2 };
    session.hear(2);
    await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce());
    expect([session.me, forgotten.mock.calls.length]).toEqual([null, 1]);
  });

  it("is not called back by an answer of before its person logged out", async () => {
    session.hear(2);
    await session.logout();
    await Promise.resolve();
    expect([session.me, reload.mock.calls.length]).toEqual([null, 0]);
  });

  it("is over for whoever logs out, whether or not the server still knew it", async () => {
    server.isIn = false;
    await session.logout();
    expect([session.me, session.isOver]).toEqual([null, false]);
    expect(await session.expire(performance.now())).toBe(false);
  });
});
