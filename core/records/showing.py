"""What a card shows of the records system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.clock import MOSCOW
from core.errors import NotFound
from core.records.model import RecordsMessage
from core.records.port import RecordKind, RecordState


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOnCard:
    """How far the telling of an appeal has come; ``number`` and ``dated`` are the records system's, empty until it said them.

    ``reason`` is in the words of whoever refused; ``error`` is the adapter's, of the last try that failed.
    """

    system: str
    kind: RecordKind
    state: RecordState
    number: str = ""
    dated: date | None = None
    reason: str = ""
    error: str = ""
    tries: int = 0
    made_at: datetime
    written_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStep:
    """What happened between us and the records system: ``written`` (told), ``registered`` with its number, ``refused``."""

    state: RecordState
    at: datetime
    number: str = ""
    dated: date | None = None
    reason: str = ""


async def in_own_journal(tx: AsyncSession, system: str, appeal_id: int) -> RecordOnCard:
    """Our own journal is the record: registered from the first moment, under our number. Raises NotFound."""
    appeal = await tx.get(Appeal, appeal_id)
    if appeal is None:
        raise NotFound("no such appeal")
    at = appeal.registered_at
    return RecordOnCard(
        system=system,
        kind=RecordKind.DOC_INFO,
        state=RecordState.REGISTERED,
        number=appeal.registration_number,
        dated=at.astimezone(MOSCOW).date(),
        made_at=at,
        written_at=at,
        answered_at=at,
    )


async def as_told(tx: AsyncSession, system: str, appeal_id: int) -> RecordOnCard | None:
    """As far as the newest message has come; a refused or failed card shows until it is told anew. None without messages."""
    mine = select(RecordsMessage).where(RecordsMessage.appeal_id == appeal_id).order_by(col(RecordsMessage.id).desc())
    newest = (await tx.exec(mine.limit(1))).first()
    if newest is None:
        return None
    if newest.kind == RecordKind.REPORT:
        card = (await tx.exec(mine.where(RecordsMessage.kind == RecordKind.DOC_INFO).limit(1))).first()
        newest = card if card is not None and card.state in (RecordState.REFUSED, RecordState.FAILED) else newest
    named = (await tx.exec(mine.where(RecordsMessage.delo_number != "").limit(1))).first()
    return RecordOnCard(
        system=system,
        kind=RecordKind(newest.kind),
        state=RecordState(newest.state),
        number=named.delo_number if named else "",
        dated=named.delo_date if named else None,
        reason=newest.reason,
        error=newest.error,
        tries=newest.tries,
        made_at=newest.made_at,
        written_at=newest.written_at,
        answered_at=newest.answered_at,
    )


async def steps_of(tx: AsyncSession, appeal_id: int) -> Sequence[RecordStep]:
    """The telling of the card and the answers to it, oldest first; a report shows only when it was refused."""
    mine = select(RecordsMessage).where(RecordsMessage.appeal_id == appeal_id).order_by(col(RecordsMessage.id))
    return [step for message in (await tx.exec(mine)).all() for step in _steps(message)]


def _steps(message: RecordsMessage) -> list[RecordStep]:
    steps = []
    if message.kind == RecordKind.DOC_INFO and message.written_at is not None:
        steps.append(RecordStep(state=RecordState.WRITTEN, at=message.written_at))
    if message.answered_at is not None and message.state == RecordState.REFUSED:
        steps.append(RecordStep(state=RecordState.REFUSED, at=message.answered_at, reason=message.reason))
    elif message.answered_at is not None and message.delo_number:
        number, dated = message.delo_number, message.delo_date
        steps.append(RecordStep(state=RecordState.REGISTERED, at=message.answered_at, number=number, dated=dated))
    return steps
