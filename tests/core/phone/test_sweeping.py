"""Reconciling: no call without a row, no row without an end, no recording missed in silence (reg. 2.5.2)."""

from collections.abc import Mapping

import pytest

from core.conversations.model import LeftMessage
from core.phone.model import PhoneCall, Recording
from core.phone.port import ExchangeAway, ExchangeCall
from core.phone.vocabulary import CallResult, LegState
from tests.clocks import NOON
from tests.core.phone.world import CALLER, Phone


def known(sid: str, *, direction: str = "inbound", parent: str = "", tag: Mapping[str, str] | None = None) -> ExchangeCall:
    return ExchangeCall(
        call_sid=sid,
        state="in-progress",
        direction=direction,
        to="+78672000000",
        caller="89000000001",
        parent_sid=parent,
        tag=tag or {},
    )


async def a_recording(phone: Phone, state: str, *, kind: str = "call", part: str = "", seconds: float = 9) -> None:
    async with phone.transactions.begin() as tx:
        key = f"{kind}:c1:{part}{state}"
        tx.add(Recording(key=key, call_sid="c1", kind=kind, part=part, state=state, seconds=seconds))


@pytest.mark.clause("2.5.2")
async def test_a_call_that_the_exchange_has_not_known_for_a_minute_is_ended(phone: Phone) -> None:
    await phone.a_call()
    await phone.a_call("informed")
    await phone.note("heard", sid="informed", reached=CallResult.INFORMED)
    assert (await phone.sweeper.sweep()).ended == 0
    gone_since = phone.clock.now()
    phone.clock.move(seconds=59)
    assert (await phone.sweeper.sweep()).ended == 0
    phone.clock.move(seconds=1)
    assert (await phone.sweeper.sweep()).ended == 2
    row = await phone.row()
    assert (row.result, row.ended_at, row.ended_because, row.seconds) == ("failed", gone_since, "swept", None)
    assert (await phone.row("informed")).result == "informed"
    assert (await phone.sweeper.sweep()).ended == 0
    await phone.end(seconds=4)
    assert (await phone.row()).seconds == 4, "what the exchange tells later is believed"


async def test_a_call_that_is_seen_again_begins_to_be_missed_anew(phone: Phone) -> None:
    await phone.a_call()
    await phone.sweeper.sweep()
    phone.clock.move(seconds=50)
    phone.exchange.known = [known("c1")]
    await phone.sweeper.sweep()
    phone.exchange.known = []
    phone.clock.move(seconds=50)
    assert (await phone.sweeper.sweep()).ended == 0


async def test_while_the_exchange_is_away_no_call_is_given_up(phone: Phone) -> None:
    await phone.a_call()
    await phone.sweeper.sweep()
    phone.exchange.blind = ExchangeAway()
    phone.clock.move(seconds=70)
    swept = await phone.sweeper.sweep()
    assert (swept.asked, swept.ended) == (False, 0)
    phone.exchange.blind = None
    assert (await phone.sweeper.sweep()).ended == 0


@pytest.mark.clause("2.5.2")
async def test_a_call_that_only_the_exchange_knows_gets_a_row(phone: Phone) -> None:
    phone.exchange.known = [known("x"), known("leg", direction="outbound"), known("child", parent="x")]
    for _ in range(2):
        await phone.sweeper.sweep()
    (row,) = await phone.rows(PhoneCall)
    assert (row.call_sid, row.caller, row.said_as, row.called, row.place) == ("x", CALLER, "", "+78672000000", "ringing")


async def test_a_call_that_ended_is_not_opened_again_by_a_slow_exchange(phone: Phone) -> None:
    await phone.a_call()
    await phone.end()
    phone.exchange.known = [known("c1")]
    await phone.sweeper.sweep()
    assert (await phone.row()).place == "ended"


