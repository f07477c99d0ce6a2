"""The journal is written behind the answers, and nothing is lost."""

import asyncio

from channels.voice.journalling import BATCH, GATHERING, MOST_WAITING, Journalling
from core.phone.entries import Ended, Note
from tests.channels.voice.fakes import FakeJournal, FakeSpool
from tests.clocks import NOON


def a_note(number: int) -> Note:
    """One line."""
    return Note(call_sid=f"c{number}", at=NOON, kind="keys", details={"keys": str(number)})


async def test_what_waits_is_written_in_order_and_in_batches(journal: FakeJournal, spool: FakeSpool) -> None:
    notes = [a_note(number) for number in range(BATCH * 2 + 1)]
    async with Journalling(journal, spool) as journalling:
        journalling.later(*notes)
    assert journal.entries == notes
    assert spool.lines == []


async def test_what_the_database_does_not_take_goes_to_the_disk(journal: FakeJournal, spool: FakeSpool) -> None:
    journal.away = True
    async with Journalling(journal, spool) as journalling:
        journalling.later(a_note(1))
        await journalling.now(Ended(call_sid="c1", at=NOON))
    assert {type(entry) for entry in spool.entries} == {Note, Ended}
    assert len(spool.entries) == 2


async def test_after_a_failure_the_database_is_tried_again(journal: FakeJournal, spool: FakeSpool) -> None:
    async with Journalling(journal, spool) as journalling:
        journal.away = True
        await journalling.now(a_note(1))
        journal.away = False
        await journalling.now(a_note(2))
    assert spool.entries == [a_note(1)]
    assert journal.entries == [a_note(2)]


async def test_too_much_for_a_slow_database_goes_to_the_disk(journal: FakeJournal, spool: FakeSpool) -> None:
    async with Journalling(journal, spool) as journalling:
        journalling.later(*(a_note(number) for number in range(MOST_WAITING + 2 * BATCH)))
    assert len(spool.entries) + len(journal.entries) == MOST_WAITING + 2 * BATCH
    assert spool.entries


async def test_a_full_disk_does_not_stop_the_writer(journal: FakeJournal, spool: FakeSpool) -> None:
    journal.away = spool.full = True
    async with Journalling(journal, spool) as journalling:
        journalling.later(a_note(1))
        await journalling.now(a_note(3))
        journal.away = False
        await journalling.now(a_note(2))
    assert a_note(2) in journal.entries


async def test_steps_that_come_together_are_one_transaction(journal: FakeJournal, spool: FakeSpool) -> None:
    async with Journalling(journal, spool) as journalling:
        for number in range(20):
            journalling.later(a_note(number))
            await asyncio.sleep(0)
        await journal.written.wait()
        assert journal.entries == [a_note(number) for number in range(20)]
        assert journal.writes == 1


async def test_on_leaving_nothing_is_waited_for(journal: FakeJournal, spool: FakeSpool) -> None:
    loop = asyncio.get_running_loop()
    async with Journalling(journal, spool) as journalling:
        journalling.later(a_note(1))
        await asyncio.sleep(0)
        began = loop.time()
    assert loop.time() - began < GATHERING
    assert journal.entries == [a_note(1)]
