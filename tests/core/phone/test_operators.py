"""Picking an operator: nobody is offered twice, the longest free first, callers in their order (menu item 6)."""

import asyncio
from datetime import UTC, datetime

import pytest

from core.phone.lines import LineDesk
from core.phone.model import CallLeg, PhoneCall, PhoneLine
from core.phone.operators import Busy, CallOver, Closed, Found
from core.phone.vocabulary import LegState
from core.staff.model import StaffMember
from tests.core.phone.world import Phone


async def find(phone: Phone, sid: str = "c1") -> Found | Busy | Closed:
    return await phone.operators.find_operator(sid)


async def test_eight_callers_at_once_get_three_operators_and_five_places(phone: Phone) -> None:
    operators = {(await phone.an_operator()).id for _ in range(3)}
    for number in range(8):
        await phone.a_call(f"c{number}", caller="")
    found = await asyncio.gather(*(find(phone, f"c{number}") for number in range(8)))
    assert {one.staff_id for one in found if isinstance(one, Found)} == operators
    assert len([one for one in found if isinstance(one, Found)]) == 3
    waiting = [one.position for one in found if isinstance(one, Busy)]
    assert len(waiting) == 5
    again = await asyncio.gather(*(find(phone, f"c{number}") for number in range(8)))
    assert sorted(one.position for one in again if isinstance(one, Busy)) == [1, 2, 3, 4, 5]
    offered = [line.offered_call_id for line in await phone.rows(PhoneLine)]
    assert len(set(offered)) == 3
    assert None not in offered


async def test_the_operator_who_is_free_for_the_longest_is_rung_first(phone: Phone) -> None:
    first = await phone.an_operator()
    phone.clock.move(minutes=1)
    second = await phone.an_operator()
    await phone.a_call("c1")
    await phone.talk(first, sid="c1")
    phone.clock.move(minutes=5)
    await phone.end(sid="c1")
    await phone.a_call("c2")
    found = await find(phone, "c2")
    assert isinstance(found, Found)
    assert (found.staff_id, found.address, found.address_kind) == (second.id, f"user{second.id}", "user")


async def test_a_repeat_of_the_question_gives_the_same_operator(phone: Phone) -> None:
    await phone.an_operator()
    await phone.an_operator()
    await phone.a_call()
    assert await find(phone) == await find(phone)
    assert len(await phone.rows(CallLeg)) == 1


async def test_who_did_not_answer_is_not_rung_again_at_once_but_later(phone: Phone) -> None:
    first = await phone.an_operator()
    await phone.a_call()
    found = await find(phone)
    assert isinstance(found, Found)
    phone.clock.move(seconds=31)
    assert await find(phone) == Busy(position=1, on_shift=1)
    assert (await phone.leg(found.leg)).state == LegState.NO_ANSWER
    phone.clock.move(seconds=31)
    again = await find(phone)
    assert isinstance(again, Found)
    assert (again.staff_id, again.leg == found.leg) == (first.id, False)


async def test_an_offer_that_nobody_took_up_ends_by_itself(phone: Phone) -> None:
    await phone.an_operator()
    await phone.a_call("c1")
    await phone.a_call("c2")
    assert isinstance(await find(phone, "c1"), Found)
    phone.clock.move(seconds=39)
    assert isinstance(await find(phone, "c2"), Busy)
    await phone.end(sid="c1")
    phone.clock.move(seconds=2)
    assert isinstance(await find(phone, "c2"), Found)


async def test_an_offer_of_a_dead_process_ends_after_forty_seconds(phone: Phone) -> None:
    await phone.an_operator()
    await phone.a_call("dead")
    assert isinstance(await find(phone, "dead"), Found)
    await phone.a_call("c2")
    phone.clock.move(seconds=30)
    assert isinstance(await find(phone, "c2"), Busy)
    phone.clock.move(seconds=35)
    assert isinstance(await find(phone, "c2"), Found)


