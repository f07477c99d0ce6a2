"""The journal: statuses come late, twice and in any order, and the row is the same (reg. 2.5.1, 2.5.2)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from core.audit.model import LiveEvent
from core.conversations.model import Contact, Conversation
from core.phone.entries import Dialled, Ended, Entry, LegMoved, Note, Opened
from core.phone.model import CallBack, CallEvent, CallLeg, HookAnswer, PhoneCall, PhoneLine
from core.phone.talks import talk_of
from core.phone.vocabulary import CallDirection, CallPlace, CallResult, LegKind, LegState
from core.retention import HOOK_ANSWERS_KEPT, tidy
from tests.clocks import NOON
from tests.core.phone.world import CALLER, Phone


def at(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


def story(sid: str) -> list[Entry]:
    """A caller who was informed, waited, did not get the first operator, talked with the second and was passed on."""
    opened = Opened(call_sid=sid, direction=CallDirection.IN, started_at=at(0), caller=CALLER, called="+78672000000")
    return [
        opened,
        Note(call_sid=sid, at=at(1), kind="answered"),
        Note(call_sid=sid, at=at(5), kind="keys", details={"digits": "3"}, place=CallPlace.MENU, step=1, menu_state="menu"),
        Note(call_sid=sid, at=at(9), kind="heard", reached=CallResult.INFORMED, step=2),
        Note(call_sid=sid, at=at(12), kind="menu", place=CallPlace.QUEUE, step=3, menu_state="queue"),
        Dialled(call_sid=sid, key=f"{sid}-a", kind=LegKind.OPERATOR, at=at(13), screened=True, number="user1"),
        LegMoved(call_sid=sid, at=at(14), state=LegState.RINGING, key=f"{sid}-a", leg_sid=f"{sid}-la"),
        LegMoved(call_sid=sid, at=at(15), state=LegState.ANSWERED, leg_sid=f"{sid}-la"),
        LegMoved(call_sid=sid, at=at(20), state=LegState.DECLINED, key=f"{sid}-a"),
        Dialled(call_sid=sid, key=f"{sid}-b", kind=LegKind.OPERATOR, at=at(21), screened=True, number="user2"),
        LegMoved(call_sid=sid, at=at(22), state=LegState.ANSWERED, leg_sid=f"{sid}-lb"),
        LegMoved(call_sid=sid, at=at(23), state=LegState.ACCEPTED, key=f"{sid}-b", leg_sid=f"{sid}-lb"),
        LegMoved(call_sid=sid, at=at(60), state=LegState.COMPLETED, leg_sid=f"{sid}-lb", seconds=38),
        Dialled(call_sid=sid, key=f"{sid}-c", kind=LegKind.OFFICIAL, at=at(61), number="+78672000001"),
        LegMoved(call_sid=sid, at=at(64), state=LegState.ANSWERED, key=f"{sid}-c"),
        Note(call_sid=sid, at=at(12), kind="menu", place=CallPlace.OPERATOR, step=3, menu_state="queue"),
        Ended(call_sid=sid, at=at(92), because="swept", failed=True),
        Ended(call_sid=sid, at=at(90), seconds=89, because="caller"),
    ]


async def seen(phone: Phone, sid: str) -> tuple[Any, ...]:
    """Everything that the order must not change, without the numbers that the database gave."""
    async with phone.transactions.begin() as tx:
        call = (await tx.exec(select(PhoneCall).where(PhoneCall.call_sid == sid))).one()
        legs = (await tx.exec(select(CallLeg).where(CallLeg.call_id == call.id))).all()
        events = (await tx.exec(select(CallEvent).where(CallEvent.call_id == call.id))).all()
    row = call.model_dump(exclude={"id", "call_sid", "version"})
    parties = sorted((leg.model_dump(exclude={"id", "call_id"}) for leg in legs), key=lambda leg: leg["key"])
    lines = sorted((event.at, event.kind, str(event.details)) for event in events)
    return row, [{name: str(value).replace(sid, "x") for name, value in party.items()} for party in parties], lines


@pytest.mark.clause("2.5.2")
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_any_repeats_gives_the_same_row(phone: Phone, data: st.DataObject) -> None:
    number = len(await phone.rows(PhoneCall))
    straight, mixed = f"s{number}", f"m{number}"
    await phone.journal.write(story(straight))
    told = story(mixed)
    order = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=4))]))
    cut = data.draw(st.integers(0, len(order)))
    await phone.journal.write(order[:cut])
    for entry in order[cut:]:
        await phone.journal.write([entry])
    assert await seen(phone, mixed) == await seen(phone, straight)
    row = await phone.row(mixed)
    assert (row.result, row.place, row.seconds, row.ended_at, row.caller) == ("transferred", "ended", 89, at(90), CALLER)
    assert (row.started_at, row.answered_at, row.missed) == (at(0), at(1), False)


async def test_many_writers_at_once_make_one_row_of_each_call(phone: Phone) -> None:
    await phone.journal.write(story("straight"))
    told = [*story("c0"), *story("c1")]
    mixed = [[told[number], told[-1 - number]] for number in range(len(told))]
    await asyncio.gather(*(phone.journal.write(entries) for entries in mixed))
    for sid in ("c0", "c1"):
        assert await seen(phone, sid) == await seen(phone, "straight")


@pytest.mark.clause("2.5.2")
async def test_a_call_that_is_only_heard_of_at_its_end_has_a_row_and_a_result(phone: Phone) -> None:
    await phone.end(sid="late", seconds=3)
    row = await phone.row("late")
    assert (row.result, row.place, row.seconds, row.missed) == ("abandoned", "ended", 3, False)
    await phone.note("heard", sid="late", reached=CallResult.INFORMED)
    assert (await phone.row("late")).result == "informed"


@pytest.mark.parametrize(
    ("kind", "place", "result"),
    [
        (LegKind.OPERATOR, "operator", "operator"),
        (LegKind.OFFICIAL, "official", "transferred"),
        (LegKind.DISPATCH, "dispatch", "dispatch"),
    ],
)
async def test_while_somebody_talks_the_call_is_with_them(phone: Phone, kind: LegKind, place: str, result: str) -> None:
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 4)
    await phone.dial("k", kind)
    assert (await phone.row()).place == "queue"
    await phone.move("k", LegState.ANSWERED)
    await phone.stand(CallPlace.MENU, 3)
    assert (await phone.row()).place == place
    await phone.move("k", LegState.COMPLETED)
    assert (await phone.row()).place == "queue"
    await phone.end()
    assert (await phone.row()).result == result


async def test_a_screened_operator_has_the_call_only_when_they_took_it(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.dial("k", LegKind.OPERATOR, staff_id=asker.id, screened=True)
    await phone.move("k", LegState.ANSWERED)
    assert ((await phone.row()).place, (await phone.row()).staff_id) == ("queue", None)
    await phone.move("k", LegState.ACCEPTED)
    assert ((await phone.row()).place, (await phone.row()).staff_id) == ("operator", asker.id)


async def test_the_end_frees_the_operator(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    await phone.talk(asker)
    phone.clock.move(minutes=3)
    await phone.end()
    (line,) = await phone.rows(PhoneLine)
    assert (line.free_since, line.offered_call_id) == (phone.clock.now(), None)


@pytest.mark.clause("2.5.1")
async def test_the_end_closes_the_talk_with_the_bot_and_counts_the_contact_once(phone: Phone) -> None:
    number = await phone.a_call()
    async with phone.transactions.begin() as tx:
        talk = await talk_of(tx, await tx.get_one(PhoneCall, number), phone.clock.now())
    await phone.note("heard", reached=CallResult.INFORMED)
    for _ in range(2):
        await phone.end()
    (closed,) = await phone.rows(Conversation)
    assert (closed.id, closed.mode, closed.closed_as) == (talk.id, "closed", "informed")
    (contact,) = await phone.rows(Contact)
    assert (contact.outcome, contact.ended_at) == ("informed", phone.clock.now())
    await phone.note("late", reached=CallResult.MESSAGE)
    assert [one.outcome for one in await phone.rows(Contact)] == ["message"]


async def test_a_talk_that_an_operator_has_stays_open(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    async with phone.transactions.begin() as tx:
        talk = await talk_of(tx, await tx.get_one(PhoneCall, number), phone.clock.now())
        talk.mode, talk.operator_id = "operator", asker.id
    await phone.end()
    assert [one.mode for one in await phone.rows(Conversation)] == ["operator"]
    assert [one.ended_at for one in await phone.rows(Contact)] == [None]


@pytest.mark.parametrize(
    ("emergency", "mode"), [pytest.param(False, "closed", id="a question"), pytest.param(True, "waiting", id="danger")]
)
async def test_a_talk_that_waits_for_an_operator_ends_with_its_call_unless_there_is_danger(
    phone: Phone, emergency: bool, mode: str
) -> None:
    number = await phone.a_call()
    async with phone.transactions.begin() as tx:
        talk = await talk_of(tx, await tx.get_one(PhoneCall, number), phone.clock.now())
        talk.mode, talk.waiting_since, talk.emergency = "waiting", phone.clock.now(), emergency
    seen_before = len(await phone.rows(LiveEvent))
    await phone.end()
    (left,) = await phone.rows(Conversation)
    assert (left.mode, left.waiting_since is None) == (mode, mode == "closed")
    told = [
        event.payload.get("conversation_id")
        for event in (await phone.rows(LiveEvent))[seen_before:]
        if event.kind == "conversation"
    ]
    assert (talk.id in told) == (mode == "closed")


async def test_a_missed_caller_is_on_the_list_once_whatever_is_repeated(phone: Phone) -> None:
    for number in range(2):
        sid = f"c{number}"
        await phone.a_call(sid)
        await phone.stand(CallPlace.QUEUE, 1, sid=sid)
        for _ in range(3):
            await phone.end(sid=sid)
    (owed,) = await phone.rows(CallBack)
    assert (owed.phone, owed.reason, owed.calls, owed.due_on) == (CALLER, "missed", 2, phone.clock.today())


async def test_who_turns_out_to_have_been_answered_is_taken_off_the_list(phone: Phone) -> None:
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.end()
    assert len(await phone.rows(CallBack)) == 1
    await phone.dial("k", LegKind.OPERATOR)
    await phone.move("k", LegState.ANSWERED)
    assert await phone.rows(CallBack) == []
    assert ((await phone.row()).result, (await phone.row()).missed) == ("operator", False)


async def test_who_was_missed_and_reached_an_operator_later_need_not_be_called(phone: Phone) -> None:
    await phone.a_call("c0")
    await phone.stand(CallPlace.QUEUE, 1, sid="c0")
    await phone.end(sid="c0")
    phone.clock.move(minutes=5)
    asker = await phone.an_operator()
    await phone.a_call("c1")
    await phone.talk(asker)
    await phone.end()
    (owed,) = await phone.rows(CallBack)
    assert (owed.done_as, owed.done_at, owed.done_by_id) == ("talked", phone.clock.now(), None)


async def test_at_night_nobody_is_missed(phone: Phone) -> None:
    phone.clock.move(hours=9)
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.end()
    assert (await phone.row()).is_night
    assert await phone.rows(CallBack) == []


async def test_references_to_rows_that_are_gone_are_left_out(phone: Phone) -> None:
    await phone.a_call(call_task_id=999, phone_call_id=998)
    await phone.note("x", conversation_id=997)
    await phone.dial("k", LegKind.OPERATOR, staff_id=996)
    row = await phone.row()
    assert (row.call_task_id, row.conversation_id, (await phone.leg("k")).staff_id) == (None, None, None)


@pytest.mark.parametrize("words", ['О\'Коннор "Имя"', "\x00\ud800", "sip:anonymous@anonymous.invalid", "x" * 5000])
async def test_what_the_network_says_is_kept_as_far_as_it_can_be(phone: Phone, words: str) -> None:
    await phone.a_call(caller="", said_as=words, called=words)
    await phone.note("heard", details={"words": words, "odd": {"a": [words]}})
    await phone.end(because=words)
    assert (await phone.row()).result == "abandoned"
    assert len(await phone.rows(CallEvent)) == 1


async def test_an_outgoing_call_gets_its_number_whatever_came_first(phone: Phone) -> None:
    async with phone.transactions.begin() as tx:
        placed = PhoneCall(call_sid="out:1", direction="out", caller=CALLER, script="message", started_at=NOON)
        tx.add(placed)
        await tx.flush()
    await phone.note("answered", sid="real")
    await phone.note("heard_out", sid="real")
    await phone.end(sid="real")
    opened = Opened(call_sid="real", direction=CallDirection.OUT, started_at=at(1), phone_call_id=placed.id)
    for _ in range(2):
        assert await phone.journal.open(opened) == placed.id
    (row,) = await phone.rows(PhoneCall)
    assert (row.call_sid, row.caller, row.result, row.seconds, row.started_at) == ("real", CALLER, "informed", 10, NOON)
    assert [event.kind for event in await phone.rows(CallEvent)] == ["answered", "heard_out"]


async def test_the_screens_hear_of_a_call_when_it_moved_and_not_of_a_repeat(phone: Phone) -> None:
    number = await phone.a_call()
    entry = Note(call_sid="c1", at=phone.clock.now(), kind="menu", place=CallPlace.QUEUE, step=2)
    for _ in range(3):
        await phone.journal.note([entry])
    told = [event.payload for event in await phone.rows(LiveEvent, LiveEvent.kind == "call")]
    assert told == [{"call_id": number}]
    (happening,) = await phone.centre.operators.reading.happenings([event.id for event in await phone.rows(LiveEvent)])
    assert (happening.kind, happening.call_id) == ("call", number)


async def test_the_newest_step_is_known_and_a_stranger_has_none(phone: Phone) -> None:
    await phone.a_call()
    await phone.stand(CallPlace.MENU, 7)
    await phone.note("keys", step=3)
    assert (await phone.journal.newest_step("c1"), await phone.journal.newest_step("x")) == (7, -1)


async def test_a_hook_that_was_answered_keeps_its_first_answer(phone: Phone) -> None:
    assert await phone.journal.answer_of("d") is None
    await phone.journal.keep_answer("d", [{"verb": "say", "text": "1"}])
    await phone.journal.keep_answer("d", [])
    assert await phone.journal.answer_of("d") == [{"verb": "say", "text": "1"}]


async def test_an_answer_is_forgotten_after_a_day(phone: Phone) -> None:
    await phone.journal.keep_answer("d", [])
    for passed, left in ((timedelta(0), 1), (HOOK_ANSWERS_KEPT + timedelta(seconds=1), 0)):
        async with phone.transactions.begin() as tx:
            await tidy(tx, phone.clock.now() + passed)
            assert len((await tx.exec(select(HookAnswer.digest))).all()) == left
