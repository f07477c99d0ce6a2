"""The trail is one chain, whoever writes into it at once; what a deed says last is said with it or not at all."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce, announce_all
from core.audit.model import AuditEntry, LiveEvent
from core.audit.trail import first_broken, record
from db.transactions import Transactions
from tests import patience
from tests.clocks import MovableClock


async def trail(transactions: Transactions) -> Sequence[AuditEntry]:
    async with transactions.begin() as tx:
        return (await tx.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()


async def told(transactions: Transactions) -> list[tuple[str, dict[str, object]]]:
    async with transactions.begin() as tx:
        rows = (await tx.exec(select(LiveEvent).order_by(col(LiveEvent.id)))).all()
    return [(row.kind, row.payload) for row in rows]


async def test_each_entry_is_sealed_by_the_one_before(transactions: Transactions, clock: MovableClock) -> None:
    for staff_id, details in (
        (None, {}),
        (None, {"reason": '«нет»\n"\\', "number": 7, "more": [1, None, True, {"b": 1, "a": "я"}]}),
    ):
        async with transactions.begin() as tx:
            await record(tx, clock.now(), "first", "appeal:1", staff_id=staff_id, **details)
            await record(tx, clock.now(), "second", "appeal:2", staff_id=staff_id, **details)
    entries = await trail(transactions)
    assert [entry.action for entry in entries] == ["first", "second"] * 2
    assert first_broken(entries) is None
    assert len({entry.seal for entry in entries}) == 4


@pytest.mark.parametrize("spoil", ["details", "action", "at", "staff_id", "removed", "swapped"])
async def test_a_changed_or_removed_entry_breaks_the_chain(spoil: str, transactions: Transactions, clock: MovableClock) -> None:
    for number in range(3):
        async with transactions.begin() as tx:
            await record(tx, clock.now(), "done", f"appeal:{number}", number=number)
    entries = list(await trail(transactions))
    match spoil:
        case "details":
            entries[1].details = {"number": 9}
        case "action":
            entries[1].action = "undone"
        case "at":
            entries[1].at = entries[1].at.replace(year=2025)
        case "staff_id":
            entries[1].staff_id = 5
        case "removed":
            del entries[1]
        case "swapped":
            entries[1], entries[2] = entries[2], entries[1]
    assert first_broken(entries) is not None


async def test_writers_at_once_make_one_chain_without_a_fork(transactions: Transactions, clock: MovableClock) -> None:
    async def write(number: int) -> None:
        for turn in range(5):
            async with transactions.begin() as tx:
                await announce(tx, LiveKind.APPEAL, clock.now(), appeal_id=number)
                await record(tx, clock.now(), "done", f"appeal:{number}", turn=turn)
                await record(tx, clock.now(), "told", f"appeal:{number}", turn=turn)

    await asyncio.gather(*(write(number) for number in range(8)))
    entries = await trail(transactions)
    assert len(entries) == 80 and first_broken(entries) is None
    assert all(one.subject == two.subject for one, two in zip(entries[::2], entries[1::2], strict=True))


async def test_what_is_said_last_holds_nobody_up_before(transactions: Transactions, clock: MovableClock) -> None:
    async with transactions.begin() as slow:
        await record(slow, clock.now(), "slow", "appeal:1")
        async with asyncio.timeout(patience.SECONDS), transactions.begin() as quick:
            await record(quick, clock.now(), "quick", "appeal:2")
    entries = await trail(transactions)
    assert [entry.action for entry in entries] == ["quick", "slow"] and first_broken(entries) is None


async def test_events_are_told_in_the_order_of_the_deeds(transactions: Transactions, clock: MovableClock) -> None:
    async with transactions.begin() as tx:
        await announce(tx, LiveKind.MESSAGE, clock.now(), conversation_id=1, message_id=2)
        await announce_all(tx, [(LiveKind.APPEAL, {"appeal_id": number}) for number in (5, 7)], clock.now())
        await announce(tx, LiveKind.TASK, clock.now(), task_id=1, task="overdue")
    assert [kind for kind, _ in await told(transactions)] == ["message", "appeal", "appeal", "task"]
    assert (await told(transactions))[2] == ("appeal", {"appeal_id": 7})


async def _and_fails(tx: AsyncSession) -> None:
    raise LookupError


async def _and_breaks_a_rule_of_the_database(tx: AsyncSession) -> None:
    await tx.execute(text("SELECT 1 / 0"))


@pytest.mark.parametrize(("deed", "error"), [(_and_fails, LookupError), (_and_breaks_a_rule_of_the_database, DBAPIError)])
async def test_a_deed_that_fails_says_nothing(deed, error, transactions: Transactions, clock: MovableClock) -> None:
    with pytest.raises(error):
        async with transactions.begin() as tx:
            await announce(tx, LiveKind.APPEAL, clock.now(), appeal_id=1)
            await record(tx, clock.now(), "done", "appeal:1")
            await deed(tx)
    assert (await trail(transactions), await told(transactions)) == ([], [])


async def test_a_deed_whose_entry_cannot_be_written_is_not_done(transactions: Transactions, clock: MovableClock) -> None:
    with pytest.raises(DBAPIError):
        async with transactions.begin() as tx:
            await announce(tx, LiveKind.APPEAL, clock.now(), appeal_id=1)
            await record(tx, clock.now(), "done", "appeal:1", staff_id=404)
    assert (await trail(transactions), await told(transactions)) == ([], [])


async def test_a_session_that_was_rolled_back_forgets_what_it_would_have_said(
    transactions: Transactions, clock: MovableClock
) -> None:
    async with transactions.begin() as tx:
        await record(tx, clock.now(), "undone", "appeal:1")
        await tx.rollback()
    assert await trail(transactions) == []


async def test_nothing_is_said_in_a_savepoint(transactions: Transactions, clock: MovableClock) -> None:
    async with transactions.begin() as tx, tx.begin_nested():
        with pytest.raises(RuntimeError):
            await record(tx, clock.now(), "half", "appeal:1")
