"""Outgoing calls: nobody is dialled twice, and a machine never counts as the applicant's word (reg. 2.8.8, 2.8.11)."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.appeals.model import Appeal
from core.audit.model import LiveEvent
from core.calls.closing import NotClosable
from core.calls.desk import Attempt, CallEnded
from core.calls.model import CallAttempt, CallTask
from core.errors import NotFound
from core.phone.calling_out import AlreadyCalling, NeedsPerson, Quiet, QuietHours
from core.phone.model import PhoneCall
from core.phone.port import DialOrder, ExchangeAway, ExchangeCall, ExchangeRefused
from core.phone.switching import NoLine
from core.phone.vocabulary import LegKind, LegState
from core.replies.desk import ReplyDraft
from core.staff.asker import Asker
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind
from tests.core.phone.world import Phone

BY_PHONE = {"reply_form": ReplyForm.PHONE, "reply_to": ""}
BY_EMAIL = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}
APPLICANT = "+79180000001"


async def owed(phone: Phone, asker: Asker, form: Mapping[str, Any] = BY_PHONE) -> tuple[int, int]:
    """A card with its final reply, and the call that it owes: to tell the reply, or the closing call when it went by e-mail."""
    appeal = await phone.centre.an_appeal(**form)
    reply = await phone.centre.replies.draft(asker, appeal, ReplyDraft(kind=ReplyKind.FINAL))
    await phone.centre.replies.send(asker, reply.id or 0, reply.version)
    (task,) = await phone.rows(CallTask, CallTask.state == "open", CallTask.appeal_id == appeal)
    return appeal, task.id


async def test_the_operator_is_rung_first(phone: Phone) -> None:
    asker = await phone.an_operator()
    appeal, task = await owed(phone, asker, BY_EMAIL)
    call = await phone.calling_out.call(asker, task)
    (order,) = phone.exchange.orders
    assert (order.address_kind, order.address) == ("user", f"user{asker.id}")
    assert order.tag == {"phone_call": str(call.id), "task": str(task)}
    row = await phone.row("sid-1")
    assert (row.id, row.direction, row.caller, row.staff_id, row.appeal_id, row.script) == (
        call.id,
        "out",
        APPLICANT,
        asker.id,
        appeal,
        "operator_first",
    )
    told = await phone.calling_out.task_of(call.id or 0)
    assert told is not None
    assert (told.phone, told.appeal_id, told.words) == (APPLICANT, appeal, "")
    assert "Примеров" in told.applicant_name
    assert "+7 918 000-00-01" in told.introduction


@pytest.mark.clause("2.8.8")
async def test_a_reply_is_told_and_a_key_shows_that_it_was_heard(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    call = await phone.calling_out.tell(asker, task)
    assert (phone.exchange.orders[0].address_kind, phone.exchange.orders[0].address) == ("phone", APPLICANT)
    told = await phone.calling_out.task_of(call.id or 0)
    assert told is not None
    assert told.words
    await phone.note("answered", sid="sid-1")
    await phone.note("heard_out", sid="sid-1")
    await phone.end(sid="sid-1", seconds=40)
    assert await phone.attempts.write_all() == 1
    assert await phone.attempts.write_all() == 0
    (attempt,) = await phone.rows(CallAttempt)
    assert (attempt.outcome, attempt.staff_id, attempt.seconds, attempt.confirmed) == ("answered", asker.id, 40, None)
    assert (await phone.row("sid-1")).result == "informed"
    assert [(one.purpose, one.state) for one in await phone.rows(CallTask)] == [("reply", "done"), ("closing", "open")]
    assert await phone.calling_out.task_of(call.id or 0) is None


@pytest.mark.clause("2.8.11")
async def test_a_closing_call_is_never_made_by_a_machine(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker, BY_EMAIL)
    with pytest.raises(NeedsPerson):
        await phone.calling_out.tell(asker, task)
    assert phone.exchange.orders == []


@pytest.mark.clause("2.8.11")
@pytest.mark.parametrize(
    ("notes", "because", "outcome"),
    [
        pytest.param(("answered", "machine"), "jambonz", "no_answer", id="voicemail"),
        pytest.param(("answered",), "caller", "no_answer", id="no key"),
        pytest.param((), "busy", "busy", id="busy"),
        pytest.param((), "no-answer", "no_answer", id="nobody"),
        pytest.param((), "failed", "no_answer", id="the network failed"),
    ],
)
async def test_without_the_key_nothing_was_told(phone: Phone, notes: tuple[str, ...], because: str, outcome: str) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    call = await phone.calling_out.tell(asker, task)
    for kind in notes:
        await phone.note(kind, sid="sid-1")
    await phone.end(sid="sid-1", because=because)
    assert await phone.attempts.write(call.id or 0) == outcome
    assert [one.outcome for one in await phone.rows(CallAttempt)] == [outcome]
    assert [one.state for one in await phone.rows(CallTask)] == ["open"]


@pytest.mark.clause("2.8.11")
@pytest.mark.parametrize(
    ("moves", "outcome", "attempts"),
    [
        pytest.param((), "not_tried", [], id="the operator did not take it"),
        pytest.param((LegState.RINGING, LegState.NO_ANSWER), "no_answer", ["no_answer"], id="nobody answered"),
        pytest.param((LegState.BUSY,), "busy", ["busy"], id="busy"),
        pytest.param((LegState.ANSWERED, LegState.COMPLETED), "by_hand", [], id="they talked: the operator writes it down"),
    ],
)
async def test_what_came_of_the_applicants_leg_and_the_card_stays_open(
    phone: Phone, moves: tuple[LegState, ...], outcome: str, attempts: list[str]
) -> None:
    asker = await phone.an_operator()
    appeal, task = await owed(phone, asker, BY_EMAIL)
    call = await phone.calling_out.call(asker, task)
    await phone.note("answered", sid="sid-1")
    if moves:
        await phone.dial("a", LegKind.APPLICANT, sid="sid-1", number=APPLICANT)
    for state in moves:
        await phone.move("a", state, sid="sid-1")
    await phone.end(sid="sid-1")
    assert await phone.attempts.write(call.id or 0) == outcome
    assert [one.outcome for one in await phone.rows(CallAttempt)] == attempts
    (card,) = await phone.rows(Appeal, Appeal.id == appeal)
    with pytest.raises(NotClosable):
        await phone.centre.closing.close(asker, appeal, card.version)


async def test_an_attempt_that_the_operator_wrote_is_not_written_again(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker, BY_EMAIL)
    call = await phone.calling_out.call(asker, task)
    await phone.dial("a", LegKind.APPLICANT, sid="sid-1")
    await phone.move("a", LegState.NO_ANSWER, sid="sid-1")
    phone.clock.move(seconds=30)
    await phone.centre.calls.log(asker, task, Attempt(outcome=CallOutcome.NO_ANSWER, note="Гудки."))
    await phone.end(sid="sid-1")
    await asyncio.gather(*(phone.attempts.write(call.id or 0) for _ in range(3)))
    assert [one.note for one in await phone.rows(CallAttempt)] == ["Гудки."]


@pytest.mark.parametrize("crowd", [5])
async def test_whoever_presses_at_once_one_call_is_made(phone: Phone, crowd: int) -> None:
    askers = [await phone.an_operator() for _ in range(crowd)]
    _, task = await owed(phone, askers[0])
    made = await asyncio.gather(*(phone.calling_out.tell(one, task) for one in askers), return_exceptions=True)
    assert [type(one) for one in made].count(PhoneCall) == 1
    assert sum(isinstance(one, AlreadyCalling) for one in made) == crowd - 1
    assert len(phone.exchange.orders) == 1


async def test_two_tasks_with_one_number_do_not_ring_it_at_once(phone: Phone) -> None:
    asker = await phone.an_operator()
    tasks = [(await owed(phone, asker))[1] for _ in range(2)]
    made = await asyncio.gather(*(phone.calling_out.tell(asker, task) for task in tasks), return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["AlreadyCalling", "PhoneCall"]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(ExchangeCall(call_sid="x", state="ringing", to="89180000001"), id="by number"),
        pytest.param(ExchangeCall(call_sid="x", state="ringing", tag={"task": "1"}), id="by tag"),
        pytest.param(ExchangeCall(call_sid="x", state="in-progress", caller="79180000001"), id="they call us"),
    ],
)
async def test_a_call_that_the_exchange_knows_is_not_made_again(phone: Phone, known: ExchangeCall) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    phone.exchange.known = [known]
    with pytest.raises(AlreadyCalling):
        await phone.calling_out.tell(asker, task)
    assert await phone.rows(PhoneCall) == []


async def test_an_answer_is_told_to_the_screens(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    call = await phone.calling_out.tell(asker, task)
    before = len(await phone.rows(LiveEvent, LiveEvent.kind == "call"))
    await phone.note("answered", sid="sid-1")
    told = await phone.rows(LiveEvent, LiveEvent.kind == "call")
    assert [one.payload["call_id"] for one in told[before:]] == [call.id]


async def test_an_answer_that_comes_before_the_number_is_told_to_the_screens(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    dial_out = phone.exchange.dial_out

    async def answered_at_once(order: DialOrder) -> str:
        sid = await dial_out(order)
        await phone.note("answered", sid=sid)
        return sid

    monkeypatch.setattr(phone.exchange, "dial_out", answered_at_once)
    call = await phone.calling_out.tell(asker, task)
    row = await phone.row("sid-1")
    assert (row.id, row.answered_at is not None) == (call.id, True)
    told = [one.payload["call_id"] for one in await phone.rows(LiveEvent, LiveEvent.kind == "call")]
    assert told.count(row.id) == 2, "that it is made, and that it was answered"


async def test_while_the_exchange_does_not_tell_nobody_is_dialled(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    phone.exchange.blind = ExchangeAway()
    with pytest.raises(ExchangeAway):
        await phone.calling_out.tell(asker, task)
    assert (phone.exchange.orders, await phone.rows(PhoneCall)) == ([], [])


async def test_an_order_without_an_answer_blocks_the_next_until_the_sweeper_knows(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    phone.exchange.error = ExchangeAway()
    with pytest.raises(ExchangeAway):
        await phone.calling_out.tell(asker, task)
    phone.exchange.error = None
    with pytest.raises(AlreadyCalling):
        await phone.calling_out.tell(asker, task)
    await phone.sweeper.sweep()
    phone.clock.move(seconds=61)
    await phone.sweeper.sweep()
    await phone.attempts.write_all()
    assert (await phone.rows(PhoneCall))[0].outcome == "not_tried"
    assert (await phone.calling_out.tell(asker, task)).call_sid == "sid-2"
    assert await phone.rows(CallAttempt) == []


async def test_a_refused_order_may_be_tried_again_and_is_no_attempt(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    phone.exchange.error = ExchangeRefused(reason="no available feature servers at this time")
    with pytest.raises(ExchangeRefused):
        await phone.calling_out.tell(asker, task)
    phone.exchange.error = None
    await phone.calling_out.tell(asker, task)
    await phone.attempts.write_all()
    assert [(one.result, one.outcome) for one in await phone.rows(PhoneCall)] == [("failed", "not_tried"), ("", "")]


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        pytest.param("2026-11-25T20:59+03:00", None, id="evening"),
        pytest.param("2026-11-25T21:00+03:00", "2026-11-26T09:00+03:00", id="from 21"),
        pytest.param("2026-11-26T00:30+03:00", "2026-11-26T09:00+03:00", id="after midnight"),
        pytest.param("2026-11-26T08:59+03:00", "2026-11-26T09:00+03:00", id="early"),
        pytest.param("2026-11-26T09:00+03:00", None, id="at 9"),
    ],
)
def test_quiet_hours_go_over_midnight(at: str, ends: str | None) -> None:
    quiet = Quiet(from_hour=21, until_hour=9)
    assert quiet.ends(datetime.fromisoformat(at).astimezone(UTC)) == (datetime.fromisoformat(ends) if ends else None)


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert Quiet(from_hour=13, until_hour=14).ends(noon) == noon + timedelta(hours=1)
    assert Quiet(from_hour=9, until_hour=9).ends(noon) is None
    assert Quiet(from_hour=21, until_hour=24).ends(datetime(2026, 11, 25, 19, tzinfo=UTC)) == datetime(2026, 11, 25, 21, tzinfo=UTC)


async def test_at_a_quiet_hour_nobody_is_called(phone: Phone) -> None:
    asker = await phone.an_operator()
    _, task = await owed(phone, asker)
    phone.clock.move(hours=10)
    for deed in (phone.calling_out.call, phone.calling_out.tell):
        with pytest.raises(QuietHours):
            await deed(asker, task)
    assert phone.exchange.orders == []


async def test_what_is_not_owed_is_not_called(phone: Phone) -> None:
    asker = await phone.an_operator()
    without_line = (await phone.centre.a_member()).asker
    _, task = await owed(phone, asker)
    with pytest.raises(NoLine):
        await phone.calling_out.call(without_line, task)
    await phone.centre.calls.log(asker, task, Attempt(outcome=CallOutcome.ANSWERED))
    with pytest.raises(CallEnded):
        await phone.calling_out.tell(asker, task)
    with pytest.raises(NotFound):
        await phone.calling_out.tell(asker, 999)
    assert await phone.calling_out.task_of(999) is None
