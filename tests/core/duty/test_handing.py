"""A held conversation goes to a colleague on shift."""

import pytest

from core.audit.model import AuditEntry
from core.conversations.holding import ConversationClosed, HeldByOther, NotHeld
from core.conversations.model import Conversation
from core.deliveries.model import Delivery
from core.duty.handing import NotOnShift
from core.vocabulary import Role
from tests.core.duty.world import DutyWorld, off_shift


@pytest.mark.clause("3.1")
async def test_the_colleague_holds_it_and_the_citizen_is_told_who_speaks(world: DutyWorld) -> None:
    anna, alan = await world.a_duty_member("Примерова Анна"), await world.a_duty_member("Тестов Алан")
    number = await world.centre.a_conversation(held_by=anna.asker)
    for _ in range(2):
        assert (await world.handing.hand_over(anna.asker, number, alan.asker.id)).full_name == "Тестов Алан"
    conversation = (await world.centre.rows(Conversation))[0]
    assert (conversation.operator_id, conversation.version) == (alan.asker.id, 1)
    told = [one.content["text"] for one in await world.centre.rows(Delivery, Delivery.channel == "telegram")]
    assert len(told) == 1 and "Тестов Алан" in told[0]
    [entry] = [one for one in await world.centre.rows(AuditEntry) if one.action == "conversation.handed_over"]
    assert entry.details == {"holder": anna.asker.id, "to": alan.asker.id}


async def test_only_the_holder_and_who_may_take_over_hand_over(world: DutyWorld) -> None:
    anna, alan, other = [await world.a_duty_member(name) for name in ("А", "Б", "В")]
    senior = await world.a_duty_member("Г", Role.SENIOR)
    number = await world.centre.a_conversation(held_by=anna.asker)
    with pytest.raises(HeldByOther):
        await world.handing.hand_over(other.asker, number, alan.asker.id)
    await world.handing.hand_over(senior.asker, number, alan.asker.id)
    assert await alan.holds() == [number]


async def test_what_nobody_holds_is_not_handed_over(world: DutyWorld) -> None:
    anna, alan = await world.a_duty_member("А"), await world.a_duty_member("Б")
    waiting, closed = await world.centre.a_conversation(), await world.centre.a_conversation(mode="closed")
    with pytest.raises(NotHeld):
        await world.handing.hand_over(anna.asker, waiting, alan.asker.id)
    with pytest.raises(ConversationClosed):
        await world.handing.hand_over(anna.asker, closed, alan.asker.id)


async def test_a_colleague_who_went_home_gets_nothing(world: DutyWorld) -> None:
    anna, alan = await world.a_duty_member("А"), await world.a_duty_member("Б")
    press = await world.a_duty_member("В", Role.AUDITOR, on_shift=False)
    number = await world.centre.a_conversation(held_by=anna.asker)
    await off_shift(world, alan)
    for one in (alan.asker.id, press.asker.id, 10_000):
        with pytest.raises(NotOnShift):
            await world.handing.hand_over(anna.asker, number, one)


async def test_colleagues_on_shift_are_offered_by_name(world: DutyWorld) -> None:
    anna, alan = await world.a_duty_member("Я"), await world.a_duty_member("Б")
    await world.a_duty_member("Дома", on_shift=False)
    assert [one.full_name for one in await world.handing.colleagues(anna.asker)] == ["Б"]
    assert [one.id for one in await world.handing.colleagues(alan.asker)] == [anna.asker.id]
