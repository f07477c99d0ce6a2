"""The hours of the operators: the regulation's, or what the edition in force says of a weekday (reg. 2.3, 2.9)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import yaml

from core.regulation import OFFICE_CLOSES, OFFICE_OPENS
from core.wording import worded

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVE = "eve"
"""The working day before a public holiday."""
_SPAN = r"(\d{1,2}):(\d\d)\s*[-\u2013\u2014]\s*(\d{1,2}):(\d\d)"


class HoursUnreadable(ValueError):
    """Nobody can tell hours from these words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The hours of a day; ``opens`` and ``closes`` alike: nobody is there. ``rest``: when the operators have their break."""

    opens: time
    closes: time
    rest: tuple[time, time] | None = None

    def holds(self, moment: time) -> bool:
        """Whether operators are at work at this time of the day; closing time itself is closed."""
        resting = self.rest is not None and self.rest[0] <= moment < self.rest[1]
        return self.opens <= moment < self.closes and not resting

    def starts(self) -> Iterator[time]:
        """The times at which the operators begin: in the morning and after the break."""
        if self.opens < self.closes:
            yield self.opens
            if self.rest is not None:
                yield self.rest[1]


REGULATION = Opening(opens=OFFICE_OPENS, closes=OFFICE_CLOSES)


def opening_on(weekday: int, *, is_eve: bool = False) -> Opening:
    """The usual hours of a working day; ``weekday``: 0 is Monday; ``is_eve``: a public holiday is next."""
    eve = worded(f"hours:{EVE}") if is_eve else None
    found = read_hours(eve) if eve else None
    return found or read_hours(worded(f"hours:{WEEKDAYS[weekday]}") or shipped_hours()) or REGULATION


@cache
def read_hours(words: str) -> Opening | None:
    """Hours as they are written: a span, a break behind it, or that there are none; None: as usual. Raises HoursUnreadable."""
    told = " ".join(words.casefold().split())
    if told == _read()["usual"]:
        return None
    if told == _read()["closed"]:
        return Opening(opens=time.min, closes=time.min)
    found = re.fullmatch(rf"{_SPAN}(?:,?\s*{_read()['break']}\s+{_SPAN})?", told)
    if found is None:
        raise HoursUnreadable(words)
    numbers = [int(one) for one in found.groups() if one is not None]
    try:
        times = [time(hour, minute) for hour, minute in zip(numbers[::2], numbers[1::2], strict=True)]
    except ValueError as error:
        raise HoursUnreadable(words) from error
    within = [times[0], *times[2:], times[1]]
    if any(later <= earlier for earlier, later in pairwise(within)):
        raise HoursUnreadable(words)
    return Opening(opens=times[0], closes=times[1], rest=(times[2], times[3]) if len(times) > 2 else None)


def shipped_hours() -> str:
    """The regulation's hours as they are written."""
    return f"{_clock(OFFICE_OPENS)}\u2013{_clock(OFFICE_CLOSES)}"


def shipped_texts() -> dict[str, str]:
    """What an edition may say otherwise, by name."""
    return {f"hours:{day}": shipped_hours() for day in WEEKDAYS} | {f"hours:{EVE}": _read()["usual"]}


def hours_words() -> str:
    """The hours of the working week as citizens are told them: days alike together."""
    week = [(day, opening_on(number)) for number, day in enumerate(_read()["days"])]
    runs = [(opening, [day for day, _ in run]) for opening, run in groupby(week, key=lambda one: one[1])]
    if len(runs) == 1:
        return _told(runs[0][0])
    return ", ".join(_of_days(days, _told(opening)) for opening, days in runs)


def _of_days(days: Sequence[str], hours: str) -> str:
    forms, told = _read()["days"], _read()["told"]
    if len(days) == 1:
        return str(told["one"].format(at=forms[days[0]]["at"], hours=hours))
    return str(told["range"].format(since=forms[days[0]]["since"], until=forms[days[-1]]["until"], hours=hours))


def _told(opening: Opening) -> str:
    told: Mapping[str, str] = _read()["told"]
    if opening.opens == opening.closes:
        return told["nobody"]
    hours = told["hours"].format(opens=_clock(opening.opens), closes=_clock(opening.closes))
    if opening.rest is None:
        return hours
    return told["rest"].format(hours=hours, begins=_clock(opening.rest[0]), ends=_clock(opening.rest[1]))


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment:%M}"


@cache
def _read() -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return document
