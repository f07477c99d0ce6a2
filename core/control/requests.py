"""Lines of the timetable about what departments owe: reminders, escalation, nobody there, substitutes (2.8.9, 2.8.10, 4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import OPEN, Move, make_move
from core.clock import MOSCOW
from core.control import finds
from core.control.batches import Found, Lines, Step
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.requests.model import InformationRequest
from core.requests.states import locked_request
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import ChannelName, RequestStatus, TaskKind
from core.words import say


class Reminders(Protocol):
    """Writes to whoever answers for a request (core.requests.desk.RequestDesk)."""

    async def remind_in(self, tx: AsyncSession, request: InformationRequest, *, key: str, overdue: bool) -> bool:
        """False when the letter was written before, or nobody at the department can be written to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding(Lines):
    """One round's reminders; ``head_email`` empty: the head of the centre has the list only, no letters."""

    reminders: Reminders
    outbox: Outbox
    head_email: str

    def lists(self) -> Sequence[Step]:
        """What goes onto the head's list."""
        ending = {"today": self.today, "next_day": self.calendar.next_working(self.today)}
        return (
            Step(name="unaddressed", find=finds.UNADDRESSED, facts={}, deed=self._unaddressed),
            Step(name="substitution_ends", find=finds.SUBSTITUTION_ENDS, facts=ending, deed=self._substitution_ends),
        )

    def told(self) -> Sequence[Step]:
        """What is written to the departments, and to the head about them."""
        today: Mapping[str, date] = {"today": self.today}
        return (
            Step(name="request_half", find=finds.HALF, facts=today, deed=self._half),
            Step(name="request_last", find=finds.LAST_DAY, facts=today, deed=self._last_day),
            Step(name="request_late", find=finds.LATE, facts=today, deed=self._late),
        )

    async def _half(self, tx: AsyncSession, one: Found) -> bool:
        """Half of the term in working days, the odd one to the department."""
        sent = one.sent_at.astimezone(MOSCOW).date()
        days = self.calendar.working_days_between(sent, one.due_on)
        if days < 2 or self.today < self.calendar.add_working_days(sent, (days + 1) // 2):
            return False
        return await self._remind(tx, one, "request_half")

    async def _last_day(self, tx: AsyncSession, one: Found) -> bool:
        return await self._remind(tx, one, "request_last")

    async def _late(self, tx: AsyncSession, one: Found) -> bool:
        awaited = await self._awaited(tx, one)
        if awaited is None:
            return False
        await self._write(tx, *awaited, "request_late", overdue=True)
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
        if raised:
            await self._note(tx, *awaited, "escalated")
        if self.head_email:
            await self._tell_head(tx, one)
        return raised

    async def _remind(self, tx: AsyncSession, one: Found, name: str) -> bool:
        awaited = await self._awaited(tx, one)
        return awaited is not None and await self._write(tx, *awaited, name, overdue=False)

    async def _awaited(self, tx: AsyncSession, one: Found) -> tuple[Appeal, InformationRequest] | None:
        """The card and its request, locked; None when the department wrote or the day was moved since the round looked."""
        appeal, request = await locked_request(tx, one.id)
        stands = appeal.status in OPEN and request.status == RequestStatus.SENT and request.due_on == one.due_on
        return (appeal, request) if stands else None

    async def _write(self, tx: AsyncSession, appeal: Appeal, request: InformationRequest, name: str, *, overdue: bool) -> bool:
        wrote = await self.reminders.remind_in(tx, request, key=f"{name}:{request.id}:{request.due_on}", overdue=overdue)
        if wrote:
            await self._note(tx, appeal, request, name)
        return wrote

    async def _note(self, tx: AsyncSession, appeal: Appeal, request: InformationRequest, name: str) -> None:
        """A line of the card's history: what the timetable asked for belongs to it as much as what people did (2.8.10)."""
        details = {"told": name, "request_id": request.id, "number": request.number, "department": request.department}
        await make_move(tx, appeal, Move.NOTICE, self.now, details=details)

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
