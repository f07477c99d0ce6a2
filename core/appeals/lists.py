"""Lists of cards: filters, full-text search, the board of terms; keyset pages: the millionth card costs what the first did."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.appeals.model import Appeal
from core.appeals.searching import WordSearch
from core.clock import Clock, end_of, midnight
from core.errors import Invalid
from core.people.model import ContactPoint
from core.requests.model import InformationRequest
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.table import table_of
from core.vocabulary import AppealStatus
from db.transactions import Transactions

PAGE = 50
COUNTED = 1000
"""A list says "more than 999" instead of counting a city."""
NOBODY = 0
"""As an assignee: cards that nobody has taken."""
_PHONE = re.compile(r"\+?[\d\s()\-]{10,20}")
_NUMBER = re.compile(r"(?:\w{1,4}-)?0*(\d{1,7})(?:/(\d{4}))?")
_PATIENCE = text("SET LOCAL statement_timeout = '3s'")

AWAITED = (
    AppealStatus.REGISTERED,
    AppealStatus.REQUESTED,
    AppealStatus.ANSWER_RECEIVED,
    AppealStatus.CANNOT,
    AppealStatus.FORWARDED,
    AppealStatus.CLARIFYING,
)
_CARD = table_of(Appeal)
_STAFF = table_of(StaffMember)
_REQUEST = table_of(InformationRequest)
_POINT = table_of(ContactPoint)
A = _CARD.c
_OPEN: ColumnElement[bool] = literal_column("appeal.status NOT IN ('closed', 'merged', 'replied')")
_REPLIED: ColumnElement[bool] = literal_column("appeal.status = 'replied'")
"""As the partial indexes say it."""
_SHOWN = (
    *(A.id, A.registration_number, A.applicant_id, A.applicant_name, A.topic, A.address, A.urgency, A.status, A.channel),
    *(A.reply_form, A.registered_at, A.due_on, A.promised_on, A.answer_by, A.assignee_id, A.version),
    func.left(A.text, 240).label("text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A filter; empty parts leave everything in.

    ``by_term`` orders by the day of the answer, otherwise (and whenever there are ``words``) the newest come first.
    """

    words: str = ""
    statuses: Sequence[AppealStatus] = ()
    urgency: str = ""
    channel: str = ""
    department: str = ""
    assignee_id: int | None = None
    applicant_id: int | None = None
    registered_from: date | None = None
    registered_to: date | None = None
    answer_from: date | None = None
    answer_to: date | None = None
    awaited: bool = False
    by_term: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRow:
    """A line of a list; ``days_left`` in calendar days to ``answer_by``, negative when overdue, None when nobody waits any more."""

    id: int
    registration_number: str
    applicant_id: int
    applicant_name: str
    text: str
    topic: str
    address: str
    urgency: str
    status: AppealStatus
    channel: str
    reply_form: str
    registered_at: datetime
    due_on: date
    promised_on: date | None
    answer_by: date
    days_left: int | None
    assignee_id: int | None
    assignee_name: str
    departments: Sequence[str]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealPage:
    """A page; ``next`` is handed in as ``after`` for the following one."""

    rows: Sequence[AppealRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """How many cards wait for their answer: overdue, today, in the rest of this week, later; and for their closing call."""

    today: date
    week_ends: date
    overdue: int
    due_today: int
    this_week: int
    later: int
    closing: int


class AppealLists:
    """What the staff see of many cards at once."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._search = WordSearch(clock)

    async def page(self, asker: Asker, wanted: Wanted, after: str = "", limit: int = PAGE) -> AppealPage:
        """A page of the cards that fit; raises Invalid (fields: after) for a cursor that is none of ours."""
        asker.must(Ability.READ_INBOX)
        if wanted.words.strip():
            wanted = replace(wanted, by_term=False)
        async with self._transactions.begin_plain() as connection:
            await connection.execute(_PATIENCE)
            ids = await self._ids(connection, wanted, after, limit + 1)
            rows = await self._rows(connection, ids[:limit])
        if wanted.by_term:
            rows.sort(key=lambda row: (row.answer_by, row.id))
        last = rows[-1] if rows and len(ids) > limit else None
        following = None if last is None else (f"{last.answer_by}_{last.id}" if wanted.by_term else str(last.id))
        return AppealPage(rows=rows, next=following)

    async def board(self, asker: Asker, assignee_id: int | None = None) -> Board:
        """The counts of the board of terms, of all cards or of those of one assignee (NOBODY: of nobody); each stops at 1000."""
        asker.must(Ability.READ_INBOX)
        today = self._clock.today()
        week_ends = today + timedelta(days=6 - today.weekday())
        parts: Sequence[ColumnElement[bool]] = (
            and_(_OPEN, A.answer_by < today),
            and_(_OPEN, A.answer_by == today),
            and_(_OPEN, A.answer_by > today, A.answer_by <= week_ends),
            and_(_OPEN, A.answer_by > week_ends),
            _REPLIED,
        )
        whose = [] if assignee_id is None else [_of_assignee(assignee_id)]
        counts = [select(func.count()).select_from(select(A.id).where(part, *whose).limit(COUNTED).subquery()) for part in parts]
        async with self._transactions.begin_plain() as connection:
            found = (await connection.execute(select(*(count.scalar_subquery() for count in counts)))).one()
        overdue, due_today, this_week, later, closing = found
        return Board(
            today=today,
            week_ends=week_ends,
            overdue=overdue,
            due_today=due_today,
            this_week=this_week,
            later=later,
            closing=closing,
        )

    async def _ids(self, connection: AsyncConnection, wanted: Wanted, after: str, limit: int) -> list[int]:
        chosen = _chosen(wanted, after).limit(limit)
        question = wanted.words.strip()
        number = _NUMBER.fullmatch(question)
        if number is not None:
            chosen = chosen.where(A.number == int(number[1]))
            chosen = chosen.where(A.year == int(number[2])) if number[2] else chosen
        elif _PHONE.fullmatch(question):
            value = "+7" + re.sub(r"\D", "", question)[-10:]
            chosen = chosen.where(A.applicant_id.in_(select(_POINT.c.applicant_id).where(_POINT.c.value_mark == value)))
        elif question:
            newest = _number(after) if after else None
            return await self._search.find(connection, chosen, question, limit, newest)
        return [row[0] for row in await connection.execute(chosen)]

    async def _rows(self, connection: AsyncConnection, ids: Sequence[int]) -> list[AppealRow]:
        if not ids:
            return []
        today = self._clock.today()
        shown = select(*_SHOWN, _STAFF.c.full_name).select_from(_CARD.outerjoin(_STAFF, _STAFF.c.id == A.assignee_id))
        found = {row["id"]: row for row in (await connection.execute(shown.where(A.id.in_(ids)))).mappings()}
        asked = select(_REQUEST.c.appeal_id, _REQUEST.c.department).where(_REQUEST.c.appeal_id.in_(ids)).distinct()
        departments: dict[int, list[str]] = {}
        for appeal_id, department in await connection.execute(asked):
            departments.setdefault(appeal_id, []).append(department)
        return [_row(found[one], today, sorted(departments.get(one, ()))) for one in ids if one in found]


def _chosen(wanted: Wanted, after: str) -> Select[int]:
    chosen = select(A.id)
    if wanted.by_term:
        chosen = chosen.order_by(A.answer_by, A.id)
        if after:
            day, _, last = after.partition("_")
            chosen = chosen.where(tuple_(A.answer_by, A.id) > (_date(day), _number(last)))
    else:
        chosen = chosen.order_by(A.id.desc())
        chosen = chosen.where(A.id < _number(after)) if after else chosen
    return chosen.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if wanted.awaited:
        parts.append(_OPEN)
    if wanted.statuses:
        parts.append(A.status.in_([status.value for status in wanted.statuses]))
    for column, value in ((A.urgency, wanted.urgency), (A.channel, wanted.channel)):
        if value:
            parts.append(column == value)
    if wanted.applicant_id is not None:
        parts.append(A.applicant_id == wanted.applicant_id)
    if wanted.assignee_id is not None:
        parts.append(_of_assignee(wanted.assignee_id))
    if wanted.department:
        parts.append(A.id.in_(select(_REQUEST.c.appeal_id).where(_REQUEST.c.department == wanted.department)))
    return parts + _days(wanted)


def _of_assignee(assignee_id: int) -> ColumnElement[bool]:
    return A.assignee_id.is_(None) if assignee_id == NOBODY else A.assignee_id == assignee_id


def _days(wanted: Wanted) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if wanted.registered_from is not None:
        parts.append(A.registered_at >= midnight(wanted.registered_from))
    if wanted.registered_to is not None:
        parts.append(A.registered_at < end_of(wanted.registered_to))
    if wanted.answer_from is not None:
        parts.append(A.answer_by >= wanted.answer_from)
    if wanted.answer_to is not None:
        parts.append(A.answer_by <= wanted.answer_to)
    return parts


def _row(found: Any, today: date, departments: Sequence[str]) -> AppealRow:
    given = {name: found[name] for name in AppealRow.__slots__ if name in found and name not in ("status",)}
    status = AppealStatus(found["status"])
    left = (found["answer_by"] - today).days if status in AWAITED else None
    return AppealRow(**given, status=status, days_left=left, assignee_name=found["full_name"] or "", departments=departments)


def _number(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise Invalid("no such place in the list", fields={"after": "unreadable"})
    return int(cursor)


def _date(cursor: str) -> date:
    try:
        return date.fromisoformat(cursor)
    except ValueError:
        raise Invalid("no such place in the list", fields={"after": "unreadable"}) from None
