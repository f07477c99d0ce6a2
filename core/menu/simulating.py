"""A pretended call: at which moment, by which menu, with which numbers (reg. 2.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.menu.catalogue import Catalogue
from core.menu.numbers import dispatch_numbers
from core.menu.port import Act, Pretended, Scheme
from core.phone.hours import opening_words

DISPATCH = ("number:dispatch_1", "number:dispatch_2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A step as the editor asks for it. ``scheme``: that menu whatever the time; else the one of ``moment``, else that of now."""

    act: Act
    value: str = ""
    place: Mapping[str, object] | None = None
    scheme: Scheme | None = None
    moment: datetime | None = None
    recognises: bool = False


def pretended(call: Call, calendar: WorkCalendar, catalogue: Catalogue, now: datetime) -> Pretended:
    """The step with all that the menu must know; raises CalendarUnknown for a moment outside the calendar."""
    moment = (call.moment or now).astimezone(UTC)
    scheme = call.scheme or scheme_at(calendar, moment)
    return Pretended(
        act=call.act,
        value=call.value,
        place=call.place,
        scheme=scheme,
        now=moment,
        opening="" if scheme is Scheme.DAY else opening_words(_opening(calendar, moment)),
        recognises=call.recognises,
        notice=calendar.notice_of(moment) if call.scheme is None else "",
        dispatch=dispatch_numbers(tuple(catalogue.texts[name].words for name in DISPATCH)),
    )


def _opening(calendar: WorkCalendar, moment: datetime) -> datetime:
    """The next opening; while the office is open, as it is told tonight."""
    if not calendar.is_open(moment):
        return calendar.next_opening(moment)
    local = moment.astimezone(MOSCOW)
    return calendar.next_opening(datetime.combine(local.date(), calendar.hours_of(local.date())[1], MOSCOW))


def scheme_at(calendar: WorkCalendar, moment: datetime) -> Scheme:
    """The menu of the day, of the night or of a day off."""
    if calendar.is_open(moment):
        return Scheme.DAY
    return Scheme.NIGHT if calendar.is_working(moment.astimezone(MOSCOW).date()) else Scheme.HOLIDAY
