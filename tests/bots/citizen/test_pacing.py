"""How fast the bot speaks, on a clock that the test moves."""

import pytest

from bots.citizen.pacing import Pace, Pacer
from core.channels import DeliveryError
from tests.bots.citizen.conftest import HandClock


def a_pacer(clock: HandClock, **pace: float) -> Pacer:
    return Pacer(Pace(**pace), clock, clock.sleep)  # type: ignore[arg-type]  # numbers of both kinds


async def test_the_first_messages_of_a_turn_do_not_wait_and_then_one_a_second_follows() -> None:
    clock = HandClock()
    pacer = a_pacer(clock)
    for _ in range(8):
        await pacer.wait("1")
    assert clock.waits == [1.0, 1.0, 1.0]


async def test_a_pause_of_the_citizen_gives_the_burst_back() -> None:
    clock = HandClock()
    pacer = a_pacer(clock)
    for _ in range(5):
        await pacer.wait("1")
    clock.now += 2
    await pacer.wait("1")
    await pacer.wait("1")
    assert clock.waits == []


async def test_chats_do_not_wait_for_each_other_below_thirty_a_second() -> None:
    clock = HandClock()
    pacer = a_pacer(clock)
    for chat in range(30):
        await pacer.wait(str(chat))
    assert clock.waits == []
    for chat in range(30, 60):
        await pacer.wait(str(chat))
    assert sum(clock.waits) == pytest.approx(1.0, abs=0.05)


async def test_a_long_wait_is_handed_back_to_the_queue_and_takes_no_place() -> None:
    clock = HandClock()
    pacer = a_pacer(clock, patience=2.0, chat_burst=1)
    pacer.silence("1", 30)
    for _ in range(3):
        with pytest.raises(DeliveryError) as refused:
            await pacer.wait("1")
        assert (refused.value.retry_after, refused.value.permanent) == (30.0, False)
    await pacer.wait("2")
    clock.now += 29
    await pacer.wait("1")
    assert clock.waits == [1.0]


async def test_a_shorter_silence_does_not_end_a_longer_one() -> None:
    clock = HandClock()
    pacer = a_pacer(clock)
    pacer.silence("1", 30)
    pacer.silence("1", 1)
    with pytest.raises(DeliveryError):
        await pacer.wait("1")


async def test_only_so_many_chats_are_remembered() -> None:
    clock = HandClock()
    pacer = a_pacer(clock, remembered_chats=2, rate=1000, burst=1000)
    for chat in range(100):
        await pacer.wait(str(chat))
    assert len(pacer._chats) == 2
