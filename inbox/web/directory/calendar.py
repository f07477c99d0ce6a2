"""The working calendar: a year to look at, and days that the administrator decides about (2.8.7)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.staff.cleaning import clean_line
from inbox.web.auth import Desks, SignedIn
from inbox.web.directory import mapping, schemas
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/calendar", tags=["calendar"])

LONGEST = 300


@router.post("/preview")
async def preview_day(form: schemas.DayQuestion, asker: SignedIn, office: Desks) -> schemas.MovedTerms:
    """The running appeals whose terms would move if the day were decided so."""
    return mapping.moved(await office.calendars.preview(asker, form.day, form.working))


@router.put("/days/{day}")
async def set_day(form: schemas.DayForm, day: date, asker: SignedIn, office: Desks) -> schemas.MovedTerms:
    """Decide about a day; 409 ``changes_terms`` when terms of running appeals would move and it was not said what to do."""
    found = await office.calendars.set(
        asker,
        day,
        working=form.working,
        reason=clean_line(form.reason, LONGEST),
        source=clean_line(form.source, LONGEST),
        apply_to_running=form.apply_to_running,
    )
    return mapping.moved(found)


@router.delete("/days/{day}")
async def free_day(
    day: date, asker: SignedIn, office: Desks, apply_to_running: Annotated[bool | None, Query()] = None
) -> schemas.MovedTerms:
    """Give a day back to the official calendar; 409 like ``set_day``."""
    return mapping.moved(await office.calendars.remove(asker, day, apply_to_running=apply_to_running))


@router.get("/{year}")
async def calendar_year(year: Annotated[int, Path(ge=1, le=9999)], asker: SignedIn, office: Desks) -> schemas.CalendarYear:
    """Every day of a year."""
    return mapping.year(year, office.operators.reading.today(), await office.calendars.year(asker, year))
