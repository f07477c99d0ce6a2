"""Lines of the timetable about the terms of cards (reg. 2.8.7, 2.8.9-2.8.11)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import OPEN, locked_appeal
from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.control import finds
from core.control.batches import Deed, Found, Step
from core.regulation import DAY, INFORMATION_REQUEST_TERM
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import TaskKind

SOON = 2
"""Working days before the term on which the operator is warned and the interim reply is drafted (ours; 2.8.10 asks to watch)."""


class Drafted(Protocol):
    """A draft that was made."""

    id: int | None


Drafting = Callable[[AsyncSession, Appeal], Awaitable[Drafted | None]]
"""Drafts the interim reply in the caller's transaction (ReplyDesk.draft_interim_in); None: one is there already."""


def terms(calendar: WorkCalendar, now: datetime, draft: Drafting) -> Sequence[Step]:
    """The lines for one round."""
    today = now.astimezone(MOSCOW).date()
    soon = calendar.add_working_days(today, SOON)
    started = _last_start(today, calendar)
    before = datetime.combine(started + DAY, time.min, MOSCOW).astimezone(UTC)
    return (
        Step(name="request_due", find=finds.REQUEST_DUE, facts={"last": started}, deed=_request_due(calendar, now)),
        Step(name="due_soon", find=finds.DUE_SOON, facts={"today": today, "soon": soon}, deed=_due_soon(now)),
        Step(name="interim", find=finds.INTERIM, facts={"soon": soon}, deed=_interim(now, draft)),
        Step(name="overdue", find=finds.OVERDUE, facts={"today": today}, deed=_overdue(now)),
        Step(name="closing_due", find=finds.CLOSING_DUE, facts={"before": before}, deed=_closing_due(calendar, now)),
    )


def _last_start(today: date, calendar: WorkCalendar) -> date:
    """The newest day whose next working day has come."""
    return (today if calendar.is_working(today) else calendar.add_working_days(today, -1)) - DAY


def _request_due(calendar: WorkCalendar, now: datetime) -> Deed:
    async def deed(tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.REQUEST_DUE,
            now,
            key=f"request_due:{one.id}:{one.counted_from}",
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=INFORMATION_REQUEST_TERM.due(one.counted_from, calendar),
            number=one.registration_number,
        )

    return deed


def _due_soon(now: datetime) -> Deed:
    async def deed(tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.DUE_SOON,
            now,
            key=f"due_soon:{one.id}:{one.answer_by}",
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=one.answer_by,
            number=one.registration_number,
        )

    return deed


def _interim(now: datetime, draft: Drafting) -> Deed:
    """The alarm stands until the reply is sent: sending finishes it, and a new promise makes a new one."""

    async def deed(tx: AsyncSession, one: Found) -> bool:
        appeal = await locked_appeal(tx, one.id)
        if appeal.status not in OPEN or appeal.answer_by != one.answer_by:
            return False
        about = {"appeal_id": one.id, "assignee_id": appeal.assignee_id, "due_on": appeal.answer_by}
        key = f"interim_needed:{one.id}:{appeal.answer_by}"
        drafted = await draft(tx, appeal)
        return await raise_task(
            tx,
            TaskKind.INTERIM_NEEDED,
            now,
            key=key,
            reply_id=drafted.id if drafted else None,
            number=appeal.registration_number,
            **about,
        )

    return deed


def _overdue(now: datetime) -> Deed:
    async def deed(tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.OVERDUE,
            now,
            key=f"overdue:{one.id}:{one.answer_by}",
            for_role=HEAD,
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=one.answer_by,
            number=one.registration_number,
        )

    return deed


def _closing_due(calendar: WorkCalendar, now: datetime) -> Deed:
    async def deed(tx: AsyncSession, one: Found) -> bool:
        appeal = await locked_appeal(tx, one.id)
        return await raise_task(
            tx,
            TaskKind.CLOSING_DUE,
            now,
            key=f"closing_due:{one.id}:{appeal.reopened}",
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=calendar.next_working(one.replied_at.astimezone(MOSCOW).date()),
            number=one.registration_number,
        )

    return deed
