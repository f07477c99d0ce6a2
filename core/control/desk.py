"""The timetable: everything that must happen because a day has come, done once however often and by however many (issue 3, 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from core.calendar import CalendarOf
from core.clock import MOSCOW
from core.control import finds
from core.control.batches import BATCH, Step, take
from core.control.requests import Reminders, Reminding
from core.control.terms import SOON, Drafting, terms
from core.deliveries.outbox import Outbox
from core.knowledge.duties.raising import DutyRaising
from core.logs import log
from core.regulation import OFFICE_OPENS
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The morning's numbers: cards due today, soon and overdue, requests out and late, alarms that stand, duties overdue."""

    due: int
    due_soon: int
    overdue: int
    requests: int
    requests_late: int
    interim: int
    closing: int
    duties_overdue: int

    def facts(self) -> Mapping[str, int]:
        """By name, for a phrase."""
        return asdict(self)


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
        today = now.astimezone(MOSCOW).date()
        async with self._transactions.begin() as tx:
            soon = (await self._calendar_of(tx)).add_working_days(today, SOON)
            row = (await tx.execute(finds.DIGEST, {"today": today, "soon": soon})).mappings().one()
        return Digest(**row)

    async def _steps(self, now: datetime) -> Sequence[Step]:
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
        reminding = Reminding(
            reminders=self._reminders, outbox=self._outbox, calendar=calendar, now=now, head_email=self._head_email
        )
        duties = DutyRaising(outbox=self._outbox, calendar=calendar, now=now, public_url=self._public_url)
        local = now.astimezone(MOSCOW)
        letters = calendar.is_working(local.date()) and local.time() >= OFFICE_OPENS
        written = (*reminding.letters(), *duties.letters()) if letters else ()
        return (*terms(calendar, now, self._draft_interim), *reminding.lists(), *duties.lists(), *written)

    async def _forget_gone(self, now: datetime) -> int:
        """Alarms whose reason has gone are done: the card was answered, the department wrote, the term was moved."""
        total = 0
        while True:
            async with self._transactions.begin() as tx:
                count = len((await tx.execute(finds.GONE, {"now": now, "most": BATCH})).all())
            total += count
            if count < BATCH:
                return total
