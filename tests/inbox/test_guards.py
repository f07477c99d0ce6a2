"""What never reaches a desk: foreign pages, bodies that are too large or broken, a database that is away."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from core.conversations.model import Message
from core.errors import OfficeError
from core.vocabulary import Role
from db.engine import open_engine
from db.transactions import Transactions
from inbox.web.app import create_app
from inbox.web.live import LiveHub
from inbox.web.settings import InboxSettings
from tests.clocks import MovableClock
from tests.inbox.world import HOST, PASSWORD, Browser, Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.mark.clause("2.10")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HOST}, 403),
        ({"Origin": HOST}, 204),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
    ids=["ours", "typed", "sibling", "foreign", "old browser", "old browser, foreign", "sandboxed", "no headers"],
)
async def test_a_deed_is_done_only_for_our_own_pages(centre: Centre, app: FastAPI, headers: dict[str, str], status: int) -> None:
    browser = Browser(app, await centre.a_member()).http
    del browser.headers["Sec-Fetch-Site"]
    answer = await browser.post("/api/logout", headers=headers)
    assert answer.status_code == status
    assert (await browser.get("/api/me")).status_code == (200 if status == 403 else 401)
    await browser.aclose()


async def test_five_megabytes_of_json_are_refused(sign_in: SignIn, centre: Centre) -> None:
    browser = await sign_in()
    number = await centre.a_conversation()
    answer = await browser.post(f"/api/conversations/{number}/note", json={"text": "x" * 5_000_000, "client_key": "k" * 8})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("length", [10_001, 100_000, 1_000_000])
async def test_a_text_that_is_too_long_is_refused_in_words(length: int, sign_in: SignIn, centre: Centre) -> None:
    browser, words = await sign_in(Role.SUPERVISOR), "я" * length
    appeal, talk = await centre.an_appeal(), await centre.a_conversation()
    edit = {"text": words, "urgency": "long_term", "reply_form": "post", "version": 0}
    card = {"kind": "person", "surname": words, "phones": [words], "version": 0}
    reply = {"text": words * 2, "client_key": "k" * 8}
    for method, path, body, field in (
        ("PUT", f"/api/appeals/{appeal}", edit, "text"),
        ("PUT", f"/api/conversations/{talk}/applicant", card, "surname"),
        ("PUT", "/api/directory/departments/housing", {"name": words}, "name"),
        ("POST", f"/api/conversations/{talk}/reply", reply, "text"),
    ):
        answer = await browser.request(method, path, json=body)
        told = answer.json()
        if length == 1_000_000:
            assert (answer.status_code, told["message"]) == (413, "Слишком большой объём данных."), path
        else:
            assert answer.status_code in (400, 413) and (answer.status_code == 413 or told["fields"][field]), path


async def test_a_body_without_a_declared_length_is_measured_as_it_comes(sign_in: SignIn) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 10_000

    browser = await sign_in()
    answer = await browser.post("/api/me/shift", content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


async def test_a_body_that_never_ends_is_refused_in_time(centre: Centre, a_hub: Callable[[], LiveHub]) -> None:
    app = create_app(centre, InboxSettings(body_seconds=0.05), a_hub())
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/login",
        "query_string": b"",
        "headers": [(b"sec-fetch-site", b"same-origin")],
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1,2", b"\xff\xfe", b'{"login": NaN}', b"", b"null", b'"text"', b'{"login": 5, "password": {}}', b"[" * 5000],
    ids=["cut", "cut list", "no utf-8", "nan", "empty", "null", "text", "wrong types", "deep"],
)
async def test_malformed_json_is_told_in_russian(sign_in: SignIn, body: bytes) -> None:
    browser = await sign_in(None)
    answer = await browser.post("/api/login", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    assert answer.status_code == 400
    assert any("а" <= sign <= "я" for sign in problem["message"])
    assert "detail" not in problem


async def test_a_form_of_another_type_is_not_taken_for_json(sign_in: SignIn) -> None:
    browser = await sign_in(None)
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await browser.post("/api/login", content=b'{"login": "a", "password": "b"}', headers={"Content-Type": kind})
        assert answer.status_code == 400


async def test_what_is_missing_is_named_field_by_field(sign_in: SignIn, centre: Centre) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    answer = await (await sign_in(member)).post(f"/api/conversations/{number}/reply", json={"text": "x" * 20_001})
    assert answer.json()["fields"] == {"text": "Слишком длинное значение.", "client_key": "Заполните это поле."}


@pytest.mark.parametrize(
    "text",
    ["\x00\x00a", "<img src=x onerror=alert(1)>", "\u202etxt.exe", "🙂" * 500, "'; DROP TABLE message; --"],
    ids=["nul", "html", "bidi", "emoji", "sql"],
)
async def test_any_text_is_stored_as_text(sign_in: SignIn, centre: Centre, text: str) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    body = json.dumps({"text": text, "client_key": "key-00000001"}).encode()
    browser = await sign_in(member)
    answer = await browser.post(f"/api/conversations/{number}/reply", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    async with centre.transactions.begin() as tx:
        kept = (await tx.exec(select(Message.text).where(Message.author == "operator"))).one()
    assert kept == answer.json()["text"] == text.replace("\x00", "")
    for query in (text, "%00", text * 3):
        assert (
            await browser.get("/api/conversations", params={"query": query[:150].encode("utf-8", "ignore").decode()})
        ).status_code == 200


async def test_a_database_that_is_away_is_told_with_a_time_to_come_back(clock: MovableClock) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    centre = Centre(Transactions(engine), clock)
    hub = LiveHub(url="", reading=centre.operators.reading, sessions=centre.staff.sessions, clock=clock)
    browser = Browser(create_app(centre, InboxSettings(), hub)).http
    browser.cookies.set("sid", "x" * 43)
    answer = await browser.get("/api/me")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "5")
    await browser.aclose()
    await engine.dispose()


async def test_an_unforeseen_failure_shows_no_details(centre: Centre, app: FastAPI, sign_in: SignIn) -> None:
    async def broken() -> None:
        raise RuntimeError("secret of the inside")

    app.router.routes.insert(0, type(app.router.routes[-1])("/api/broken", broken))
    answer = await (await sign_in(None)).get("/api/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


async def test_every_refusal_of_the_office_has_words() -> None:
    from inbox.web.problems import _words, answer

    def kinds(kind: type[OfficeError]) -> set[type[OfficeError]]:
        return {kind, *(deeper for lower in kind.__subclasses__() for deeper in kinds(lower))}

    ours = {
        kind.code
        for kind in kinds(OfficeError)
        if kind.__module__.startswith(("core.staff", "core.errors", "core.conversations.holding"))
    }
    assert ours - {"refused"} <= set(_words()["problem"])
    held = json.loads(bytes(answer(409, "held_by_other", facts={"operator": "Тестов"}).body))
    assert held["message"] == "Разговор уже ведёт Тестов."


@pytest.mark.parametrize("secure", [False, True], ids=["http on localhost", "https"])
async def test_pages_and_answers_carry_their_guards(centre: Centre, a_hub: Callable[[], LiveHub], secure: bool) -> None:
    url = "https://inbox.example" if secure else "http://localhost:8080"
    browser = Browser(create_app(centre, InboxSettings(public_url=url), a_hub())).http
    member = await centre.a_member()
    answer = await browser.post("/api/login", json={"login": member.asker.login, "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-sid=" if secure else "sid=")
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie and ("secure" in cookie) is secure
    csp = answer.headers["content-security-policy"]
    assert (
        "script-src 'self';" in csp
        and "unsafe" not in csp
        and "frame-ancestors 'none'" in csp
        and "report-uri /api/csp-reports" in csp
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert ("strict-transport-security" in answer.headers) is secure
    assert len(answer.headers["x-request-id"]) == 32
    await browser.aclose()


async def test_a_csp_report_is_counted_from_anywhere(app: FastAPI, sign_in: SignIn) -> None:
    browser = await sign_in(None)
    del browser.headers["Sec-Fetch-Site"]
    await browser.post("/api/csp-reports", content=b'{"csp-report": {}}', headers={"Content-Type": "application/csp-report"})
    assert app.state.csp_reports == 1


async def test_roles_are_read_anew_with_every_request(centre: Centre, sign_in: SignIn) -> None:
    member, administrator = await centre.a_member(), await centre.a_member(Role.ADMINISTRATOR)
    browser = await sign_in(member)
    assert (await browser.get("/api/me")).json()["actions"]
    await centre.staff.accounts.deactivate(administrator.asker, member.asker.id, 1)
    assert (await browser.get("/api/me")).status_code == 401
