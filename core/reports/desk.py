"""The reports desk: figures of a month, the reports that were made, the rows behind a figure (reg. 2.7, 2.8.12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.calendar import CalendarOf
from core.clock import MOSCOW, Clock
from core.control.digest import Digest, digest_of
from core.departments.model import Department
from core.errors import Invalid, NotFound
from core.files import load_file, store_file
from core.regulation import OFFICE_OPENS
from core.reports.counting import Figures, count, figures_from
from core.reports.drilling import BehindPage, Question, behind
from core.reports.findings import Compared, findings
from core.reports.live import LiveFigures, standing
from core.reports.model import MonthlyReport
from core.reports.periods import Month, month_of, read_month
from core.reports.port import ReportTypist, Sheet
from core.reports.wording import month_name, words
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import TaskKind
from db.transactions import Transactions

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAKING = 0x7265706F
"""Advisory lock: one report is made at a time, by whichever worker came first."""
LISTED = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A month as it is counted now, with what the figures say, beside those of the past that the centre has known."""

    now: Figures
    before: Figures | None
    year_ago: Figures | None
    findings: Sequence[str]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report on the list."""

    id: int
    month: str
    version: int
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A report that was made, and the totals that would be counted otherwise now: (then, now) by metric."""

    made: Made
    figures: Figures
    findings: Sequence[str]
    changed: Mapping[str, tuple[int | float | None, int | float | None]]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A file of a report to download."""

    file_name: str
    media_type: str
    content: bytes


class ReportDesk:
    """Use cases of the reports. ``answered_within``: seconds of the service level."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf, typist: ReportTypist, answered_within: int
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of
        self._typist = typist
        self._answered_within = answered_within

    async def month(self, asker: Asker, written: str) -> Seen:
        """The figures of a month as the rows are now. Raises NotAllowed, Invalid (fields: month)."""
        asker.must(Ability.READ_REPORTS)
        month = self._passed(written)
        async with self._transactions.begin() as tx:
            return await self._see(tx, month)

    async def standing(self, asker: Asker) -> LiveFigures:
        """This moment and today so far. Raises NotAllowed."""
        asker.must(Ability.READ_REPORTS)
        async with self._transactions.begin() as tx:
            return await standing(tx, self._clock.now(), self._clock.today(), self._answered_within)

    async def digest(self, asker: Asker) -> Digest:
        """The numbers of the casework today. Raises NotAllowed."""
        asker.must(Ability.READ_REPORTS)
        async with self._transactions.begin() as tx:
            return await digest_of(tx, await self._calendar_of(tx), self._clock.today())

    async def behind(self, asker: Asker, written: str, asked: Question) -> BehindPage:
        """A page of the rows behind a figure. Raises NotAllowed, NotFound, Invalid (fields: month)."""
        asker.must(Ability.READ_REPORTS)
        month = self._passed(written)
        async with self._transactions.begin() as tx:
            return await behind(tx, month, self._clock.today(), self._answered_within, asked)

    async def list(self, asker: Asker) -> Sequence[Made]:
        """The reports that were made, newest month first. Raises NotAllowed."""
        asker.must(Ability.READ_REPORTS)
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(_LISTED)).all()
        return [_made(report, name) for report, name in rows]

    async def kept(self, asker: Asker, report_id: int) -> Kept:
        """A report with its frozen figures, and what would be counted otherwise today. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_REPORTS)
        async with self._transactions.begin() as tx:
            report, name = await _found(tx, report_id)
            figures = figures_from(report.figures)
            today = self._clock.today()
            anew = await count(tx, month_of(report.month), self._clock.now(), today, figures.answered_within)
            names = await _names(tx)
        changed = {
            metric: (then, anew.totals.get(metric)) for metric, then in figures.totals.items() if anew.totals.get(metric) != then
        }
        return Kept(made=_made(report, name), figures=figures, findings=report.findings, changed=changed, names=names)

    async def file(self, asker: Asker, report_id: int, kind: str) -> ReportFile:
        """The .docx or the .xlsx of a report; the download is in the audit trail. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_REPORTS)
        async with self._transactions.begin() as tx:
            report, _ = await _found(tx, report_id)
            kept = await load_file(tx, report.docx_key if kind == "docx" else report.xlsx_key)
            await record(tx, self._clock.now(), "report.exported", f"report:{report_id}", staff_id=asker.id, kind=kind)
        name = str(words()["file"]).format(month=month_name(month_of(report.month)))
        return ReportFile(file_name=f"{name}.{kind}", media_type=kept.media_type, content=kept.content)

    async def make(self, asker: Asker, written: str) -> Made:
        """Make a new version of a month's report; the older ones stay. Raises NotAllowed, Invalid (fields: month)."""
        asker.must(Ability.MAKE_REPORTS)
        month = self._passed(written)
        report = await self._make(month, asker)
        return _made(report, asker.full_name)

    async def round(self) -> bool:
        """For the timetable: on the first working day of a month, in the morning, make the report of the month before, once.

        There is none of a month that was over before the centre had its first member of staff.
        """
        now = self._clock.now()
        local = now.astimezone(MOSCOW)
        month = month_of(local.date()).before
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
            made = (await tx.exec(select(MonthlyReport.id).where(MonthlyReport.month == month.first))).first()
            was_there = (await tx.exec(select(StaffMember.id).where(col(StaffMember.created_at) < month.end).limit(1))).first()
        first = month_of(local.date()).first
        due = first if calendar.is_working(first) else calendar.next_working(first)
        if made is not None or was_there is None or now < datetime.combine(due, OFFICE_OPENS, MOSCOW):
            return False
        return (await self._make(month, None, only_first=True)).made_at == now

    async def _make(self, month: Month, asker: Asker | None, *, only_first: bool = False) -> MonthlyReport:
        """Count, then set on paper with no transaction open, then keep; of two who make the first at once, one is kept."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            seen = await self._see(tx, month)
            version = await _newest(tx, month) + 1
        sheet = Sheet(
            now=seen.now,
            before=seen.before,
            year_ago=seen.year_ago,
            findings=seen.findings,
            names=seen.names,
            made_at=now,
            version=version,
        )
        document, tables = await self._typist.report_document(sheet), await self._typist.report_tables(sheet)
        async with self._transactions.begin() as tx:
            await tx.execute(_ONE_AT_A_TIME, {"key": MAKING})
            newest = await _newest(tx, month)
            if only_first and newest:
                return (await tx.exec(select(MonthlyReport).where(MonthlyReport.month == month.first))).one()
            report = MonthlyReport(
                month=month.first,
                version=newest + 1,
                figures=seen.now.as_json(),
                compared={one.month: one.as_json() for one in (seen.before, seen.year_ago) if one is not None},
                findings=list(seen.findings),
                docx_key=await store_file(tx, document, DOCX, now),
                xlsx_key=await store_file(tx, tables, XLSX, now),
                made_at=now,
                made_by_id=asker.id if asker else None,
            )
            tx.add(report)
            await tx.flush()
            who = asker.id if asker else None
            await record(tx, now, "report.made", f"report:{report.id}", staff_id=who, month=month.key, version=report.version)
            if asker is None:
                today = self._clock.today()
                key = f"report:{month.key}:{report.version}"
                await raise_task(
                    tx, TaskKind.REPORT_READY, now, key=key, for_role=HEAD, due_on=today, month=month.key, report=report.id
                )
            return report

    async def _see(self, tx: AsyncSession, month: Month) -> Seen:
        now, today = self._clock.now(), self._clock.today()
        counted = [await count(tx, one, now, today, self._answered_within) for one in (month, month.before, month.year_ago)]
        names = await _names(tx)
        before, year_ago = map(_known, counted[1:])
        said = findings(Compared(now=counted[0], before=before, year_ago=year_ago, names=names))
        return Seen(now=counted[0], before=before, year_ago=year_ago, findings=said, names=names)

    def _passed(self, written: str) -> Month:
        month = read_month(written)
        if month.first > self._clock.today():
            raise Invalid("a month to come", fields={"month": "to_come"})
        return month


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)")
_REPORTS = select(MonthlyReport, StaffMember.full_name).outerjoin(StaffMember, col(StaffMember.id) == MonthlyReport.made_by_id)
_LISTED = _REPORTS.order_by(col(MonthlyReport.month).desc(), col(MonthlyReport.version).desc()).limit(LISTED)


def _known(figures: Figures) -> Figures | None:
    """A month in which the centre did nothing is one before it was there: nothing is compared with it."""
    return figures if any(figures.totals[name] for name in ("contacts", "appeals", "replies")) else None


async def _found(tx: AsyncSession, report_id: int) -> tuple[MonthlyReport, str]:
    row = (await tx.exec(_REPORTS.where(MonthlyReport.id == report_id))).first()
    if row is None:
        raise NotFound("no such report")
    return row[0], row[1] or ""


async def _newest(tx: AsyncSession, month: Month) -> int:
    return (
        await tx.exec(select(func.coalesce(func.max(MonthlyReport.version), 0)).where(MonthlyReport.month == month.first))
    ).one()


async def _names(tx: AsyncSession) -> Mapping[str, str]:
    return dict((await tx.exec(select(Department.key, Department.name))).all())


def _made(report: MonthlyReport, name: str | None) -> Made:
    return Made(
        id=report.id or 0, month=month_of(report.month).key, version=report.version, made_at=report.made_at, made_by=name or ""
    )