async def test_an_order_that_was_never_answered_is_found_by_its_tag(phone: Phone) -> None:
    async with phone.transactions.begin() as tx:
        placed = PhoneCall(call_sid="out:1", direction="out", caller=CALLER, script="message", started_at=NOON)
        lost = PhoneCall(call_sid="out:2", direction="out", caller="+79000000002", script="message", started_at=NOON)
        tx.add_all([placed, lost])
        await tx.flush()
    phone.exchange.known = [known("real", direction="outbound", tag={"phone_call": str(placed.id)})]
    assert (await phone.sweeper.sweep()).opened == 1
    phone.clock.move(seconds=61)
    assert (await phone.sweeper.sweep()).ended == 1
    assert [(row.call_sid, row.result) for row in await phone.rows(PhoneCall)] == [("real", ""), ("out:2", "failed")]


async def test_a_leg_whose_end_was_lost_frees_its_operator(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    key = await phone.talk(asker)
    phone.exchange.known = [known("c1"), known(f"leg-{asker.id}", direction="outbound", parent="c1")]
    await phone.sweeper.sweep()
    phone.exchange.known = [known("c1")]
    await phone.sweeper.sweep()
    phone.clock.move(seconds=61)
    assert (await phone.sweeper.sweep()).legs == 1
    assert ((await phone.leg(key)).state, (await phone.row()).ended_at) == (LegState.COMPLETED, None)


async def test_an_exchange_that_shows_no_legs_ends_none(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    key = await phone.talk(asker)
    phone.exchange.known = [known("c1")]
    await phone.sweeper.sweep()
    phone.clock.move(seconds=61)
    assert (await phone.sweeper.sweep()).legs == 0
    assert (await phone.leg(key)).state == LegState.ACCEPTED


@pytest.mark.clause("2.5.2")
@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (None, "missing"),
        ("expected", "missing"),
        ("refused", "refused"),
        ("broken", "broken"),
        ("kept", ""),
        ("packed", ""),
        ("deleted", ""),
    ],
)
async def test_a_recording_that_is_not_there_two_minutes_after_the_call_is_noted(
    phone: Phone, state: str | None, problem: str
) -> None:
    await phone.a_call()
    await phone.note("answered")
    await phone.end()
    if state is not None:
        await a_recording(phone, state)
    await phone.sweeper.sweep()
    assert (await phone.row()).recording_problem == ""
    phone.clock.move(minutes=2, seconds=1)
    await phone.sweeper.sweep()
    assert (await phone.row()).recording_problem == problem


async def test_a_recording_that_comes_late_takes_the_note_away(phone: Phone) -> None:
    await phone.a_call()
    await phone.note("answered")
    await phone.end()
    phone.clock.move(minutes=3)
    await phone.sweeper.sweep()
    await a_recording(phone, "packed")
    assert (await phone.sweeper.sweep()).recordings == 1
    assert (await phone.row()).recording_problem == ""


async def test_a_call_that_nobody_answered_has_no_recording_to_miss(phone: Phone) -> None:
    await phone.a_call()
    await phone.end()
    phone.clock.move(minutes=3)
    assert (await phone.sweeper.sweep()).recordings == 0


@pytest.mark.clause("2.4.2")
async def test_a_spoken_question_that_nobody_kept_becomes_a_message(phone: Phone) -> None:
    await phone.a_call()
    await phone.end()
    for part in ("name", "question"):
        await a_recording(phone, "packed", kind="message", part=part)
    phone.clock.move(minutes=3)
    assert [(await phone.sweeper.sweep()).messages for _ in range(2)] == [1, 0]
    (left,) = await phone.rows(LeftMessage)
    assert (left.phone, left.call_id) == (CALLER, (await phone.row()).id)
    assert (await phone.row()).result == "message"
    assert {one.left_message_id for one in await phone.rows(Recording)} == {left.id}


async def test_a_cough_is_no_question(phone: Phone) -> None:
    await phone.a_call()
    await phone.end()
    await a_recording(phone, "packed", kind="message", part="question", seconds=0.8)
    phone.clock.move(minutes=3)
    assert (await phone.sweeper.sweep()).messages == 0
