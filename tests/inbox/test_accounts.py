"""Accounts, the first password and the confirmation of dangerous deeds, as the pages meet them."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from core.staff.abilities import ABILITIES
from core.staff.confirming import CONFIRMED_FOR
from core.vocabulary import Role
from inbox.web.app import bare_app
from inbox.web.auth import confirmed_asker
from inbox.web.routers import live
from tests.inbox.access import ACCOUNTS
from tests.inbox.world import PASSWORD, Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
OPENED = {"login": "anna", "full_name": "Тестова Анна", "role": "operator"}
OTHERS = {
    ("GET", "/api/audit/export"),
    ("POST", "/api/citizens/{id}/copy"),
    ("POST", "/api/citizens/{id}/erasure/carry-out"),
    ("POST", "/api/me/second-factor"),
    ("DELETE", "/api/me/second-factor"),
}
"""Dangerous beside every change of an account."""


def test_each_dangerous_deed_asks_for_a_confirmation() -> None:
    asking = {
        (method, context.path)
        for context in iter_route_contexts(bare_app(live.router).routes)
        if isinstance(route := context.original_route, APIRoute)
        and any(one.call is confirmed_asker for one in route.dependant.dependencies)
        for method in route.methods or ()
    }
    assert asking == OTHERS | {(row.method, row.path) for row in ACCOUNTS if row.method != "GET"}


@pytest.mark.clause("2.10")
async def test_an_old_login_is_asked_once_more_and_the_deed_is_repeated(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.ADMINISTRATOR)
    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    refused = await browser.post("/api/staff", json=OPENED)
    assert (refused.status_code, refused.json()["code"], refused.json()["facts"]) == (
        403,
        "needs_confirmation",
        {"has_code": False, "by_provider": False},
    )
    wrong = await browser.post("/api/me/confirm", json={"password": "wrong"})
    assert (wrong.status_code, wrong.json()["fields"]) == (400, {"password": "Пароль неверный."})
    assert (await browser.post("/api/me/confirm", json={"password": PASSWORD})).status_code == 204
    made = await browser.post("/api/staff", json=OPENED)
    assert made.status_code == 200 and len(made.json()["password"]) == 19


@pytest.mark.clause("2.10")
async def test_nothing_is_done_before_a_given_password_is_changed(app: FastAPI, centre: Centre, sign_in: SignIn) -> None:
    admin, newcomer = await sign_in(Role.ADMINISTRATOR), await sign_in(None)
    password = (await admin.post("/api/staff", json=OPENED)).json()["password"]
    entered = await newcomer.post("/api/login", json={"login": "anna", "password": password})
    assert (entered.json()["must_change"], entered.json()["actions"]) == (True, [])
    for method, path in (
        ("GET", "/api/conversations"),
        ("POST", "/api/me/shift"),
        ("GET", "/api/me/sessions"),
        ("GET", "/api/live"),
    ):
        answer = await newcomer.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "password_to_change"), path
    form = {"old": password, "new": "a password of my own"}
    assert (await newcomer.post("/api/me/password", json=form)).status_code == 204
    assert (await newcomer.get("/api/conversations")).status_code == 200
    me = (await newcomer.get("/api/me")).json()
    assert not me["must_change"] and me["actions"]


async def test_a_lost_update_is_told_with_the_present_row(centre: Centre, sign_in: SignIn) -> None:
    browser, member = await sign_in(Role.ADMINISTRATOR), (await centre.a_member()).asker
    form = {"full_name": "Первая", "role": "senior", "version": 1}
    assert (await browser.put(f"/api/staff/{member.id}", json=form)).status_code == 204
    late = await browser.put(f"/api/staff/{member.id}", json={**form, "full_name": "Вторая"})
    assert (late.status_code, late.json()["code"]) == (409, "account_changed")
    assert late.json()["facts"]["present"] == {"full_name": "Первая", "role": "senior", "is_active": True, "version": 2}


async def test_the_page_of_an_account_says_what_it_holds_and_where_it_is_in(centre: Centre, sign_in: SignIn) -> None:
    browser, member = await sign_in(Role.ADMINISTRATOR), await centre.a_member()
    held = await centre.a_conversation(held_by=member.asker, name="Секретова")
    shown = await browser.get(f"/api/staff/{member.asker.id}")
    assert shown.json()["holding"] == [held] and len(shown.json()["sessions"]) == 1
    assert "Секретова" not in shown.text and shown.json()["own"] is False
    handle = shown.json()["sessions"][0]["handle"]
    assert (await browser.delete(f"/api/staff/{member.asker.id}/sessions/{handle}")).status_code == 204
    assert (await (await sign_in(member)).get("/api/me")).status_code == 401


async def test_roles_are_told_from_the_table(sign_in: SignIn) -> None:
    told = (await (await sign_in(Role.ADMINISTRATOR)).get("/api/staff/roles")).json()
    assert {one["role"]: set(one["abilities"]) for one in told} == {
        role.value: {ability.value for ability in may} for role, may in ABILITIES.items()
    }
