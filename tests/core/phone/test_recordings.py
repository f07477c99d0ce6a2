"""The recorder's book."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from core.phone.model import CallEvent, PhoneCall, Recording
from core.phone.recordings import KeyPressed, RecordingFacts, Recordings
from core.phone.vocabulary import RecordingKind, RecordingState
from db.transactions import Transactions
from tests.clocks import NOON, MovableClock

KEPT_AT = "http://recorder.example"


def facts(**changed: Any) -> RecordingFacts:
    """Of a call that is being recorded."""
    usual = RecordingFacts(
        key="call:c-1",
        call_sid="c-1",
        kind=RecordingKind.CALL,
        state=RecordingState.OPEN,
        kept_at=KEPT_AT,
        file_name="63/call.c-1.wav",
        started_at=NOON,
    )
    return replace(usual, **changed)


async def rows(transactions: Transactions, table: Any) -> list[Any]:
    """All of a table."""
    async with transactions.begin() as tx:
        return list((await tx.exec(select(table).order_by(table.id))).all())


async def call_row(transactions: Transactions, call_sid: str = "c-1") -> int:
    """A call that has a row."""
    async with transactions.begin() as tx:
        call = PhoneCall(call_sid=call_sid, direction="in", started_at=NOON)
        tx.add(call)
        await tx.flush()
        assert call.id is not None
        return call.id


@pytest.fixture
def book(transactions: Transactions) -> Recordings:
    """Over the test's tables."""
    return Recordings(transactions=transactions)


@pytest.mark.clause("2.5.2")
async def test_a_recording_has_one_row_from_its_opening_to_its_packing(book: Recordings, transactions: Transactions) -> None:
    call_id = await call_row(transactions)
    await book.tell(facts())
    packed = facts(
        state=RecordingState.PACKED,
        file_name="63/call.c-1.opus",
        seconds=3.5,
        size=20_000,
        ended_at=NOON + timedelta(seconds=3.5),
        peaks=(0, 50, 100),
        silences=((1.0, 2.5),),
    )
    await book.tell(packed)
    await book.tell(packed)
    (row,) = await rows(transactions, Recording)
    assert (row.call_id, row.state, row.kept_at, row.file_name) == (call_id, "packed", KEPT_AT, "63/call.c-1.opus")
    assert (row.seconds, row.size, row.peaks, row.silences) == (3.5, 20_000, [0, 50, 100], [[1.0, 2.5]])
    assert (row.started_at, row.ended_at) == (NOON, NOON + timedelta(seconds=3.5))


async def test_a_recording_is_joined_to_its_call_as_soon_as_that_has_a_row(book: Recordings, transactions: Transactions) -> None:
    await book.tell(facts())
    assert [row.call_id for row in await rows(transactions, Recording)] == [None]
    call_id = await call_row(transactions)
    await book.tell(facts(state=RecordingState.KEPT, seconds=1.0))
    assert [row.call_id for row in await rows(transactions, Recording)] == [call_id]


async def test_a_row_that_was_expected_keeps_what_others_wrote(book: Recordings, transactions: Transactions) -> None:
    async with transactions.begin() as tx:
        tx.add(Recording(key="call:c-1", call_sid="c-1", kind="call", transcript="already", started_at=NOON))
    await book.tell(facts(started_at=None, state=RecordingState.REFUSED, problem="no_room"))
    (row,) = await rows(transactions, Recording)
    assert (row.state, row.problem, row.transcript, row.started_at) == ("refused", "no_room", "already", NOON)


async def test_each_key_is_noted_once_however_often_it_is_told(book: Recordings, transactions: Transactions) -> None:
    call_id = await call_row(transactions)
    first, second = KeyPressed(key="5", at=NOON), KeyPressed(key="5", at=NOON + timedelta(seconds=1))
    await book.tell(facts(pressed=(first,)))
    await book.tell(facts(pressed=(first,)))
    await book.tell(facts(pressed=(first, second), state=RecordingState.KEPT))
    await book.tell(facts(key="call:c-1~2", pressed=(first,)))
    events = [(one.call_id, one.kind, one.details, one.at) for one in await rows(transactions, CallEvent)]
    assert events == [
        (call_id, "pressed", {"recording": "call:c-1", "key": "5"}, NOON),
        (call_id, "pressed", {"recording": "call:c-1", "key": "5"}, NOON + timedelta(seconds=1)),
        (call_id, "pressed", {"recording": "call:c-1~2", "key": "5"}, NOON),
    ]


@pytest.mark.parametrize(
    ("told", "noted"),
    [
        pytest.param(facts(state=RecordingState.BROKEN, problem="lost"), "lost", id="of the whole call"),
        pytest.param(facts(state=RecordingState.PACKED), "", id="nothing went wrong"),
        pytest.param(
            facts(key="message:c-1:name-1", kind=RecordingKind.MESSAGE, part="name", problem="cut"), "", id="of a message only"
        ),
    ],
)
async def test_a_problem_of_the_recording_is_noted_on_the_call(
    book: Recordings, transactions: Transactions, told: RecordingFacts, noted: str
) -> None:
    await call_row(transactions)
    await book.tell(told)
    assert [call.recording_problem for call in await rows(transactions, PhoneCall)] == [noted]


async def test_unfinished_are_those_that_this_recorder_has_open_or_kept(book: Recordings, clock: MovableClock) -> None:
    for number, state in enumerate(RecordingState):
        await book.tell(facts(key=f"call:c-{number}", call_sid=f"c-{number}", state=state, started_at=clock.now()))
    await book.tell(facts(key="call:other", kept_at="http://another.example"))
    states = list(RecordingState)
    wanted = [states.index(RecordingState.OPEN), states.index(RecordingState.KEPT)]
    assert await book.unfinished(KEPT_AT) == [f"call:c-{number}" for number in wanted]
