"""The morning's numbers of the casework, counted in one way for everybody who tells them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import WorkCalendar
from core.control import finds
from core.control.terms import SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Cards due today, soon and overdue, requests out and late, alarms that stand, duties overdue."""

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


async def digest_of(tx: AsyncSession, calendar: WorkCalendar, today: date) -> Digest:
    """The numbers as they are now, with ``today`` as the day."""
    soon = calendar.add_working_days(today, SOON)
    row = (await tx.execute(finds.DIGEST, {"today": today, "soon": soon})).mappings().one()
    return Digest(**row)
