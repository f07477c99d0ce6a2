"""What a round does, line by line: twice, at night, past a failing card, and beside another replica."""

import asyncio
from datetime import date

import pytest
from sqlmodel import select

from core.calls.model import CallTask
from core.people.model import ContactPoint
from db.transactions import Transactions
from tests.core.control.world import HEAD_EMAIL, Town, all_letters, at

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)
MONDAY, DUE, AFTER = date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 3)
TASKS = "SELECT kind, for_role, due_on FROM staff_task WHERE done_at IS NULL ORDER BY id"
REQUEST = (
    "INSERT INTO information_request (appeal_id, department, addressee_name, addressee_position, addressee_email, copy_to, number,"
    " question, status, due_on, document_key, prepared_at, sent_at, delivery, version) VALUES (:card, 'd1', 'Связной', '',"
    " 'd1@org.example', '', 'З-' || :card, 'Когда?', :status, :due, '', '2026-11-25 09:00Z', '2026-11-25 09:00Z', '', 1)"
)


@pytest.fixture
async def town(transactions: Transactions) -> Town:
    """Two urgent cards of Wednesday, due in a week."""
    town = Town(transactions)
    await town.found(1)
    await town.cards([{"id": one, "counted_from": WEDNESDAY, "urgency": "urgent", "due_on": DUE} for one in (1, 2)])
    await town.do("DELETE FROM information_item")
    return town


async def request(town: Town, card: int = 1, due: date = date(2026, 12, 1), status: str = "sent") -> None:
    await town.do(REQUEST, card=card, due=due, status=status)
    await town.do("UPDATE appeal SET status = 'requested' WHERE id = :card", card=card)


@pytest.mark.clause("2.8.9")
async def test_a_card_without_a_request_alarms_on_the_next_working_day_until_one_is_sent(town: Town) -> None:
    assert await town.round_at(WEDNESDAY) == {}
    assert (await town.round_at(THURSDAY))["request_due"] == 2
    assert await town.rows(TASKS) == [("request_due", "operator", THURSDAY)] * 2
    await request(town)
    assert await town.round_at(THURSDAY, 17) == {"gone": 1}


@pytest.mark.clause("2.8.10")
async def test_two_working_days_before_the_term_the_interim_reply_is_drafted_and_alarms_until_it_is_sent(town: Town) -> None:
    await request(town, 1)
    await request(town, 2)
    await town.round_at(FRIDAY)
    assert town.drafts.made == []
    await town.round_at(MONDAY)
    await town.round_at(MONDAY, 17)
    assert town.drafts.made == [(1, DUE), (2, DUE)]
    await town.do("UPDATE appeal SET promised_on = '2026-12-09', answer_by = '2026-12-09' WHERE id = 1")
    await town.round_at(AFTER)
    overdue = await town.rows(
        "SELECT kind, for_role, appeal_id FROM staff_task WHERE done_at IS NULL AND kind IN ('interim_needed', 'overdue')"
        " ORDER BY id"
    )
    assert overdue == [("interim_needed", "operator", 2), ("overdue", "supervisor", 2), ("interim_needed", "supervisor", 2)]


async def again(town: Town) -> list[tuple[object, ...]]:
    """What was told anew: to whom, about which card, on which day."""
    return list(
        await town.rows(
            "SELECT payload->>'for_role', CAST(payload->>'appeal_id' AS int), payload->>'again' FROM live_event"
            " WHERE kind = 'task' AND payload ? 'again' ORDER BY id"
        )
    )


