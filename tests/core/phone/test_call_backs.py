"""People to call back."""

import pytest

from core.errors import Invalid, NotFound
from core.phone.call_backs import DoneAs, TakenByOther
from core.phone.model import CallEvent
from core.phone.vocabulary import CallBackReason
from core.vocabulary import Role
from tests.core.phone.world import CALLER, Phone


async def test_who_asks_is_on_the_list_by_the_working_day_and_was_not_missed(phone: Phone) -> None:
    await phone.a_call()
    await phone.operators.find_operator("c1")
    for _ in range(2):
        owed = await phone.desk.call_backs.ask("c1", "8 900 000-00-05", name="Тестова")
    assert (owed.phone, owed.reason, owed.name, owed.calls, owed.due_on) == (
        "+79000000005",
        "asked",
        "Тестова",
        2,
        phone.clock.today(),
    )
    await phone.end()
    row = await phone.row()
    assert (row.result, row.missed) == ("message", False)
    assert [event.kind for event in await phone.rows(CallEvent)] == ["call_back"]


@pytest.mark.parametrize("said", ["", "12", "никогда"])
async def test_without_a_number_nobody_can_be_called_back(phone: Phone, said: str) -> None:
    await phone.a_call()
    with pytest.raises(Invalid) as refused:
        await phone.desk.call_backs.ask("c1", said)
    assert set(refused.value.facts["fields"]) == {"phone"}  # type: ignore[call-overload]  # a dict of fields
    assert (await phone.row()).reached == []


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        pytest.param(0, 0, id="in hours: today"),
        pytest.param(8, 1, id="evening: tomorrow"),
        pytest.param(-5, 0, id="early: today"),
        pytest.param(56, 5, id="Friday evening: Monday"),
    ],
)
async def test_the_day_due_is_a_working_day(phone: Phone, hours: int, days: int) -> None:
    start = phone.clock.today()
    phone.clock.move(hours=hours)
    await phone.a_call()
    assert ((await phone.desk.call_backs.ask("c1", CALLER)).due_on - start).days == days


async def test_one_takes_it_and_ticks_it_off(phone: Phone) -> None:
    one, other = await phone.an_operator(), await phone.an_operator()
    senior = await phone.an_operator(Role.SENIOR)
    owed = (await phone.desk.call_backs.add(one, CALLER)).id or 0
    await phone.desk.call_backs.take(one, owed)
    await phone.desk.call_backs.take(one, owed)
    for deed in (phone.desk.call_backs.take, phone.desk.call_backs.give_back):
        with pytest.raises(TakenByOther) as refused:
            await deed(other, owed)
    assert refused.value.facts["operator_id"] == one.id
    await phone.desk.call_backs.give_back(senior, owed)
    await phone.desk.call_backs.take(other, owed)
    (shown,) = await phone.desk.call_backs.list(other)
    assert (shown.taken_by, shown.is_late, shown.reason) == (other.full_name, False, CallBackReason.ASKED)
    done = await phone.desk.call_backs.done(other, owed, DoneAs.TALKED, "Вопрос решён.")
    phone.clock.move(minutes=1)
    assert await phone.desk.call_backs.done(one, owed, DoneAs.NO_ANSWER) == done
    assert await phone.desk.call_backs.list(one) == []
    (ended,) = await phone.desk.call_backs.list(one, only_open=False)
    assert (ended.done_as, ended.note) == ("talked", "Вопрос решён.")
    with pytest.raises(NotFound):
        await phone.desk.call_backs.take(one, owed)


async def test_a_later_wish_is_a_new_line_and_an_old_one_is_late(phone: Phone) -> None:
    asker = await phone.an_operator()
    first = await phone.desk.call_backs.add(asker, CALLER)
    await phone.desk.call_backs.done(asker, first.id or 0, DoneAs.NO_ANSWER)
    second = await phone.desk.call_backs.add(asker, CALLER)
    assert second.id != first.id
    phone.clock.move(days=1)
    assert [one.is_late for one in await phone.desk.call_backs.list(asker)] == [True]
    assert await phone.desk.call_backs.list(asker, reason=CallBackReason.MISSED) == []
