"""A year of 2026 with five thousand cards: the timetable alarms in time, asks the departments, and says nothing twice.

Every status is changed by the real desks: cards are registered by the registering code, and operators, departments and applicants
act through RequestDesk, ReplyDesk, CallDesk and ClosingDesk (tests.core.control.lives). One card through all of them costs about a
tenth of a second, all five thousand would take ten minutes: so one in twenty lives through the year, and the others lie in the
tables as what most cards of a year are, answered and closed, for the timetable to pass over. ``YEAR_ALIVE=5000`` lets all of them
live.
"""

import os
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import bindparam, text

from core.calendar import WorkCalendar
from db.transactions import Transactions
from db.types import Sealed
from tests.clocks import MovableClock
from tests.core.control.desks import DeskTown
from tests.core.control.lives import Lives
from tests.core.control.world import all_letters, at

DAY = timedelta(days=1)
CARDS, ALIVE = 5000, int(os.environ.get("YEAR_ALIVE", "250"))
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ENDED_BY = date(2026, 11, 20)
"""Whoever came before this day has been answered and closed when the year ends."""
REVIEWS = {"2026-Q1": date(2026, 1, 12), "2026-Q2": date(2026, 4, 1), "2026-Q3": date(2026, 7, 1), "2026-Q4": date(2026, 10, 1)}
"""First working days of the quarters: the New Year holidays of 2026 last until 11 January."""

_CLOSED = text(
    "INSERT INTO appeal (journal, year, number, registration_number, applicant_id, channel, text, address, topic, urgency,"
    " reply_form, reply_to, status, registered_at, counted_from, due_on, answer_by, replied_at, closed_at, applicant_name,"
    " address_key, status_before, closing, reopened, version) SELECT 'Б', 2026, n, 'Б-' || n, 1, 'telegram', 'Нет воды.', '', '',"
    " 'long_term', 'email', :reply_to, 'closed', d, d, d + 10, d + 10, d + 5, d + 6, 'Образцов', '', 'requested',"
    " 'call', 0, 9 FROM"
    " (SELECT n, CAST(:first AS date) + CAST(n * 365 / :count AS int) AS d FROM generate_series(0, :count - 1) n) days"
).bindparams(bindparam("reply_to", "primer@example.org", type_=Sealed("appeal.reply_to")))
_SILENT = (
    "SELECT id FROM appeal a WHERE status NOT IN ('replied', 'closed') AND answer_by < :day AND NOT EXISTS"
    " (SELECT 1 FROM staff_task t WHERE t.appeal_id = a.id AND t.kind = 'overdue' AND t.due_on = a.answer_by)"
)
_UNDRAFTED = (
    "SELECT id FROM appeal a WHERE status NOT IN ('replied', 'closed') AND answer_by <= :soon AND NOT (EXISTS (SELECT 1"
    " FROM staff_task t WHERE t.appeal_id = a.id AND t.kind = 'interim_needed' AND t.due_on = a.answer_by)"
    " AND EXISTS (SELECT 1 FROM reply y WHERE y.appeal_id = a.id AND y.kind = 'interim'))"
)
_UNESCALATED = (
    "SELECT r.id FROM information_request r JOIN appeal a ON a.id = r.appeal_id WHERE r.status = 'sent' AND r.due_on < :day"
    " AND a.status NOT IN ('replied', 'closed') AND NOT EXISTS"
    " (SELECT 1 FROM staff_task t WHERE t.request_id = r.id AND t.kind = 'escalated' AND t.due_on = r.due_on)"
)
_TWICE = (
    "SELECT kind, for_role, appeal_id, request_id, due_on FROM staff_task WHERE kind NOT IN ('memo_received', 'department_cannot')"
    " AND appeal_id > 0 GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"
)
_TOLD_TWICE = (
    "SELECT appeal_id, details->>'told', details->>'request_id' FROM appeal_move WHERE details ? 'told'"
    " GROUP BY 1, 2, 3 HAVING count(*) > 1"
)
_DRAFTS = (
    "SELECT appeal_id, count(*) FROM reply y WHERE kind = 'interim' AND drafted_by_id IS NULL GROUP BY 1 HAVING count(*) > (SELECT"
    " count(*) FROM staff_task t WHERE t.appeal_id = y.appeal_id AND t.kind = 'interim_needed' AND t.for_role = 'operator')"
)


@pytest.mark.clause("2.8.7")
@pytest.mark.clause("2.8.9")
@pytest.mark.clause("2.8.10")
@pytest.mark.clause("2.8.11")
@pytest.mark.clause("4.3")
@pytest.mark.timeout(600 + ALIVE)
async def test_in_a_year_of_five_thousand_cards_none_is_overdue_in_silence_and_nothing_is_said_twice(
    transactions: Transactions, clock: MovableClock
) -> None:
    clock.moment = at(FIRST, 9)
    town, calendar = DeskTown(transactions, clock), WorkCalendar()
    await town.found()
    async with transactions.begin() as tx:
        await tx.execute(_CLOSED, {"first": FIRST, "count": CARDS - ALIVE})
    lives, days = Lives(town, calendar), [FIRST + DAY * number for number in range((LAST - FIRST).days + 1)]
    come = Counter(days[number * len(days) // ALIVE] for number in range(ALIVE))
    for day in days:
        await town.round_at(day, 9)
        assert await town.rows(_SILENT, day=day) == []
        assert await town.rows(_UNDRAFTED, soon=calendar.add_working_days(day, 2)) == []
        if calendar.is_working(day):
            assert await town.rows(_UNESCALATED, day=day) == []
        clock.moment = at(day, 12)
        await lives.begin(day, come[day])
        if calendar.is_working(day):
            await lives.day(day)
            await town.round_at(day, 17)
    for twice in (_TWICE, _TOLD_TWICE, _DRAFTS):
        assert await town.rows(twice) == []
    reminders = Counter((one.subject, one.created_at.date()) for one in await all_letters(transactions, "reminder"))
    assert set(reminders.values()) == {1}
    await _everything_happened(town)


async def _everything_happened(town: DeskTown) -> None:
    """Each line of the timetable had its cards, and every card came to its end."""
    kinds = Counter(dict(await town.rows("SELECT kind, count(*) FROM staff_task GROUP BY kind")))
    assert {"request_due", "due_soon", "interim_needed", "overdue", "request_unanswered", "escalated", "closing_due"} <= set(kinds)
    assert kinds["escalated"] == kinds["request_unanswered"] > ALIVE // 4
    assert await town.rows("SELECT id FROM appeal WHERE status <> 'closed' AND counted_from < :day", day=ENDED_BY) == []
    reviews = await town.rows("SELECT period, department, raised_on FROM knowledge_duty WHERE kind = 'review'")
    assert set(reviews) == {(period, f"d{number}", day) for period, day in REVIEWS.items() for number in range(1, 5)}
