"""Every route, for every role, with a conversation of one's own and a colleague's: a new route without a row fails."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from core.staff.abilities import ABILITIES, Ability
from core.vocabulary import Role
from inbox.web.app import bare_app
from inbox.web.masking import FILES
from inbox.web.routers import live
from tests.inbox.access import OWN, PUBLIC, ROUTES, Access
from tests.inbox.world import Centre, Member

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
PLACES = {
    "{handle}": "0" * 16,
    "{year}": "2026",
    "{month}": "2026-11",
    "{kind}": "docx",
    "{form}": "note",
    "{day}": "2026-12-30",
    "{name}": "information_request",
    "{key}": "nowhere",
    "{number}": "1",
}
FOREIGN = (403, 409)


def named(row: Access) -> str:
    return f"{row.method} {row.path}"


def test_every_route_has_a_row() -> None:
    listed = {(row.method, row.path.partition("?")[0]) for row in ROUTES}
    real = {
        (method, context.path)
        for context in iter_route_contexts(bare_app(live.router).routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.original_route.methods or ()
    }
    assert listed == real


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("row", [row for row in ROUTES if row.holding != PUBLIC], ids=named)
async def test_nobody_gets_in_without_a_session(row: Access, centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(None)
    answer = await call(browser, row, await centre.a_conversation())
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("row", [row for row in ROUTES if row.good], ids=named)
async def test_a_role_does_what_its_abilities_say_and_no_more(row: Access, centre: Centre, sign_in: SignIn) -> None:
    colleague = await centre.a_member()
    for role in Role:
        able = row.ability is None or row.ability in ABILITIES[role]
        if row.method == "GET" and FILES.fullmatch(placed(row, 7)) and Ability.READ_PERSONAL not in ABILITIES[role]:
            able = False  # a file with personal data asks for a reveal first
        own = await ask(row, role, centre, sign_in)
        foreign = await ask(row, role, centre, sign_in, holder=colleague)
        assert (own in row.good) if able else (own == 403), (role, own)
        if not able:
            assert foreign == 403, (role, foreign)
        elif row.holding == OWN:
            assert foreign in FOREIGN, (role, foreign)
        else:
            assert foreign in row.good, (role, foreign)


async def ask(
    row: Access,
    role: Role,
    centre: Centre,
    sign_in: SignIn,
    holder: Member | None = None,
) -> int:
    member = await centre.a_member(role)
    conversation = await centre.a_conversation(held_by=(holder or member).asker)
    if row.path.endswith("{id}/appeals"):
        await centre.an_applicant(conversation)
    body = row.body
    if isinstance(body, dict) and "client_key" in body:
        body = {**body, "client_key": f"key-{role}-{conversation}"}
    return (await call(await sign_in(member), row, conversation, body)).status_code


def placed(row: Access, number: int) -> str:
    path = row.path.replace("{id}", str(number))
    for place, value in PLACES.items():
        path = path.replace(place, value)
    return path.replace("{file_id}", "1").replace("{link_id}", "1")


async def call(browser: httpx.AsyncClient, row: Access, conversation: int, body: Any = None) -> httpx.Response:
    path = placed(row, conversation)
    if row.files:
        return await browser.request(row.method, path, files=row.files)
    return await browser.request(row.method, path, json=row.body if body is None else body)


async def test_a_path_that_is_no_number_is_not_found_or_invalid(app: FastAPI, sign_in: SignIn) -> None:
    browser = await sign_in(Role.OPERATOR)
    for path in ("abc", "0", "-1", str(2**63), "1%00", "1e3"):
        answer = await browser.get(f"/api/conversations/{path}")
        assert answer.status_code == 400, path
        assert answer.json()["message"].startswith("Проверьте")
