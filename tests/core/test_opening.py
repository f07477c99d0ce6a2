"""The hours of the operators in an edition: read, told, and the same for everybody (reg. 2.3, 2.9)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import pytest

from channels.voice.texts import phrase
from core.calendar import Closure, WorkCalendar
from core.opening import HoursUnreadable, Opening, hours_words, opening_on, read_hours
from core.wording import Wording, trying
from core.words import say

pytestmark = [pytest.mark.clause("2.3"), pytest.mark.clause("2.9")]
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
BEFORE_THE_HOLIDAY = date(2026, 11, 3)
WITH_A_BREAK = "9:00–18:00, перерыв 13:00–14:00"


def edition(**days: str) -> Wording:
    """An edition with these hours."""
    return Wording(number=1, texts={f"hours:{day}": words for day, words in days.items()})


def moscow(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment in UTC."""
    return datetime(day.year, day.month, day.day, hour - 3, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("9:00–18:00", Opening(opens=time(9), closes=time(18))),
        ("09:30 - 17:15", Opening(opens=time(9, 30), closes=time(17, 15))),
        (WITH_A_BREAK, Opening(opens=time(9), closes=time(18), rest=(time(13), time(14)))),
        ("Нет", Opening(opens=time(0), closes=time(0))),
        ("как обычно", None),
    ],
)
def test_hours_are_read(words: str, expected: Opening | None) -> None:
    assert read_hours(words) == expected


@pytest.mark.parametrize("words", ["", "всегда", "18:00–9:00", "9–18", "25:00–26:00", "9:00–18:00, перерыв 18:00–19:00"])
def test_other_words_are_no_hours(words: str) -> None:
    with pytest.raises(HoursUnreadable):
        read_hours(words)


def test_without_an_edition_they_are_the_regulation_s() -> None:
    assert {opening_on(day) for day in range(7)} == {Opening(opens=time(9), closes=time(18))}
    assert hours_words() == "с 9:00 до 18:00"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param({"fri": "9:00–16:45"},
                     "с понедельника по четверг с 9:00 до 18:00, в пятницу с 9:00 до 16:45", id="a short Friday"),
        pytest.param({"wed": "нет"},
                     "с понедельника по вторник с 9:00 до 18:00, в среду приёма нет, "
                     "с четверга по пятницу с 9:00 до 18:00", id="nobody on Wednesday"),
        pytest.param(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), WITH_A_BREAK),
                     "с 9:00 до 18:00, перерыв с 13:00 до 14:00", id="a break"),
    ],
)  # fmt: skip
def test_telephone_bot_and_letters_tell_the_same_hours(days: Mapping[str, str], expected: str) -> None:
    with trying(edition(**days)):
        assert hours_words() == expected
        told = (phrase("about.text"), say("help.text"), say("mail.reach", phone="1"), say("hand_off.closed", opening="завтра"))
        assert all(f"в рабочие дни {expected}" in words for words in told)


def test_the_office_closes_for_the_break_and_opens_after_it() -> None:
    calendar = WorkCalendar()
    with trying(edition(fri=WITH_A_BREAK)):
        assert calendar.is_open(moscow(FRIDAY, 12, 59))
        assert not calendar.is_open(moscow(FRIDAY, 13))
        assert calendar.next_opening(moscow(FRIDAY, 13, 20)) == moscow(FRIDAY, 14)
        assert calendar.next_opening(moscow(FRIDAY, 18)) == moscow(MONDAY, 9)


def test_a_day_off_stays_a_day_off_whatever_an_edition_says() -> None:
    with trying(edition(sat="9:00–18:00", mon="8:00–20:00")):
        assert not WorkCalendar().is_open(moscow(SATURDAY, 12))
        assert WorkCalendar().next_opening(moscow(SATURDAY, 12)) == moscow(MONDAY, 8)


def test_the_day_before_a_holiday_may_be_shorter() -> None:
    with trying(edition(eve="9:00–17:00")):
        assert WorkCalendar().hours_of(BEFORE_THE_HOLIDAY) == (time(9), time(17))
        assert WorkCalendar().hours_of(FRIDAY) == (time(9), time(18))


def test_a_single_day_s_hours_come_before_the_edition_and_keep_the_break() -> None:
    calendar = WorkCalendar({}, {FRIDAY: Closure(opens=time(9), closes=time(16))})
    with trying(edition(fri=WITH_A_BREAK)):
        assert calendar.hours_of(FRIDAY) == (time(9), time(16))
        assert not calendar.is_open(moscow(FRIDAY, 13, 30))
        assert calendar.is_open(moscow(FRIDAY, 15))
