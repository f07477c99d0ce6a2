"""Twenty messages a minute in one group, and a place kept for whoever has to wait."""

import pytest

from bots.staff.pacing import DutyPacer, Pace
from core.channels import DeliveryError
from tests.bots.citizen.conftest import HandClock

CHAT = -100


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def _pacer(clock: HandClock, **pace: float) -> DutyPacer:
    return DutyPacer(Pace(**pace), clock, clock.sleep)


async def test_a_burst_goes_at_once_and_what_follows_is_handed_back(clock: HandClock) -> None:
    pacer = _pacer(clock, patience=2.0)
    for number in range(15):
        await pacer.wait(CHAT, f"t{number}")
    with pytest.raises(DeliveryError) as handed_back:
        await pacer.wait(CHAT, "t15")
    assert (clock.waits, handed_back.value.retry_after) == ([], pytest.approx(3.0))
    clock.now += 2.5
    await pacer.wait(CHAT, "t15")
    assert clock.waits == [pytest.approx(0.5)], "the rest of the wait is short enough to be waited here"


async def test_no_more_than_twenty_a_minute_go_out_in_the_long_run(clock: HandClock) -> None:
    pacer = _pacer(clock, patience=1e9)
    for _ in range(60):
        await pacer.wait(CHAT, "t")
    assert clock.now - 1000.0 == pytest.approx((60 - 15) * 3)


async def test_many_who_wait_each_get_their_turn_at_the_first_return(clock: HandClock) -> None:
    """Forty topics at once: whoever comes back when told to is served, nobody is sent away twice."""
    pacer = _pacer(clock, patience=0.5)
    returns: list[tuple[float, str]] = []
    for number in range(40):
        try:
            await pacer.wait(CHAT, f"t{number}")
        except DeliveryError as handed_back:
            assert handed_back.retry_after is not None
            returns.append((clock.now + handed_back.retry_after, f"t{number}"))
    assert len(returns) > 20
    for moment, caller in sorted(returns):
        clock.now = max(clock.now, moment)
        await pacer.wait(CHAT, caller)


async def test_another_chat_is_not_held_up(clock: HandClock) -> None:
    pacer = _pacer(clock)
    for number in range(15):
        await pacer.wait(CHAT, f"t{number}")
    await pacer.wait(5001, "person")
    assert clock.waits == []


async def test_a_silence_holds_the_chat_and_keeps_its_promises(clock: HandClock) -> None:
    pacer = _pacer(clock)
    pacer.silence(CHAT, 20)
    with pytest.raises(DeliveryError) as silent:
        await pacer.wait(CHAT, "t1")
    assert silent.value.retry_after == pytest.approx(20)
    clock.now += 20
    await pacer.wait(CHAT, "t1")
    assert clock.waits == []
