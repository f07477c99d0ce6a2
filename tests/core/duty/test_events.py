"""Live events are read once each, although their numbers become visible out of order."""

import json

from sqlalchemy import text

from core.duty.events import Batch, read_batch
from db.transactions import Transactions
from tests.clocks import MovableClock

ADD = text("INSERT INTO live_event (id, kind, audience, payload, at) VALUES (:id, 'message', '', CAST(:payload AS jsonb), :now)")


async def _add(transactions: Transactions, clock: MovableClock, *ids: int) -> None:
    async with transactions.begin() as tx:
        for number in ids:
            await tx.execute(ADD, {"id": number, "payload": json.dumps({"message_id": number}), "now": clock.now()})


async def _read(transactions: Transactions, clock: MovableClock) -> Batch:
    async with transactions.begin() as tx:
        return await read_batch(tx, "test", clock.now())


async def _numbers(transactions: Transactions, clock: MovableClock) -> list[int]:
    return [event.id for event in (await _read(transactions, clock)).events]


async def test_a_new_cursor_begins_with_what_comes_next(transactions: Transactions, clock: MovableClock) -> None:
    await _add(transactions, clock, 1, 2)
    assert await _numbers(transactions, clock) == []
    await _add(transactions, clock, 3)
    assert await _numbers(transactions, clock) == [3]
    assert await _numbers(transactions, clock) == []


async def test_an_event_that_commits_late_is_read_once(transactions: Transactions, clock: MovableClock) -> None:
    await _read(transactions, clock)
    await _add(transactions, clock, 1, 3, 5)
    assert await _numbers(transactions, clock) == [1, 3, 5]
    await _add(transactions, clock, 4, 6)
    assert await _numbers(transactions, clock) == [4, 6]
    clock.move(seconds=30)
    await _add(transactions, clock, 2)
    assert await _numbers(transactions, clock) == [2]
    assert await _numbers(transactions, clock) == []


async def test_a_number_that_was_rolled_back_is_waited_for_a_minute(transactions: Transactions, clock: MovableClock) -> None:
    await _read(transactions, clock)
    await _add(transactions, clock, 2)
    await _read(transactions, clock)
    clock.move(seconds=61)
    await _read(transactions, clock)
    async with transactions.begin() as tx:
        assert (await tx.execute(text("SELECT gaps FROM duty_cursor WHERE name = 'test'"))).scalar() == []


async def test_a_cursor_that_slept_longer_than_events_are_kept_says_so(transactions: Transactions, clock: MovableClock) -> None:
    await _read(transactions, clock)
    clock.move(hours=1, minutes=1)
    assert (await _read(transactions, clock)).missed
    assert not (await _read(transactions, clock)).missed


async def test_a_huge_hole_does_not_fill_the_cursor(transactions: Transactions, clock: MovableClock) -> None:
    await _read(transactions, clock)
    await _add(transactions, clock, 10_000_000)
    assert await _numbers(transactions, clock) == [10_000_000]
    async with transactions.begin() as tx:
        gaps = (await tx.execute(text("SELECT gaps FROM duty_cursor WHERE name = 'test'"))).scalar()
    assert gaps is not None and len(gaps) <= 1000
