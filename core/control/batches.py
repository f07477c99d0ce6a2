"""How the timetable goes through its finds: in small batches, by many replicas at once, past what fails."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, TextClause
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.logs import log
from db.transactions import Transactions

BATCH = 100

Found = Row[Any]
Deed = Callable[[AsyncSession, Found], Awaitable[bool]]
"""Does what is due about one find; True if it did something. Written so that a second call does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the timetable.

    ``find`` gives what is still to be done, by ``id`` after ``:after``, at most ``:most``: what was done is not found again. It
    locks nothing; a deed that changes a row locks it itself, and keys keep two replicas from doing one thing twice.
    """

    name: str
    find: TextClause
    facts: Mapping[str, date | int | Sequence[str]]
    deed: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of one subject for one round: at the moment ``now``, by ``calendar``."""

    calendar: WorkCalendar
    now: datetime

    @property
    def today(self) -> date:
        """The day in Moscow."""
        return self.now.astimezone(MOSCOW).date()

    def lists(self) -> Sequence[Step]:
        """What is put on the lists at any hour."""
        return ()

    def told(self) -> Sequence[Step]:
        """What is told to people: only when somebody is there, from the morning of a working day on, after all lists."""
        return ()


async def take(transactions: Transactions, step: Step) -> int:
    """Do the step for everything that it finds; gives for how many something was done.

    A batch is one transaction. If something in it fails, it is rolled back and each find gets a transaction of its own, so that
    only the failing one is left for the next round, and told of in the log.
    """
    done, after = 0, 0
    while True:
        async with transactions.begin() as tx:
            found = (await tx.execute(step.find, {**step.facts, "after": after, "most": BATCH})).all()
        if not found:
            return done
        after = found[-1].id
        try:
            done += await _together(transactions, step, found)
        except Exception:  # noqa: BLE001  # whatever it was, the others must have their turn
            done += await _one_by_one(transactions, step, found)


async def _together(transactions: Transactions, step: Step, found: Sequence[Found]) -> int:
    async with transactions.begin() as tx:
        return sum([await step.deed(tx, one) for one in found])


async def _one_by_one(transactions: Transactions, step: Step, found: Sequence[Found]) -> int:
    done = 0
    for one in found:
        try:
            async with transactions.begin() as tx:
                done += await step.deed(tx, one)
        except Exception:  # noqa: BLE001  # told below, and found again by the next round
            log.exception("control.failed", step=step.name, id=one.id)
    return done
