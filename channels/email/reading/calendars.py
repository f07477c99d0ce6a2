"""An invitation in one readable line: when, what, where (RFC 5545)."""

import re
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.clock import MOSCOW

LONGEST = 65_536
WANTED = ("DTSTART", "DTEND", "SUMMARY", "LOCATION")
LINE = re.compile(r"^([A-Za-z\-]{1,40})((?:;[^:\"]{0,200}(?:\"[^\"]{0,200}\")?){0,8}):(.*)$")
ESCAPED = re.compile(r"\\([\\;,nN])")
ZONE = re.compile(r"(?i);TZID=\"?([^;:\"]{1,80})")
MOST = 20
"""Events that are told of."""


def lines(text: str) -> list[str]:
    """Of each event; times are Moscow's."""
    events, event, is_within = list[dict[str, tuple[str, str]]](), dict[str, tuple[str, str]](), False
    for line in _unfolded(text[:LONGEST]):
        if line.upper() == "BEGIN:VEVENT":
            event, is_within = {}, True
        elif line.upper() == "END:VEVENT":
            is_within = False
            events.append(event)
        elif is_within and (found := LINE.match(line)) and found[1].upper() in WANTED:
            event.setdefault(found[1].upper(), (found[2], found[3].strip()))
    return [told for event in events[:MOST] if (told := _told(event))]


def _unfolded(text: str) -> list[str]:
    return re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n").split("\n")


def _told(event: dict[str, tuple[str, str]]) -> str:
    pieces = (_when(event), _said(event, "SUMMARY"), _said(event, "LOCATION"))
    return "; ".join(piece for piece in pieces if piece)


def _said(event: dict[str, tuple[str, str]], name: str) -> str:
    value = ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], event.get(name, ("", ""))[1])
    return " ".join(value.split())[:500]


def _when(event: dict[str, tuple[str, str]]) -> str:
    begin, end = (_moment(*event[name]) if name in event else None for name in ("DTSTART", "DTEND"))
    if begin is None:
        return ""
    if not isinstance(begin, datetime) or not isinstance(end, datetime):
        return _shown(begin)
    same_day = begin.date() == end.date()
    return f"{_shown(begin)} \u2013 {end:%H:%M}" if same_day else f"{_shown(begin)} \u2013 {_shown(end)}"


def _shown(moment: date) -> str:
    return f"{moment:%d.%m.%Y %H:%M}" if isinstance(moment, datetime) else f"{moment:%d.%m.%Y}"


def _moment(named: str, value: str) -> date | None:
    """A day, or a time; one of an unknown zone is taken for Moscow's."""
    try:
        if len(value) == 8:
            return datetime.strptime(value, "%Y%m%d").replace(tzinfo=MOSCOW).date()
        zone = ZONE.search(named)
        told = UTC if value.endswith("Z") else _zone(zone[1]) if zone else MOSCOW
        return datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=told).astimezone(MOSCOW)
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return MOSCOW