@pytest.mark.clause("2.8.10")
async def test_an_interim_reply_that_lies_unsent_alarms_on_every_working_day_and_the_head_from_the_last_day_on(town: Town) -> None:
    await town.do("UPDATE appeal SET status = 'closed' WHERE id = 2")
    await request(town)
    tuesday, saturday, monday = date(2026, 12, 1), date(2026, 12, 5), date(2026, 12, 7)
    for day in (MONDAY, tuesday):
        for hour in (8, 9, 17):
            await town.round_at(day, hour)
    assert await again(town) == [("operator", 1, "2026-12-01")]
    await town.do("UPDATE staff_task SET done_at = now() WHERE kind = 'interim_needed'")
    for day in (DUE, AFTER, saturday, monday):
        for hour in (8, 9, 17):
            await town.round_at(day, hour)
    assert await again(town) == [
        ("operator", 1, "2026-12-01"),
        ("operator", 1, "2026-12-02"),
        *[(role, 1, day) for day in ("2026-12-03", "2026-12-07") for role in ("operator", "supervisor")],
    ], "ticking an alarm off does not send the reply"
    heads = await town.rows("SELECT due_on, done_at FROM staff_task WHERE kind = 'interim_needed' AND for_role = 'supervisor'")
    assert heads == [(DUE, None)]


_INTERIM = (
    "INSERT INTO reply (appeal_id, kind, form, address, subject, body, reasons, expected_on, memo_ids, enclosed_ids, state, tried,"
    " error, document_key, drafted_at, sent_at, version) VALUES (1, 'interim', 'email', '', '', '', '', :until, '[]', '[]', :state,"
    " '[]', '', '', :sent, :sent, 1)"
)


@pytest.mark.clause("2.8.10")
@pytest.mark.parametrize(
    ("state", "alarms"),
    [
        pytest.param("draft", True, id="drafted only"),
        pytest.param("calling", True, id="the call that reads it out is not made yet"),
        pytest.param("failed", True, id="it did not arrive"),
        pytest.param("sending", False, id="it is on its way"),
        pytest.param("delivered", False, id="it arrived"),
    ],
)
async def test_only_an_interim_reply_that_left_ends_the_alarm(town: Town, state: str, alarms: bool) -> None:
    """Even one that promises the very day of the term, which moves nothing."""
    await town.do("UPDATE appeal SET status = 'closed' WHERE id = 2")
    await town.round_at(MONDAY)
    left = state in ("sending", "delivered")
    await town.do(_INTERIM, until=DUE, state=state, sent=at(MONDAY, 12))
    if not left:
        await town.do("UPDATE reply SET sent_at = NULL")
    await town.do("UPDATE staff_task SET done_at = now() WHERE kind = 'interim_needed'")
    await town.round_at(DUE)
    assert bool(await again(town)) == alarms
    assert bool(await town.rows("SELECT 1 FROM staff_task WHERE for_role = 'supervisor' AND kind = 'interim_needed'")) == alarms


@pytest.mark.clause("2.8.11")
async def test_a_telephone_that_becomes_known_after_the_reply_is_on_the_call_list_with_the_next_round(town: Town) -> None:
    await town.do("UPDATE appeal SET status = 'replied', replied_at = '2026-11-25 12:00Z'")
    assert "closing_call" not in await town.round_at(THURSDAY)
    async with town.transactions.begin() as tx:
        tx.add(ContactPoint(applicant_id=1, kind="phone", value="+78672000001"))
    await town.do("UPDATE appeal SET status = 'requested', replied_at = NULL WHERE id = 2")
    assert (await town.round_at(THURSDAY, 17))["closing_call"] == 1
    assert "closing_call" not in await town.round_at(FRIDAY)
    async with town.transactions.begin() as tx:
        (call,) = (await tx.exec(select(CallTask))).all()
    assert (call.appeal_id, call.purpose, call.phone, call.due_on, call.state) == (1, "closing", "+78672000001", THURSDAY, "open")


@pytest.mark.clause("2.8.10")
async def test_a_department_is_reminded_at_half_on_the_last_day_and_escalated_when_late(town: Town) -> None:
    await request(town)
    for day in (WEDNESDAY, THURSDAY, FRIDAY, MONDAY, date(2026, 12, 1), DUE, AFTER):
        await town.round_at(day, 8)
        await town.round_at(day, 9)
        await town.round_at(day, 9)
    assert [(one.key, one.recipient) for one in await all_letters(town.transactions)] == [
        ("request_half:1:2026-12-01", "d1@org.example"),
        ("request_last:1:2026-12-01", "d1@org.example"),
        ("request_late:1:2026-12-01", "d1@org.example"),
        ("escalated:1:2026-12-01", HEAD_EMAIL),
    ]
    late = await town.rows("SELECT kind, for_role FROM staff_task WHERE request_id = 1 AND done_at IS NULL ORDER BY id")
    assert late == [("request_unanswered", "operator"), ("escalated", "supervisor")]


