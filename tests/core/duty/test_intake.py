"""What the staff did is stored first, handled in order, and has one effect whatever breaks in between."""

from typing import Any

import pytest

from core.conversations.model import Message
from core.deliveries.model import Delivery
from core.duty.hearing import DutyHearing
from core.duty.inbound import DutyInbound, Notice
from core.duty.model import DutyUpdate
from tests.core.duty.world import GROUP, DutyWorld, OnDuty


def _payload(member: OnDuty, number: int, at: int, **given: Any) -> dict[str, Any]:
    """A text in the topic of a conversation, as the fake port reads it."""
    where = {"chat_id": GROUP, "thread_id": 1000 + number, "message_id": at}
    defaults = {"key": f"u{at}", "deed": "said", "telegram_id": member.telegram_id, **where}
    return {**defaults, "text": f"слово {at}", **given}


async def _said(world: DutyWorld) -> list[str]:
    return [one.text for one in await world.centre.rows(Message, Message.author == "operator")]


async def _store(world: DutyWorld, at: int, payload: Any, lane: str = "thread:1") -> bool:
    return await world.intake.store(f"2:{at}", lane, payload, position=at)


async def test_a_repeat_is_not_stored(world: DutyWorld) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    assert await _store(world, 1, _payload(anna, number, 1))
    assert not await _store(world, 1, _payload(anna, number, 1))
    await world.intake.carry("thread:1")
    assert await _said(world) == ["слово 1"]


async def test_a_lane_is_handled_in_order(world: DutyWorld) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    for at in (3, 1, 2):
        await _store(world, at, _payload(anna, number, at))
    await world.intake.carry("thread:1")
    assert await _said(world) == ["слово 1", "слово 2", "слово 3"]


async def test_a_crash_before_the_handling_loses_nothing(world: DutyWorld) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    await _store(world, 1, _payload(anna, number, 1))
    world.clock.move(seconds=3)
    assert await world.intake.sweep(2) == 1
    assert await _said(world) == ["слово 1"]
    assert await world.intake.sweep(2) == 0


class Crash(BaseException):
    """The process dies: nothing catches it."""


class DyingHearing(DutyHearing):
    """Does the deed, and the process dies before it is marked as handled."""

    def __init__(self, hearing: DutyHearing) -> None:
        self._real = hearing

    async def hear(self, inbound: DutyInbound) -> Notice:
        await self._real.hear(inbound)
        raise Crash


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"text": "Добрый день"}, id="a reply"),
        pytest.param({"text": "/note так", "command": "note", "argument": "так"}, id="a note"),
        pytest.param({"text": "Схема", "files": [{"kind": "photo", "remote_id": "f1"}]}, id="a photo"),
    ],
)
async def test_a_crash_between_the_effect_and_its_mark_has_one_effect(world: DutyWorld, given: dict[str, Any]) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    world.port.files["f1"] = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
    await _store(world, 1, _payload(anna, number, 1, **given))
    real, world.intake._hearing = world.intake._hearing, DyingHearing(world.intake._hearing)
    with pytest.raises(Crash):
        await world.intake.carry("thread:1")
    assert (await world.centre.rows(DutyUpdate))[0].handled_at is None
    world.intake._hearing = real
    await world.intake.carry("thread:1")
    assert (await world.centre.rows(DutyUpdate))[0].handled_at is not None
    assert len(await world.centre.rows(Message, Message.author == "operator")) == 1
    deliveries = await world.centre.rows(Delivery, Delivery.channel == "telegram")
    assert len([one for one in deliveries if one.content.get("by_operator")]) == (given.get("command") != "note")


async def test_a_button_is_answered_whatever_happens(world: DutyWorld) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    pressed = {"deed": "pressed", "pressed": f"t:{number}", "query": "q1", "text": ""}
    await _store(world, 1, _payload(anna, number, 1, **pressed))
    await world.intake.carry("thread:1")
    await world.change("ALTER TABLE duty_member RENAME TO duty_member_away")
    await _store(world, 2, _payload(anna, number, 2, **{**pressed, "query": "q2"}))
    await world.intake.carry("thread:1")
    await world.change("ALTER TABLE duty_member_away RENAME TO duty_member")
    assert [query for query, _ in world.port.answers] == ["q1", "q2"]
    assert "попробуйте" in world.port.answers[1][1].text
    await world.intake.carry("thread:1")
    assert (await world.centre.rows(DutyUpdate))[1].handled_at is not None


async def test_a_file_that_cannot_be_fetched_now_is_tried_again_and_later_words_wait_for_it(world: DutyWorld) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    world.port.files["f1"], world.port.away = b"plain words", True
    await _store(world, 1, _payload(anna, number, 1, files=[{"kind": "document", "remote_id": "f1", "file_name": "a.txt"}]))
    await _store(world, 2, _payload(anna, number, 2))
    await world.intake.carry("thread:1")
    assert await _said(world) == []
    world.port.away = False
    await world.intake.carry("thread:1")
    assert await _said(world) == ["слово 1", "слово 2"]


async def test_poison_is_set_aside_after_five_tries(world: DutyWorld) -> None:
    anna, number = await world.a_duty_member(), await world.a_hand_off()
    world.port.away = True
    await _store(world, 1, _payload(anna, number, 1, files=[{"kind": "document", "remote_id": "f1"}]))
    await _store(world, 2, _payload(anna, number, 2))
    for _ in range(5):
        await world.intake.carry("thread:1")
    assert await _said(world) == ["слово 2"]
    assert (await world.centre.rows(DutyUpdate))[0].error == "delivery_failed"


async def test_what_does_not_concern_us_is_marked_and_long_handled_ones_are_forgotten(world: DutyWorld) -> None:
    await _store(world, 1, {})
    await world.intake.carry("thread:1")
    world.clock.move(days=8)
    await world.intake.sweep(2)
    assert await world.centre.rows(DutyUpdate) == []
