"""A year of 2026 with five thousand cards: the timetable alarms in time, asks the departments, and says nothing twice."""

from collections import Counter
from datetime import date, timedelta

import pytest

from core.calendar import WorkCalendar
from core.regulation import REPLY_TERMS
from core.vocabulary import Urgency
from db.transactions import Transactions
from tests.core.control.world import Town, at

DAY = timedelta(days=1)
CARDS = 5000
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
SILENT = ("d3", "d4")
REVIEWS = {"2026-Q1": date(2026, 1, 12), "2026-Q2": date(2026, 4, 1), "2026-Q3": date(2026, 7, 1), "2026-Q4": date(2026, 10, 1)}
"""First working days of the quarters: the New Year holidays of 2026 last until 11 January."""

_SEND = (
    "INSERT INTO information_request (appeal_id, department, addressee_name, addressee_position, addressee_email, copy_to, number,"
    " question, status, due_on, document_key, prepared_at, sent_at, delivery, version)"
    " SELECT id, 'd' || (1 + id % 4), 'Связной', '', 'd' || (1 + id % 4) || '@org.example', '', 'З-' || id, 'Когда?', 'sent',"
    " greatest(:tomorrow, answer_by - 1), '', :now, :now, '', 1 FROM appeal WHERE status = 'registered' AND counted_from < :today"
    " AND id % 10 <> 0"
)
_SENT = "UPDATE appeal SET status = 'requested' WHERE status = 'registered' AND id IN (SELECT appeal_id FROM information_request)"
_ANSWER = (
    "UPDATE information_request SET status = 'answered', answered_at = :now WHERE status = 'sent' AND department <> ALL(:silent)"
    " AND sent_at < :before"
)
_REPLY = (
    "UPDATE appeal SET status = 'replied', replied_at = :now WHERE status = 'requested' AND id IN"
    " (SELECT appeal_id FROM information_request WHERE status = 'answered')"
)
_CLOSE = "UPDATE appeal SET status = 'closed', closed_at = :now WHERE status = 'replied' AND replied_at < :before AND id % 5 <> 0"
_PROMISE = (
    "UPDATE appeal SET promised_on = :later, answer_by = :later WHERE answer_by = :today AND promised_on IS NULL AND id % 2 = 0"
    " AND status = 'requested'"
)


async def a_day_of_people(town: Town, day: date, calendar: WorkCalendar) -> None:
    """Operators send, half of the departments answer in three days, some cards get an interim reply on the last day."""
    now, before = at(day, 12), at(day - 3 * DAY, 12)
    await town.do(_PROMISE, today=day, later=calendar.add_working_days(day, 7))
    await town.do(_SEND, today=day, tomorrow=day + DAY, now=now)
    await town.do(_SENT)
    await town.do(_ANSWER, now=now, before=before, silent=list(SILENT))
    await town.do(_REPLY, now=now)
    await town.do(_CLOSE, now=now, before=before)


@pytest.mark.clause("2.8.7")
@pytest.mark.clause("2.8.9")
@pytest.mark.clause("2.8.10")
@pytest.mark.clause("4.3")
async def test_in_a_year_of_five_thousand_cards_none_is_overdue_in_silence_and_nothing_is_said_twice(
    transactions: Transactions,
) -> None:
    town, calendar = Town(transactions), WorkCalendar()
    await town.found()
    days = [FIRST + DAY * number for number in range((LAST - FIRST).days + 1)]
    urgencies = (Urgency.URGENT, Urgency.LONG_TERM, Urgency.LONG_TERM)
    for_day: dict[date, list[dict[str, object]]] = {day: [] for day in days}
    for number in range(1, CARDS + 1):
        start, urgency = days[number * len(days) // (CARDS + 1)], urgencies[number % 3]
        due = REPLY_TERMS[urgency].due(start, calendar)
        for_day[start].append({"id": number, "counted_from": start, "urgency": urgency.value, "due_on": due})
    for day in days:
        if for_day[day]:
            await town.cards(for_day[day])
        await town.round_at(day, 9)
        silent = await town.rows(
            "SELECT id FROM appeal a WHERE status NOT IN ('replied', 'closed') AND answer_by < :day AND NOT EXISTS"
            " (SELECT 1 FROM staff_task t WHERE t.appeal_id = a.id AND t.kind = 'overdue' AND t.due_on = a.answer_by)",
            day=day,
        )
        assert silent == []
        undrafted = await town.rows(
            "SELECT id FROM appeal a WHERE status NOT IN ('replied', 'closed') AND answer_by <= :soon AND NOT EXISTS (SELECT 1"
            " FROM staff_task t WHERE t.appeal_id = a.id AND t.kind = 'interim_needed' AND t.due_on = a.answer_by)",
            soon=calendar.add_working_days(day, 2),
        )
        assert undrafted == []
        if calendar.is_working(day):
            await a_day_of_people(town, day, calendar)
        await town.round_at(day, 17)
    kinds = Counter(dict(await town.rows("SELECT kind, count(*) FROM staff_task GROUP BY kind")))
    assert {"request_due", "due_soon", "interim_needed", "overdue", "request_unanswered", "escalated", "closing_due"} <= set(kinds)
    assert kinds["escalated"] == kinds["request_unanswered"] > 1000
    assert max(Counter(town.drafts.made).values()) == 1
    twice = "SELECT kind, appeal_id, request_id, due_on FROM staff_task WHERE appeal_id > 0 GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    assert await town.rows(twice) == []
    letters = await town.rows(
        "SELECT content->>'subject', content->>'kind', created_at::date, count(*) FROM delivery WHERE"
        " content->>'kind' = 'reminder' GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert letters == []
    reviews = await town.rows("SELECT period, department, raised_on FROM knowledge_duty WHERE kind = 'review'")
    assert {(period, department, day) for period, department, day in reviews} == {
        (period, f"d{number}", day) for period, day in REVIEWS.items() for number in range(1, 5)
    }
