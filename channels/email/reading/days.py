"""The day and time that mail programs write above a quote, in Russian and English."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from channels.email.reading.markers import markers, plain
from core.clock import MOSCOW

LONGEST = 200
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m)?")
_ZONE = re.compile(r"(?<![\w.-])(?:(?:gmt|utc) ?([+-])(\d{1,2})(?::?(\d{2}))?|([+-])(\d{2}):?(\d{2}))(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(?:(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})|(\d{4})-(\d{2})-(\d{2}))(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[ -]([^\W\d_]{3,9})\.?,?[ -](\d{4}|\d{2})(?!\d|:)")
_MONTH_DAY = re.compile(r"(?<!\w)([^\W\d_]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")


def day_and_time(words: str) -> datetime | None:
    """An aware UTC time; without a zone it is Moscow's, without a time it is midnight. Nothing when no day is in it."""
    text = plain(words[:LONGEST])
    date = _date(text)
    if date is None:
        return None
    try:
        return datetime(*date, *_time(text), tzinfo=_zone(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date(text: str) -> tuple[int, int, int] | None:
    """Year, month, day; in numbers the day stands first, unless that can be no month behind it."""
    if found := _NUMBERS.search(text):
        if found[4]:
            return int(found[4]), int(found[5]), int(found[6])
        day, month = int(found[1]), int(found[2])
        return (_year(found[3]), day, month) if month > 12 else (_year(found[3]), month, day)
    for found in _DAY_MONTH.finditer(text):
        if month := _month(found[2]):
            return _year(found[3]), month, int(found[1])
    for found in _MONTH_DAY.finditer(text):
        if month := _month(found[1]):
            return _year(found[3]), month, int(found[2])
    return None


def _month(word: str) -> int:
    return markers().months.get(word[:3], 0)


def _year(number: str) -> int:
    return int(number) + (2000 if len(number) == 2 else 0)


def _time(text: str) -> tuple[int, int, int]:
    found = _TIME.search(text)
    if found is None:
        return 0, 0, 0
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    return hour, int(found[2]), int(found[3] or 0)


def _zone(text: str) -> tzinfo:
    """Raises ValueError for one that is on no clock."""
    found = _ZONE.search(text)
    if found is None:
        return MOSCOW
    sign, hours, minutes = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if sign == "-" else ahead)
