"""The timetable: everything that must happen because a day has come, done once however often and by however many (issue 3, 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.calendar import CalendarOf
from core.clock import MOSCOW
from core.control import finds
from core.control.batches import BATCH, Lines, Step, take
from core.control.digest import Digest, digest_of
from core.control.requests import Reminders, Reminding
from core.control.terms import Drafting, Terms
from core.deliveries.outbox import Outbox
from core.knowledge.duties.raising import DutyRaising
from core.logs import log
from db.transactions import Transactions


class ControlDesk:
    """Keeps the timetable; ``head_email`` is where the head of the centre is written to about late departments, or empty."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        calendar_of: CalendarOf,
        draft_interim: Drafting,
        reminders: Reminders,
        outbox: Outbox,
        public_url: str,
        head_email: str = "",
    ) -> None:
        self._transactions = transactions
        self._calendar_of = calendar_of
        self._draft_interim = draft_interim
        self._reminders = reminders
        self._outbox = outbox
        self._public_url = public_url
        self._head_email = head_email

    async def round(self, now: datetime) -> Mapping[str, int]:
        """Do what is due at ``now``; gives how much was done by the names of the lines that did something."""
        done = {"gone": await self._forget_gone(now)}
        for step in await self._steps(now):
            try:
                done[step.name] = await take(self._transactions, step)
            except Exception:  # noqa: BLE001  # one line must not cost the others their turn
                log.exception("control.line_failed", step=step.name)
        told = {name: count for name, count in done.items() if count}
        if told:
            log.info("control.round", **told)
        return told

    async def digest(self, now: datetime) -> Digest:
        """The numbers as they are at ``now``."""
        async with self._transactions.begin() as tx:
            return await digest_of(tx, await self._calendar_of(tx), now.astimezone(MOSCOW).date())

    async def _steps(self, now: datetime) -> Sequence[Step]:
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
        outbox, head = self._outbox, self._head_email
        parts: Sequence[Lines] = (
            Terms(calendar=calendar, now=now, draft=self._draft_interim),
            Reminding(calendar=calendar, now=now, reminders=self._reminders, outbox=outbox, head_email=head),
            DutyRaising(calendar=calendar, now=now, outbox=outbox, public_url=self._public_url),
        )
        local = now.astimezone(MOSCOW)
        somebody_reads = calendar.is_working(local.date()) and local.time() >= calendar.hours_of(local.date())[0]
        told = [step for part in parts for step in part.told()] if somebody_reads else []
        return [*(step for part in parts for step in part.lists()), *told]

    async def _forget_gone(self, now: datetime) -> int:
        """Alarms whose reason has gone are done: the card was answered, the department wrote, the term was moved."""
        total = 0
        while True:
            async with self._transactions.begin() as tx:
                count = len((await tx.execute(finds.GONE, {"now": now, "most": BATCH})).all())
            total += count
            if count < BATCH:
                return total
