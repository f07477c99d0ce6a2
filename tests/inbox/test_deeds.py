"""An operator's work through the API, as the screens do it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from core.appeals.model import Refusal
from core.deliveries.model import Delivery
from core.vocabulary import Role
from tests.inbox.world import PASSWORD, Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
SEEDS = Path(__file__).parents[2] / "db" / "seeds"
APPEAL = {"text": "Яма на дороге", "urgency": "urgent", "reply_form": "telegram", "client_key": "key-00000001"}


async def test_a_day_of_an_operator(centre: Centre, sign_in: SignIn) -> None:
    member, number = await centre.a_member(full_name="Примерова Анна"), await centre.a_conversation()
    await centre.staff.seed_canned_answers(SEEDS / "canned_answers.yaml")
    browser = await sign_in(None)
    signed = await browser.post("/api/login", json={"login": member.asker.login, "password": PASSWORD})
    assert signed.json()["actions"] == sorted(member.asker.abilities)
    assert (await browser.post("/api/me/shift")).json()["on_shift"] is True
    assert (await browser.patch("/api/me", json={"shortcuts_on": False})).json()["shortcuts_on"] is False
    taken = (await browser.post(f"/api/conversations/{number}/take")).json()
    assert taken["row"]["operator"] == {"id": member.asker.id, "full_name": "Примерова Анна"}
    assert [message["author"] for message in taken["messages"]] == ["citizen", "system"]
    assert taken["applicant"]["missing"] == ["full_name", "contact", "consent"]
    assert len((await browser.get("/api/canned-answers")).json()) >= 15
    hits = (await browser.get("/api/knowledge/suggest", params={"conversation_id": number})).json()
    assert hits[0]["source"] == "Постановление № 1"
    assert (await browser.get("/api/knowledge/search", params={"query": "приём"})).json() == hits
    closed = (await browser.post(f"/api/conversations/{number}/close", json={"outcome": "reference"})).json()
    assert (closed["row"]["mode"], closed["actions"]) == ("closed", ["note"])
    assert (await browser.delete("/api/me/shift")).json()["on_shift"] is False
    assert (await browser.post("/api/logout")).status_code == 204
    assert (await browser.get("/api/me")).status_code == 401


async def test_of_two_browsers_that_take_at_once_one_is_told_who_was_first(centre: Centre, sign_in: SignIn) -> None:
    number = await centre.a_conversation()
    members = [await centre.a_member(full_name=name) for name in ("Первый", "Второй")]
    browsers = [await sign_in(member) for member in members]
    answers = await asyncio.gather(*(browser.post(f"/api/conversations/{number}/take") for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(position for position, answer in enumerate(answers) if answer.status_code == 200)
    problem = answers[1 - won].json()
    assert (problem["code"], problem["facts"]["operator"]) == ("held_by_other", members[won].asker.full_name)
    assert members[won].asker.full_name in problem["message"]


async def test_a_senior_takes_over_from_the_one_named(centre: Centre, sign_in: SignIn) -> None:
    operator = await centre.a_member()
    number = await centre.a_conversation(held_by=operator.asker)
    browser = await sign_in(Role.SENIOR)
    refused = (await browser.post(f"/api/conversations/{number}/take")).json()
    taken = await browser.post(f"/api/conversations/{number}/take", json={"from_operator_id": refused["facts"]["operator_id"]})
    assert taken.json()["row"]["operator"]["id"] != operator.asker.id


@pytest.mark.clause("2.8.3")
@pytest.mark.clause("2.8.7")
async def test_an_appeal_is_registered_with_the_term_that_was_shown(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    browser = await sign_in(member)
    terms = {term["urgency"]: term for term in (await browser.get("/api/terms")).json()}
    saved = await browser.put(
        f"/api/conversations/{number}/applicant",
        json={"surname": "Примеров", "given_name": "Иван", "phones": ["8 (918) 000-00-01"], "consent": True},
    )
    assert (saved.json()["phones"], saved.json()["missing"]) == (["+79180000001"], [])
    registered = [(await browser.post(f"/api/conversations/{number}/appeals", json=APPEAL)).json() for _ in range(2)]
    assert registered[0] == registered[1], "a repeat gives the same card"
    assert registered[0]["due_on"] == terms["urgent"]["due_on"]
    opened = (await browser.get(f"/api/conversations/{number}")).json()
    assert [appeal["registration_number"] for appeal in opened["appeals"]] == [registered[0]["registration_number"]]
    assert registered[0]["registration_number"] in (await centre.rows(Delivery))[0].content["text"]
    centre.clock.move(days=30)
    member = await centre.a_member()
    assert (await (await sign_in(member)).get(f"/api/conversations/{number}")).json()["appeals"][0]["overdue"] is True


@pytest.mark.clause("3.2")
@pytest.mark.clause("2.8.4")
async def test_what_is_missing_for_a_registration_is_named(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    browser = await sign_in(member)
    answer = await browser.post(f"/api/conversations/{number}/appeals", json=APPEAL)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_registrable")
    assert answer.json()["facts"]["missing"] == ["full_name", "contact"]
    refused = await browser.post(f"/api/conversations/{number}/refusal", json={"reason": "anonymous", "text": "Яма"})
    assert refused.status_code == 204
    assert [(one.reason, one.staff_id) for one in await centre.rows(Refusal)] == [("anonymous", member.asker.id)]


async def test_an_old_card_is_not_written_over(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    browser = await sign_in(member)
    path = f"/api/conversations/{number}/applicant"
    first = await browser.put(path, json={"surname": "Первый", "version": 1})
    assert first.json()["version"] == 2
    assert (await browser.put(path, json={"surname": "Второй", "version": 1})).status_code == 409
    unreadable = await browser.put(path, json={"phones": ["12"], "emails": ["no"], "version": 2})
    assert set(unreadable.json()["fields"]) == {"phones.0", "emails.0"}


async def test_a_reply_in_the_name_of_a_colleague_is_a_conflict_that_says_whose(centre: Centre, sign_in: SignIn) -> None:
    holder = await centre.a_member(full_name="Занятов")
    number = await centre.a_conversation(held_by=holder.asker)
    body = {"text": "x", "client_key": "key-00000001"}
    answer = await (await sign_in()).post(f"/api/conversations/{number}/reply", json=body)
    assert (answer.status_code, answer.json()["facts"]["operator"]) == (409, "Занятов")


async def test_sessions_are_listed_and_ended_through_the_api(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    browser = await sign_in(member)
    other = await sign_in(None)
    await other.post("/api/login", json={"login": member.asker.login, "password": PASSWORD}, headers={"User-Agent": "Other"})
    listed = (await browser.get("/api/me/sessions")).json()
    assert sorted((one["agent"], one["current"]) for one in listed) == [("", True), ("Other", False)]
    handle = next(one["handle"] for one in listed if not one["current"])
    assert (await browser.delete(f"/api/me/sessions/{handle}")).status_code == 204
    assert (await other.get("/api/me")).status_code == 401


async def test_too_many_logins_are_told_when_to_come_back(sign_in: SignIn) -> None:
    browser = await sign_in(None)
    for _ in range(10):
        await browser.post("/api/login", json={"login": "nobody", "password": "x"})
    answer = await browser.post("/api/login", json={"login": "nobody", "password": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "15 мин" in answer.json()["message"]
