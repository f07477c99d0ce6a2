"""Lines of the timetable about what departments owe: reminders, escalation, nobody there, substitutes (2.8.9, 2.8.10, 4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.control import finds
from core.control.batches import Found, Step
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.requests.model import InformationRequest
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import ChannelName, RequestStatus, TaskKind
from core.words import say


class Reminders(Protocol):
    """Writes to whoever answers for a request (core.requests.desk.RequestDesk)."""

    async def remind_in(self, tx: AsyncSession, request: InformationRequest, *, key: str, overdue: bool) -> bool:
        """False when the letter was written before, or nobody at the department can be written to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """One round's reminders; ``head_email`` empty: the head of the centre has the list only, no letters."""

    reminders: Reminders
    outbox: Outbox
    calendar: WorkCalendar
    now: datetime
    head_email: str

    def letters(self) -> Sequence[Step]:
        """What is written to people: only when somebody reads it, from the morning of a working day on."""
        today: Mapping[str, date] = {"today": self.now.astimezone(MOSCOW).date()}
        return (
            Step(name="request_half", find=finds.HALF, facts=today, deed=self._half),
            Step(name="request_last", find=finds.LAST_DAY, facts=today, deed=self._last_day),
            Step(name="request_late", find=finds.LATE, facts=today, deed=self._late),
        )

    def lists(self) -> Sequence[Step]:
        """What goes onto the head's list at any hour."""
        today = self.now.astimezone(MOSCOW).date()
        ending = {"today": today, "next_day": self.calendar.next_working(today)}
        return (
            Step(name="unaddressed", find=finds.UNADDRESSED, facts={}, deed=self._unaddressed),
            Step(name="substitution_ends", find=finds.SUBSTITUTION_ENDS, facts=ending, deed=self._substitution_ends),
        )

    async def _half(self, tx: AsyncSession, one: Found) -> bool:
        """Half of the term in working days, the odd one to the department."""
        sent = one.sent_at.astimezone(MOSCOW).date()
        days = self.calendar.working_days_between(sent, one.due_on)
        today = self.now.astimezone(MOSCOW).date()
        if days < 2 or today < self.calendar.add_working_days(sent, (days + 1) // 2):
            return False
        return await self._remind(tx, one, "request_half", overdue=False)

    async def _last_day(self, tx: AsyncSession, one: Found) -> bool:
        return await self._remind(tx, one, "request_last", overdue=False)

    async def _late(self, tx: AsyncSession, one: Found) -> bool:
        await self._remind(tx, one, "request_late", overdue=True)
        about = {
            "appeal_id": one.appeal_id,
            "request_id": one.id,
            "department": one.department,
            "assignee_id": one.assignee_id,
            "due_on": one.due_on,
        }
        subject = f"{one.id}:{one.due_on}"
        await raise_task(tx, TaskKind.REQUEST_UNANSWERED, self.now, key=f"request_unanswered:{subject}", number=one.number, **about)
        raised = await raise_task(
            tx, TaskKind.ESCALATED, self.now, key=f"escalated:{subject}", for_role=HEAD, number=one.number, **about
        )
        if self.head_email:
            await self._tell_head(tx, one)
        return raised

    async def _remind(self, tx: AsyncSession, one: Found, name: str, *, overdue: bool) -> bool:
        request = await tx.get(InformationRequest, one.id, with_for_update=True, populate_existing=True)
        if request is None or request.status != RequestStatus.SENT or request.due_on != one.due_on:
            return False
        return await self.reminders.remind_in(tx, request, key=f"{name}:{one.id}:{one.due_on}", overdue=overdue)

    async def _tell_head(self, tx: AsyncSession, one: Found) -> None:
        facts = {"request": one.number, "appeal": one.registration_number, "due": spoken_date(one.due_on)}
        content = {
            "subject": say("control.escalated.subject", **facts),
            "text": say("control.escalated.text", **facts),
            "files": [],
            "kind": "notice",
        }
        key = f"escalated:{one.id}:{one.due_on}"
        await self.outbox.write_letter(
            tx, channel=ChannelName.EMAIL, recipient=self.head_email, content=content, now=self.now, key=key
        )

    async def _unaddressed(self, tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.REQUEST_UNADDRESSED,
            self.now,
            key=f"unaddressed:{one.id}",
            for_role=HEAD,
            appeal_id=one.appeal_id,
            request_id=one.id,
            department=one.department,
            due_on=one.due_on,
        )

    async def _substitution_ends(self, tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.SUBSTITUTION_ENDS,
            self.now,
            key=f"substitution_ends:{one.id}:{one.last}",
            for_role=HEAD,
            department=one.department,
            due_on=one.last,
            liaison_id=one.liaison_id,
        )
