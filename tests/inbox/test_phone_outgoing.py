"""Calls that applicants are owed, made from the inbox: who is rung, how far it is, what is refused (reg. 2.8.8, 2.8.11)."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from core.phone.model import PhoneCall
from core.phone.port import ExchangeAway, ExchangeRefused
from core.phone.vocabulary import LegKind, LegState
from core.staff.abilities import ABILITIES, Ability
from core.vocabulary import Role
from inbox.web.app import create_app
from inbox.web.settings import InboxSettings
from tests.core.phone.test_calling_out import APPLICANT, BY_EMAIL, BY_PHONE, owed
from tests.core.phone.world import Phone
from tests.inbox.conftest import SignIn
from tests.inbox.test_phone import an_operator, mine
from tests.inbox.world import Browser, Centre


@pytest.fixture
def app(centre: Centre, a_hub: Any) -> FastAPI:
    """An inbox with a telephone."""
    return create_app(centre, InboxSettings(has_telephone=True), a_hub())


async def of(browser: httpx.AsyncClient, task: int) -> dict[str, Any]:
    """What the telephone does for one call of the list."""
    answer = await browser.get("/api/phone/tasks", params={"id": [task, 10**9]})
    assert answer.status_code == 200, answer.text
    (shown,) = answer.json()
    assert isinstance(shown, dict)
    return shown


async def order(browser: httpx.AsyncClient, task: int, deed: str = "call") -> tuple[int, str, str]:
    """The answer to a button: status, code and words."""
    answer = await browser.post(f"/api/phone/tasks/{task}/{deed}")
    problem = answer.json() if answer.content else {}
    return answer.status_code, problem.get("code", ""), problem.get("message", "")


@pytest.mark.clause("2.8.11")
async def test_a_closing_call_is_followed_from_ones_own_telephone_to_its_talk(
    phone: Phone, centre: Centre, sign_in: SignIn
) -> None:
    operator = await an_operator(phone, centre)
    browser, colleague = await sign_in(operator), await sign_in(await an_operator(phone, centre))
    _, task = await owed(phone, operator.asker, BY_EMAIL)
    assert await of(browser, task) == {"task_id": task, "deeds": ["call"], "call": None}
    assert await order(browser, task) == (204, "", "")
    assert [(one.address_kind, one.address) for one in centre.exchange.orders] == [("user", f"user{operator.asker.id}")]
    seen = await of(colleague, task)
    assert (seen["deeds"], seen["call"]["stage"], seen["call"]["is_mine"]) == ([], "operator", False)
    assert seen["call"]["operator"] == operator.asker.full_name
    own = (await mine(browser))["call"]
    assert (own["stage"], own["deeds"], own["takes_by_key"]) == ("ringing", [], True)

    await phone.note("answered", sid="sid-1")
    await phone.dial("a", LegKind.APPLICANT, sid="sid-1", number=APPLICANT)
    own = (await mine(browser))["call"]
    assert (own["stage"], own["deeds"], (await of(browser, task))["call"]["stage"]) == ("connecting", ["end"], "applicant")
    centre.clock.move(seconds=9)
    await phone.move("a", LegState.ANSWERED, sid="sid-1", leg_sid="sid-2")
    own = (await mine(browser))["call"]
    assert (own["stage"], own["deeds"], (await of(browser, task))["call"]["stage"]) == ("talking", ["mute", "end"], "talk")
    assert own["talking_since"] == centre.clock.now().isoformat().replace("+00:00", "Z")

    place = f"/api/phone/calls/{own['call']['id']}"
    assert (await colleague.post(f"{place}/mute", json={"on": True})).status_code == 403
    assert (await browser.post(f"{place}/hold")).status_code == 403, "it would lose the applicant"
    centre.clock.move(seconds=1)
    assert (await browser.post(f"{place}/mute", json={"on": True})).status_code == 204
    assert (await mine(browser))["call"]["deeds"] == ["unmute", "end"]
    assert (await browser.post(f"{place}/end")).status_code == 204
    assert centre.exchange.asked[-2:] == [("mute", "sid-1", "True"), ("hang_up", "sid-1")]
    await phone.move("a", LegState.COMPLETED, sid="sid-1", seconds=61)
    await phone.end(sid="sid-1", seconds=75)
    assert (await mine(browser))["call"] is None
    shown = await of(browser, task)
    assert shown["deeds"] == ["call"]
    assert [shown["call"][name] for name in ("stage", "outcome", "seconds", "is_written")] == ["ended", "by_hand", 61, False]

    attempt = {"outcome": "answered", "confirmed": True, "seconds": 61}
    assert (await browser.post(f"/api/calls/{task}/attempts", json=attempt)).status_code == 204
    shown = await of(browser, task)
    assert (shown["deeds"], shown["call"]["is_written"]) == ([], True)


@pytest.mark.clause("2.8.8")
async def test_a_reply_is_told_by_the_exchange_and_rings_nobody_here(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    operator = await centre.a_member()
    browser = await sign_in(operator)
    _, task = await owed(phone, operator.asker, BY_PHONE)
    assert (await of(browser, task))["deeds"] == ["call", "tell"]
    assert (await order(browser, task))[:2] == (409, "no_line")
    assert await order(browser, task, "tell") == (204, "", "")
    assert [one.address for one in centre.exchange.orders] == [APPLICANT]
    assert (await of(browser, task))["call"]["stage"] == "applicant"
    assert (await mine(browser))["call"] is None
    await phone.note("answered", sid="sid-1")
    assert (await of(browser, task))["call"]["stage"] == "talk"
    await phone.note("heard_out", sid="sid-1")
    await phone.end(sid="sid-1", seconds=40)
    shown = (await of(browser, task))["call"]
    assert (shown["outcome"], shown["seconds"], shown["is_written"]) == ("answered", 40, False)
    await phone.attempts.write_all()
    shown = await of(browser, task)
    assert (shown["deeds"], shown["call"]["is_written"]) == ([], True)


@pytest.mark.parametrize(
    ("hour", "deed", "error", "status", "code", "words"),
    [
        pytest.param(22, "call", None, 409, "quiet_hours", "в 09:00 26.11.2026", id="at night"),
        pytest.param(12, "tell", None, 409, "needs_person", "говорит оператор", id="a machine cannot ask"),
        pytest.param(12, "call", ExchangeAway(), 502, "exchange_away", "не ответила", id="no answer"),
        pytest.param(12, "call", ExchangeRefused(reason="no carrier"), 409, "exchange_refused", "не выполнила", id="refused"),
        pytest.param(
            12, "call", ExchangeRefused(reason="no_telephone"), 409, "exchange_refused", "не подключена", id="there is none"
        ),
    ],
)
async def test_a_refusal_says_why(
    phone: Phone, centre: Centre, sign_in: SignIn, hour: int, deed: str, error: Any, status: int, code: str, words: str
) -> None:
    centre.clock.move(hours=hour - 12)
    operator = await an_operator(phone, centre)
    browser = await sign_in(operator)
    _, task = await owed(phone, operator.asker, BY_EMAIL)
    centre.exchange.error = error
    answered = await order(browser, task, deed)
    assert answered[:2] == (status, code)
    assert words in answered[2]


async def test_whoever_is_being_called_is_not_called_again(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    operator = await an_operator(phone, centre)
    browser, other = await sign_in(operator), await sign_in(await an_operator(phone, centre))
    _, task = await owed(phone, operator.asker)
    assert (await order(browser, task))[0] == 204
    status, code, words = await order(other, task)
    assert (status, code) == (409, "already_calling")
    assert "уже идёт звонок" in words
    assert len(await centre.rows(PhoneCall)) == 1


@pytest.mark.clause("2.10")
async def test_buttons_are_for_who_may_press_them_and_where_a_telephone_is(
    phone: Phone, centre: Centre, sign_in: SignIn, a_hub: Any
) -> None:
    operator = await an_operator(phone, centre)
    _, task = await owed(phone, operator.asker)
    for role in (role for role in Role if Ability.READ_INBOX in ABILITIES[role]):
        may = Ability.WORK_CASE in ABILITIES[role]
        assert (await of(await sign_in(role), task))["deeds"] == (["call", "tell"] if may else []), role
    async with Browser(create_app(centre, InboxSettings(), a_hub()), operator).http as lineless:
        assert (await of(lineless, task))["deeds"] == []
