"""Lines of the timetable about the terms of cards (reg. 2.8.7, 2.8.9-2.8.11)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import OPEN, locked_appeal
from core.audit.live import LiveKind, announce
from core.calls.closing import offer_closing_call
from core.clock import MOSCOW
from core.control import finds
from core.control.batches import Found, Lines, Step
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Lines):
    """One round's look at the terms; ``draft`` makes the interim reply for the operator to complete."""

    draft: Drafting

    def lists(self) -> Sequence[Step]:
        """Alarms of the terms, and calls that became possible."""
        today = self.today
        soon, started = self.calendar.add_working_days(today, SOON), self._last_start()
        before = datetime.combine(started + DAY, time.min, MOSCOW).astimezone(UTC)
        return (
            Step(name="request_due", find=finds.REQUEST_DUE, facts={"last": started}, deed=self._request_due),
            Step(name="due_soon", find=finds.DUE_SOON, facts={"today": today, "soon": soon}, deed=self._due_soon),
            Step(name="interim", find=finds.INTERIM, facts={"soon": soon}, deed=self._interim),
            Step(name="overdue", find=finds.OVERDUE, facts={"today": today}, deed=self._overdue),
            Step(name="closing_call", find=finds.CLOSING_CALL, facts={}, deed=self._closing_call),
            Step(name="closing_due", find=finds.CLOSING_DUE, facts={"before": before}, deed=self._closing_due),
        )

    def told(self) -> Sequence[Step]:
        """The interim reply that is still not sent: from the last day on to the head, and anew on every working day."""
        today = {"today": self.today}
        near = {**today, "soon": self.calendar.add_working_days(self.today, SOON)}
        return (
            Step(name="interim_unsent", find=finds.INTERIM_UNSENT, facts=today, deed=self._interim_unsent),
            Step(name="interim_again", find=finds.INTERIM_AGAIN, facts=near, deed=self._interim_again),
        )

    def _last_start(self) -> date:
        """The newest day whose next working day has come."""
        return (self.today if self.calendar.is_working(self.today) else self.calendar.add_working_days(self.today, -1)) - DAY

    async def _request_due(self, tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.REQUEST_DUE,
            self.now,
            key=f"request_due:{one.id}:{one.counted_from}",
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=INFORMATION_REQUEST_TERM.due(one.counted_from, self.calendar),
            number=one.registration_number,
        )

    async def _due_soon(self, tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.DUE_SOON,
            self.now,
            key=f"due_soon:{one.id}:{one.answer_by}",
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=one.answer_by,
            number=one.registration_number,
        )

    async def _interim(self, tx: AsyncSession, one: Found) -> bool:
        """The alarm stands until the reply is sent: sending finishes it, and a new promise makes a new one."""
        appeal = await locked_appeal(tx, one.id)
        if appeal.status not in OPEN or appeal.answer_by != one.answer_by:
            return False
        drafted = await self.draft(tx, appeal)
        return await raise_task(
            tx,
            TaskKind.INTERIM_NEEDED,
            self.now,
            key=f"interim_needed:{one.id}:{appeal.answer_by}",
            appeal_id=one.id,
            assignee_id=appeal.assignee_id,
            due_on=appeal.answer_by,
            reply_id=drafted.id if drafted else None,
            number=appeal.registration_number,
        )

    async def _interim_unsent(self, tx: AsyncSession, one: Found) -> bool:
        """The last day has come and nothing was sent: from now on it is the head's matter too, and the duty chat's."""
        return await raise_task(
            tx,
            TaskKind.INTERIM_NEEDED,
            self.now,
            key=f"interim_unsent:{one.id}:{one.answer_by}",
            for_role=HEAD,
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=one.answer_by,
            number=one.registration_number,
        )

    async def _interim_again(self, tx: AsyncSession, one: Found) -> bool:
        """The same task, told anew; one that was ticked off although nothing was sent is open again."""
        told = (await tx.execute(finds.ALARM_AGAIN, {"id": one.id, "today": self.today})).first()
        if told is None:
            return False
        about = {"task": TaskKind.INTERIM_NEEDED.value, "for_role": one.for_role, "again": self.today.isoformat()}
        await announce(tx, LiveKind.TASK, self.now, task_id=one.id, appeal_id=one.appeal_id, **about)
        return True

    async def _overdue(self, tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.OVERDUE,
            self.now,
            key=f"overdue:{one.id}:{one.answer_by}",
            for_role=HEAD,
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=one.answer_by,
            number=one.registration_number,
        )

    async def _closing_call(self, tx: AsyncSession, one: Found) -> bool:
        """A telephone that became known after the reply: the call is on the list without anybody having opened the card."""
        return await offer_closing_call(tx, await locked_appeal(tx, one.id), self.now)

    async def _closing_due(self, tx: AsyncSession, one: Found) -> bool:
        appeal = await locked_appeal(tx, one.id)
        return await raise_task(
            tx,
            TaskKind.CLOSING_DUE,
            self.now,
            key=f"closing_due:{one.id}:{appeal.reopened}",
            appeal_id=one.id,
            assignee_id=one.assignee_id,
            due_on=self.calendar.next_working(one.replied_at.astimezone(MOSCOW).date()),
            number=one.registration_number,
        )
