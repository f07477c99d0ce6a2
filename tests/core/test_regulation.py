"""The numbers of the regulation and how its terms are counted."""

from datetime import date, time, timedelta

import pytest

from core.calendar import WorkCalendar
from core.regulation import (
    AREA_CODE,
    INFORMATION_REQUEST_TERM,
    KNOWLEDGE_CHANGE_TERM,
    OFFICE_CLOSES,
    OFFICE_OPENS,
    REMINDERS,
    REPLY_TERMS,
    CountReason,
    DayKind,
    Term,
)
from core.vocabulary import Urgency

CALENDAR = WorkCalendar()


@pytest.mark.clause("2.8.7")
@pytest.mark.parametrize(
    ("registered", "urgency", "due"),
    [
        pytest.param(date(2026, 11, 25), Urgency.URGENT, date(2026, 12, 2), id="urgent, over a weekend"),
        pytest.param(date(2025, 10, 30), Urgency.URGENT, date(2025, 11, 7), id="urgent, a working Saturday and a holiday"),
        pytest.param(date(2025, 12, 29), Urgency.URGENT, date(2026, 1, 15), id="urgent, over the winter holidays"),
        pytest.param(date(2026, 11, 28), Urgency.URGENT, date(2026, 12, 4), id="urgent, registered on a Saturday"),
        pytest.param(date(2024, 4, 26), Urgency.URGENT, date(2024, 5, 7), id="urgent, May of moved days"),
        pytest.param(date(2026, 11, 25), Urgency.LONG_TERM, date(2026, 12, 7), id="long-term, moved from a Saturday"),
        pytest.param(date(2026, 11, 24), Urgency.LONG_TERM, date(2026, 12, 4), id="long-term, ends on a working day"),
        pytest.param(date(2025, 12, 25), Urgency.LONG_TERM, date(2026, 1, 12), id="long-term, ends in the winter holidays"),
        pytest.param(date(2025, 10, 22), Urgency.LONG_TERM, date(2025, 11, 1), id="long-term, ends on a working Saturday"),
    ],
)
def test_the_day_due_is_counted_from_the_day_after_registration(registered: date, urgency: Urgency, due: date) -> None:
    assert REPLY_TERMS[urgency].due(registered, CALENDAR) == due


@pytest.mark.clause("2.8.7")
def test_the_terms_of_a_reply_are_five_working_and_ten_calendar_days() -> None:
    urgent, long_term = REPLY_TERMS[Urgency.URGENT], REPLY_TERMS[Urgency.LONG_TERM]
    assert (urgent.days, urgent.kind, urgent.clause) == (5, DayKind.WORKING, "2.8.7")
    assert (long_term.days, long_term.kind, long_term.clause) == (10, DayKind.CALENDAR, "2.8.7")
    assert set(REPLY_TERMS) == set(REMINDERS) == set(Urgency)


@pytest.mark.clause("2.8.7")
def test_a_calendar_term_stays_on_a_day_off_where_the_setting_says_so() -> None:
    term = Term(days=10, kind=DayKind.CALENDAR, clause="2.8.7", moves_off_days=False)
    assert term.due(date(2026, 11, 25), CALENDAR) == date(2026, 12, 5)


@pytest.mark.clause("2.8.9")
@pytest.mark.parametrize(
    ("appealed", "due"),
    [
        pytest.param(date(2026, 11, 25), date(2026, 11, 26), id="the next day"),
        pytest.param(date(2026, 11, 27), date(2026, 11, 30), id="over a weekend"),
        pytest.param(date(2025, 10, 31), date(2025, 11, 1), id="a working Saturday"),
        pytest.param(date(2025, 12, 30), date(2026, 1, 12), id="over the winter holidays"),
    ],
)
def test_an_information_request_leaves_within_one_working_day(appealed: date, due: date) -> None:
    assert INFORMATION_REQUEST_TERM.due(appealed, CALENDAR) == due
    assert INFORMATION_REQUEST_TERM.clause == "2.8.9"


@pytest.mark.clause("4.3")
def test_a_change_of_knowledge_is_told_within_seven_calendar_days() -> None:
    assert KNOWLEDGE_CHANGE_TERM.due(date(2026, 11, 23), CALENDAR) == date(2026, 11, 30)
    assert (KNOWLEDGE_CHANGE_TERM.days, KNOWLEDGE_CHANGE_TERM.kind) == (7, DayKind.CALENDAR)


@pytest.mark.clause("2.9")
def test_office_hours_and_area_code() -> None:
    assert time(9) == OFFICE_OPENS
    assert time(18) == OFFICE_CLOSES
    assert AREA_CODE == "8672"


@pytest.mark.clause("2.8.7")
def test_the_count_shows_every_day_and_why() -> None:
    counted = REPLY_TERMS[Urgency.URGENT].count(date(2025, 10, 30), CALENDAR)
    reasons = [(entry.day.day, entry.number, entry.reason_key) for entry in counted]
    assert reasons == [
        (30, 0, CountReason.REGISTRATION_DAY),
        (31, 1, CountReason.WORKING_DAY),
        (1, 2, CountReason.WORKING_DAY),
        (2, 0, CountReason.WEEKEND),
        (3, 0, CountReason.HOLIDAY),
        (4, 0, CountReason.HOLIDAY),
        (5, 3, CountReason.WORKING_DAY),
        (6, 4, CountReason.WORKING_DAY),
        (7, 5, CountReason.WORKING_DAY),
    ]
    moved = REPLY_TERMS[Urgency.LONG_TERM].count(date(2026, 11, 25), CALENDAR)
    assert [entry.reason_key for entry in moved[-2:]] == [CountReason.MOVED_FROM_DAY_OFF] * 2


@pytest.mark.clause("2.8.7")
@pytest.mark.parametrize("urgency", Urgency)
def test_every_start_of_fifteen_years_has_a_due_working_day_and_a_count_without_gaps(urgency: Urgency) -> None:
    term, day = REPLY_TERMS[urgency], date(2013, 1, 1)
    while day < date(2027, 12, 1):
        counted = term.count(day, CALENDAR)
        assert CALENDAR.is_working(counted[-1].day)
        assert sum(entry.counted for entry in counted) == term.days
        assert [entry.day for entry in counted] == [day + timedelta(days=number) for number in range(len(counted))]
        day += timedelta(days=1)