async def test_letters_wait_for_the_morning_of_a_working_day(town: Town) -> None:
    await request(town, due=FRIDAY)
    saturday = date(2026, 11, 28)
    assert "request_late" not in await town.round_at(saturday, 12)
    assert "request_late" not in await town.round_at(MONDAY, 8)
    assert (await town.round_at(MONDAY, 9))["request_late"] == 1


@pytest.mark.clause("2.8.9")
async def test_a_request_with_nobody_to_send_it_to_is_on_the_heads_list(town: Town) -> None:
    await request(town, status="unaddressed")
    await town.round_at(WEDNESDAY)
    assert await town.rows(TASKS) == [("request_unaddressed", "supervisor", date(2026, 12, 1))]


@pytest.mark.clause("4.4")
async def test_the_end_of_a_substitution_is_told_on_its_last_working_day(town: Town) -> None:
    sunday = date(2026, 11, 29)
    await town.do(
        "INSERT INTO absence (liaison_id, first, last, substitute_name, substitute_position, substitute_email, substitute_phone,"
        " reason, made_at) VALUES (1, '2026-11-16', :last, '', '', '', '', '', now())",
        last=sunday,
    )
    await town.round_at(WEDNESDAY)
    assert await town.rows(TASKS) == []
    done = [await town.round_at(day) for day in (FRIDAY, MONDAY)]
    assert [one.get("substitution_ends") for one in done] == [1, None]


@pytest.mark.clause("2.8.11")
async def test_an_answered_card_without_a_closing_call_alarms_on_the_next_working_day(town: Town) -> None:
    await town.do("UPDATE appeal SET status = 'replied', replied_at = '2026-11-27 12:00Z' WHERE id = 1")
    await town.do("UPDATE appeal SET status = 'closed' WHERE id = 2")
    assert "closing_due" not in await town.round_at(FRIDAY, 20)
    assert (await town.round_at(MONDAY))["closing_due"] == 1
    assert await town.rows(TASKS) == [("closing_due", "operator", MONDAY)]


async def test_a_card_that_fails_costs_the_others_nothing_and_is_tried_again(town: Town) -> None:
    town.drafts.broken = {1}
    done = await town.round_at(MONDAY)
    assert (done["interim"], done["due_soon"], done["request_due"]) == (1, 2, 2)
    town.drafts.broken = set()
    assert await town.round_at(MONDAY) == {"interim": 1}
    assert (2, DUE) in town.drafts.made
    assert (1, DUE) in town.drafts.made


async def test_replicas_at_the_same_moment_raise_everything_once(town: Town) -> None:
    await request(town, due=FRIDAY)
    await asyncio.gather(*(town.round_at(AFTER) for _ in range(3)))
    twice = await town.rows("SELECT kind, for_role, appeal_id FROM staff_task GROUP BY 1, 2, 3 HAVING count(*) > 1")
    assert twice == []
    await asyncio.gather(*(town.round_at(date(2026, 12, 4)) for _ in range(3)))
    told = await again(town)
    assert len(told) == len(set(told)) == 4
    assert len(await all_letters(town.transactions)) == 2


async def test_the_morning_numbers_are_those_of_the_day(town: Town) -> None:
    await request(town, due=FRIDAY)
    await town.round_at(DUE)
    digest = await town.desk.digest(town.reminders.now)
    assert dict(digest.facts()) == {
        "due": 2,
        "due_soon": 0,
        "overdue": 0,
        "requests": 1,
        "requests_late": 1,
        "interim": 2,
        "closing": 0,
        "duties_overdue": 0,
    }
