"""The figures of a month, the reports that were made, the dashboard (reg. 2.7, 2.8.12)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from core.conversations.thread import NEWEST
from core.reports.drilling import Question
from inbox.web.auth import Desks, SignedIn, SilentlySignedIn
from inbox.web.file_answers import saved_file
from inbox.web.masking import MaskedRoute
from inbox.web.reports import mapping, schemas

router = APIRouter(route_class=MaskedRoute, prefix="/api/reports", tags=["reports"])
ReportId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
Month = Annotated[str, Path(max_length=7)]
Word = Annotated[str, Query(max_length=64)]


@router.get("")
async def list_reports(asker: SignedIn, office: Desks) -> list[schemas.ReportMade]:
    """The reports that were made."""
    return [mapping.made(one) for one in await office.reports.list(asker)]


@router.get("/now")
async def dashboard(asker: SilentlySignedIn, office: Desks) -> schemas.Dashboard:
    """This moment and today so far."""
    standing = await office.reports.standing(asker)
    return mapping.dashboard(standing, await office.reports.digest(asker))


@router.get("/months/{month}")
async def see_month(month: Month, asker: SignedIn, office: Desks) -> schemas.ReportMonth:
    """A month as it is counted now."""
    return mapping.seen(await office.reports.month(asker, month))


@router.get("/months/{month}/rows")
async def rows_behind(
    month: Month,
    asker: SignedIn,
    office: Desks,
    metric: Word,
    table: Word = "",
    key: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> schemas.ReportRows:
    """The rows that a figure counts."""
    asked = Question(metric=metric, table=table, key=key, after=after)
    return mapping.rows(await office.reports.behind(asker, month, asked))


@router.post("/months/{month}")
async def make_report(month: Month, asker: SignedIn, office: Desks) -> schemas.ReportMade:
    """Make a new version of the month's report."""
    return mapping.made(await office.reports.make(asker, month))


@router.get("/{id}")
async def see_report(report_id: ReportId, asker: SignedIn, office: Desks) -> schemas.ReportKept:
    """A report as it was made."""
    return mapping.kept(await office.reports.kept(asker, report_id))


@router.get("/{id}/{kind}", response_class=Response)
async def report_file(report_id: ReportId, kind: Literal["docx", "xlsx"], asker: SignedIn, office: Desks) -> Response:
    """Its file, to be saved."""
    found = await office.reports.file(asker, report_id, kind)
    return saved_file(found.file_name, found.content, found.media_type)