@pytest.mark.parametrize("how", ["talks", "off shift", "not ready", "left the centre", "holds a caller", "calls out"])
async def test_who_cannot_answer_is_not_offered(phone: Phone, how: str) -> None:
    asker = await phone.an_operator()
    await phone.a_call("c0")
    if how in ("talks", "holds a caller"):
        key = await phone.talk(asker, sid="c0")
        phone.clock.move(minutes=30)
    if how == "holds a caller":
        await phone.switching.hold(asker, (await phone.row("c0")).id or 0)
        await phone.move(key, LegState.COMPLETED, sid="c0")
    async with phone.transactions.begin() as tx:
        staff = await tx.get_one(StaffMember, asker.id)
        if how == "off shift":
            staff.on_shift_since = None
        if how == "left the centre":
            staff.is_active = False
        if how == "calls out":
            out = PhoneCall(call_sid="out:1", direction="out", caller="+79000000009", started_at=phone.clock.now())
            out.script, out.staff_id = "operator_first", asker.id
            tx.add(out)
    if how == "not ready":
        await phone.desk.lines.ready(asker, is_ready=False)
    await phone.a_call("c1", caller="")
    assert isinstance(await find(phone), Busy)


async def test_callers_keep_the_order_in_which_they_came(phone: Phone) -> None:
    asker = await phone.an_operator()
    for sid in ("c0", "c1", "c2"):
        await phone.a_call(sid, caller="")
    await phone.talk(asker, sid="c0")
    assert await find(phone, "c1") == Busy(position=1, on_shift=1)
    phone.clock.move(seconds=5)
    assert await find(phone, "c2") == Busy(position=2, on_shift=1)
    await phone.end(sid="c0")
    assert await find(phone, "c2") == Busy(position=2, on_shift=1)
    assert isinstance(await find(phone, "c1"), Found)
    assert await find(phone, "c2") == Busy(position=1, on_shift=1)


async def test_a_caller_who_asks_no_more_holds_nobody_up(phone: Phone) -> None:
    asker = await phone.an_operator()
    for sid in ("c0", "gone", "c2"):
        await phone.a_call(sid, caller="")
    await phone.talk(asker, sid="c0")
    await find(phone, "gone")
    phone.clock.move(seconds=61)
    await phone.end(sid="c0")
    assert isinstance(await find(phone, "c2"), Found)


async def test_who_leaves_the_queue_frees_the_operator_and_was_not_missed(phone: Phone) -> None:
    await phone.an_operator()
    await phone.a_call()
    await find(phone)
    await phone.operators.leave_queue("c1")
    assert [line.offered_call_id for line in await phone.rows(PhoneLine)] == [None]
    await phone.end()
    assert ((await phone.row()).missed, (await phone.row()).queued_at) == (False, None)


async def test_a_released_caller_still_waits(phone: Phone) -> None:
    await phone.an_operator()
    await phone.a_call()
    await find(phone)
    await phone.operators.release("c1")
    assert (await phone.row()).queued_at == phone.clock.now()
    assert [leg.state for leg in await phone.rows(CallLeg)] == ["no_answer"]


@pytest.mark.clause("2.9")
async def test_after_hours_the_opening_is_told_unless_somebody_still_answers(phone: Phone) -> None:
    phone.clock.move(hours=8)
    await phone.a_call()
    closed = await find(phone)
    assert closed == Closed(opening=datetime(2026, 11, 26, 6, tzinfo=UTC))
    await phone.an_operator()
    assert isinstance(await find(phone), Found)


async def test_in_working_hours_without_anybody_the_caller_waits_and_is_told_so(phone: Phone) -> None:
    await phone.a_call()
    assert await find(phone) == Busy(position=1, on_shift=0)


async def test_a_caller_who_hung_up_gets_nobody(phone: Phone) -> None:
    await phone.an_operator()
    await phone.a_call()
    await phone.end()
    with pytest.raises(CallOver):
        await find(phone)


async def test_the_desk_finds_a_call_that_was_never_written_down(phone: Phone) -> None:
    await phone.an_operator()
    assert isinstance(await find(phone, "unknown"), Found)
    assert (await phone.row("unknown")).queued_at == phone.clock.now()


async def test_the_line_desk_of_another_process_sees_the_same(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    await find(phone)
    (line,) = await LineDesk(transactions=phone.transactions, clock=phone.clock).list(asker)
    assert (line.staff_id, line.on_shift, line.is_ready, line.offered_call_id) == (asker.id, True, True, (await phone.row()).id)
