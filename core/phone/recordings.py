"""What the office knows of each recording (reg. 2.5.2): the recorder tells the same facts as often as it likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from core.phone.entries import Note
from core.phone.model import PhoneCall, Recording
from core.phone.rows import write_events
from core.phone.vocabulary import RecordingKind, RecordingState
from core.table import table_of
from db.transactions import Transactions

PRESSED = "pressed"
"""The kind of the call's event for a key that was heard while sound was recorded; ``keys`` are those that the menu asked for."""
UNFINISHED = (RecordingState.OPEN, RecordingState.KEPT)
LONGEST_PROBLEM = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed:
    """One key of a telephone, and when it was heard."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFacts:
    """One recording as it stands. ``seconds`` of sound, ``size`` in bytes, ``rate`` in Hz; the rest as in ``Recording``.

    ``problem``: a short code: ``cut``, ``no_sound``, ``no_room``, ``disk``, ``lost``, ``unreadable``; empty when all is well.
    """

    key: str
    call_sid: str
    kind: RecordingKind
    part: str = ""
    state: RecordingState
    kept_at: str = ""
    file_name: str = ""
    channels: int = 2
    rate: int = 8000
    seconds: float = 0.0
    size: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    peaks: Sequence[int] = ()
    silences: Sequence[Sequence[float]] = ()
    pressed: Sequence[KeyPressed] = ()
    problem: str = ""


class Recordings:
    """The recorder's book. Each method is one transaction, safe to repeat."""

    def __init__(self, *, transactions: Transactions) -> None:
        self._transactions = transactions

    async def tell(self, facts: RecordingFacts) -> None:
        """Write the recording as it stands now; it is joined to its call as soon as that has a row.

        Keys that were pressed become events of the call, once each. What went wrong with the sound of a whole call is noted on
        the call too.
        """
        async with self._transactions.begin() as tx:
            call_id = await _call_of(tx, facts.call_sid)
            await _write(tx, facts, call_id)
            if call_id is None:
                return
            await write_events(tx, call_id, [_event(facts, one) for one in facts.pressed])
            if facts.kind is RecordingKind.CALL and facts.problem:
                await _note_problem(tx, call_id, facts.problem[:LONGEST_PROBLEM])

    async def unfinished(self, kept_at: str) -> list[str]:
        """Keys of the recordings that this recorder once told of and never finished, as the office believes."""
        wanted = select(_recordings.key).where(_recordings.kept_at == kept_at, _recordings.state.in_(UNFINISHED))
        async with self._transactions.begin() as tx:
            return list((await tx.execute(wanted.order_by(_recordings.id))).scalars())


_calls = table_of(PhoneCall).c
_recordings = table_of(Recording).c


async def _call_of(tx: AsyncSession, call_sid: str) -> int | None:
    return (await tx.execute(select(_calls.id).where(_calls.call_sid == call_sid))).scalar_one_or_none()


async def _write(tx: AsyncSession, facts: RecordingFacts, call_id: int | None) -> None:
    row = _row(facts) | {"call_id": call_id}
    written = insert(Recording).values(**row, transcript="")
    fresh: dict[str, object] = {name: written.excluded[name] for name in row if name != "key"}
    fresh["call_id"] = func.coalesce(written.excluded.call_id, _recordings.call_id)
    fresh["started_at"] = func.coalesce(written.excluded.started_at, _recordings.started_at)
    await tx.execute(written.on_conflict_do_update(index_elements=["key"], set_=fresh))


def _event(facts: RecordingFacts, pressed: KeyPressed) -> Note:
    return Note(call_sid=facts.call_sid, at=pressed.at, kind=PRESSED, details={"recording": facts.key, "key": pressed.key})


async def _note_problem(tx: AsyncSession, call_id: int, problem: str) -> None:
    changed = update(PhoneCall).where(_calls.id == call_id, _calls.recording_problem != problem)
    await tx.execute(changed.values(recording_problem=problem, version=_calls.version + 1))


def _row(facts: RecordingFacts) -> dict[str, object]:
    return {
        "key": facts.key,
        "call_sid": facts.call_sid,
        "kind": facts.kind,
        "part": facts.part,
        "state": facts.state,
        "kept_at": facts.kept_at,
        "file_name": facts.file_name,
        "channels": facts.channels,
        "rate": facts.rate,
        "seconds": facts.seconds,
        "size": facts.size,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "peaks": list(facts.peaks),
        "silences": [list(one) for one in facts.silences],
        "problem": facts.problem,
    }
