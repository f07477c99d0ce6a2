"""One card as the staff see it: the term day by day, the history, files, links, tasks, and what may be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.linking import Linked, links_of
from core.appeals.model import Appeal, AppealFile, AppealMove
from core.appeals.workflow import Move, possible
from core.audit.readings import Readings
from core.audit.trail import record
from core.calendar import CalendarOf, WorkCalendar
from core.clock import Clock
from core.errors import NotFound
from core.files import StoredFile, load_file
from core.people.desk import Card, card_of
from core.regulation import REPLY_TERMS, CountReason
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.tasks.desk import open_of_appeal
from core.tasks.model import StaffTask
from core.vocabulary import AppealStatus, Urgency
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDay:
    """One day of the count: ``number`` is its place, 0 when it is skipped; ``reason`` says why, ``holiday`` names the day off."""

    day: date
    number: int
    reason: CountReason
    holiday: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCount:
    """How the term was counted (2.8.7); ``is_forecast``: the official calendar of the year is not known yet."""

    clause: str
    limit: int
    days: Sequence[TermDay]
    is_forecast: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the history."""

    id: int
    move: Move
    status: AppealStatus
    staff_name: str
    note: str
    details: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A whole card. ``moves`` are those that the table permits to this person now; ``closed_by`` and the like are names."""

    appeal: Appeal
    applicant: Card
    assignee_name: str
    registered_by_name: str
    merged_into: str
    term: TermCount
    history: Sequence[Line]
    files: Sequence[AppealFile]
    links: Sequence[Linked]
    tasks: Sequence[StaffTask]
    moves: Sequence[Move]


class CaseReading:
    """Shows cards to the staff."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of
        self._readings = Readings()

    async def card(self, asker: Asker, appeal_id: int) -> CaseView:
        """The card; the reading is audited. Raises NotFound, NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            appeal = await tx.get(Appeal, appeal_id)
            if appeal is None:
                raise NotFound("no such appeal")
            await self._note(tx, asker, "appeal", appeal_id)
            history = await _moves(tx, appeal_id)
            files = select(AppealFile).where(AppealFile.appeal_id == appeal_id).order_by(col(AppealFile.id))
            names = await _names(tx, {appeal.assignee_id, appeal.registered_by, *_people_of(history)})
            merged_into = await tx.get(Appeal, appeal.merged_into_id) if appeal.merged_into_id else None
            return CaseView(
                appeal=appeal,
                applicant=await card_of(tx, appeal.applicant_id),
                assignee_name=names.get(appeal.assignee_id or 0, ""),
                registered_by_name=names.get(appeal.registered_by or 0, ""),
                merged_into=merged_into.registration_number if merged_into else "",
                term=term_count(appeal, await self._calendar_of(tx)),
                history=[_line(move, names) for move in history],
                files=(await tx.exec(files)).all(),
                links=await links_of(tx, appeal_id),
                tasks=await open_of_appeal(tx, appeal_id),
                moves=possible(AppealStatus(appeal.status), asker.abilities),
            )

    async def file(self, asker: Asker, appeal_id: int, file_id: int) -> tuple[AppealFile, StoredFile]:
        """A file of the card with its bytes; the reading is audited. Raises NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            kept = await tx.get(AppealFile, file_id)
            if kept is None or kept.appeal_id != appeal_id:
                raise NotFound("no such file")
            await self._note(tx, asker, "appeal_file", file_id)
            return kept, await load_file(tx, kept.storage_key)

    async def _note(self, tx: AsyncSession, asker: Asker, kind: str, number: int) -> None:
        now, subject = self._clock.now(), f"{kind}:{number}"
        if self._readings.is_new(asker.id, subject, now):
            await record(tx, now, f"{kind}.read", subject, staff_id=asker.id)


def term_count(appeal: Appeal, calendar: WorkCalendar) -> TermCount:
    """The count of the term as it would be made today; ``appeal.due_on`` is what was told to the applicant."""
    term = REPLY_TERMS[Urgency(appeal.urgency)]
    days = [
        TermDay(day=one.day, number=one.number, reason=one.reason_key, holiday=calendar.why_off(one.day) or "")
        for one in term.count(appeal.counted_from, calendar)
    ]
    official = all(calendar.is_official(one.day) for one in days)
    return TermCount(clause=term.clause, limit=term.days, days=days, is_forecast=not official)


async def _moves(tx: AsyncSession, appeal_id: int) -> Sequence[AppealMove]:
    return (await tx.exec(select(AppealMove).where(AppealMove.appeal_id == appeal_id).order_by(col(AppealMove.id)))).all()


def _people_of(history: Sequence[AppealMove]) -> set[int | None]:
    """Who made the moves, and to whom cards were given."""
    return {move.staff_id for move in history} | {move.details.get("assignee_id") for move in history if move.move == Move.ASSIGN}


async def _names(tx: AsyncSession, ids: set[int | None]) -> dict[int, str]:
    wanted = [one for one in ids if one is not None]
    found = await tx.exec(select(StaffMember).where(col(StaffMember.id).in_(wanted)))
    return {member.id or 0: member.full_name for member in found.all()}


def _line(move: AppealMove, names: Mapping[int, str]) -> Line:
    given_to = {"assignee_name": names.get(move.details.get("assignee_id") or 0, "")} if move.move == Move.ASSIGN else {}
    return Line(
        id=move.id or 0,
        move=Move(move.move),
        status=AppealStatus(move.status),
        staff_name=names.get(move.staff_id or 0, ""),
        note=move.note,
        details={**move.details, **given_to},
        made_at=move.made_at,
    )
