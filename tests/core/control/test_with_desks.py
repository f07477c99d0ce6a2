"""The timetable with the real desks of requests and replies and the real typist: what a person gets and reads."""

from datetime import date
from typing import Any

import pytest

from core.appeals.registering import Registration
from core.calendar import WorkCalendar
from core.control.requests import Reminding
from core.departments.model import Absence
from core.replies.desk import ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.requests.memos import MemoForm
from core.vocabulary import MemoOutcome, ReplyForm, ReplyKind, Urgency
from db.transactions import Transactions
from documents.typist import DocumentTypist
from tests.clocks import MovableClock
from tests.core.control.desks import DeskTown
from tests.core.control.world import HEAD_EMAIL, all_letters, at
from tests.core.requests.fakes import FakeTypist

MONDAY, THURSDAY, FRIDAY = date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, 6)
LAST_OF_DEPARTMENT, DUE = date(2026, 11, 9), date(2026, 11, 10)
"""An urgent card of Monday 2 November is due on Tuesday the 10th, as Wednesday the 4th is a holiday; the department on the 9th."""
REASONS = "Линия освещения обследуется."


class Typist(DocumentTypist):
    """The real letters; the document of the request, which has tests of its own, is not typed."""

    form = FakeTypist.form
    is_broken = False


@pytest.fixture
async def town(transactions: Transactions, clock: MovableClock) -> DeskTown:
    """One urgent card, registered and asked about on Monday at ten."""
    clock.moment = at(MONDAY, 10)
    town = DeskTown(transactions, clock, Typist())
    await town.found(departments=1, people=1)
    await town.registers([Registration(text="Во дворе темно.", urgency=Urgency.URGENT, reply_form=ReplyForm.EMAIL)])
    await town.requests.send(town.operator, 1, ["d1"], "Когда восстановят свет?", version=1, client_key="k")
    return town


async def letters(town: DeskTown, kind: str) -> list[dict[str, Any]]:
    """Letters of a kind with their addressees, oldest first."""
    return [{"to": one.recipient, **one.content} for one in await all_letters(town.transactions, kind)]


async def drafts(town: DeskTown) -> list[tuple[object, ...]]:
    """The interim replies: who drafted them, where they are."""
    return list(await town.rows("SELECT drafted_by_id IS NULL, state FROM reply WHERE kind = 'interim' ORDER BY id"))


async def history(town: DeskTown) -> list[object]:
    """What the timetable told, in the history of the card."""
    return [told for (told,) in await town.rows("SELECT details->>'told' FROM appeal_move WHERE details ? 'told' ORDER BY id")]


@pytest.mark.clause("2.8.9")
async def test_reminders_say_what_is_asked_and_by_when_and_open_a_link_each(town: DeskTown) -> None:
    for day in (date(2026, 11, 3), date(2026, 11, 4), THURSDAY, THURSDAY, FRIDAY, LAST_OF_DEPARTMENT, DUE):
        await town.round_at(day)
        await town.round_at(day, 17)
    half, last, late = await letters(town, "reminder")
    assert {one["to"] for one in (half, last, late)} == {"d1@org.example"}
    for one in (half, last):
        assert "Напоминание: информационный запрос № З-000001/2026, ответить до 9 ноября 2026 г." in one["subject"]
    assert "Срок истёк" in late["subject"]
    assert all("Когда восстановят свет?" in one["text"] and "/d/" in one["text"] for one in (half, last, late))
    assert [file["file_name"] for file in late["files"]] == ["Информационный запрос З-000001-2026.docx"]
    assert await history(town) == ["request_half", "request_last", "request_late", "escalated"]
    told = [one for one in await letters(town, "notice") if one["to"] == HEAD_EMAIL]
    assert [(one["subject"], "А-000001/2026" in one["text"]) for one in told] == [
        ("Не отвечает подразделение: запрос З-000001/2026", True)
    ]


@pytest.mark.clause("4.4")
async def test_a_reminder_goes_to_whoever_stands_in_on_its_day(town: DeskTown) -> None:
    async with town.transactions.begin() as tx:
        away = {"first": THURSDAY, "last": THURSDAY, "substitute_name": "Запасова Мария", "substitute_email": "spare@org.example"}
        tx.add(Absence(liaison_id=1, made_at=town.clock.now(), **away))
    await town.round_at(THURSDAY)
    await town.round_at(LAST_OF_DEPARTMENT)
    half, last = await letters(town, "reminder")
    assert (half["to"], last["to"]) == ("spare@org.example", "d1@org.example")
    assert "замещающему: Связной Пример d1" in half["text"]
    assert "замещающему" not in last["text"]


async def test_where_nobody_answers_today_the_head_still_hears_of_it(town: DeskTown) -> None:
    """No letter can be written to the department, so none stands in the history; the escalation does."""
    async with town.transactions.begin() as tx:
        tx.add(Absence(liaison_id=1, made_at=town.clock.now(), first=MONDAY, last=date(2026, 11, 30)))
    for day in (THURSDAY, LAST_OF_DEPARTMENT, DUE):
        await town.round_at(day)
    assert await letters(town, "reminder") == []
    assert await history(town) == ["escalated"]
    kinds = await town.rows("SELECT kind FROM staff_task WHERE request_id = 1 AND done_at IS NULL ORDER BY id")
    assert kinds == [("request_unanswered",), ("escalated",)]


@pytest.mark.clause("2.8.10")
async def test_the_draft_of_the_timetable_is_a_letter_that_the_operator_completes(town: DeskTown) -> None:
    await town.round_at(THURSDAY)
    assert await drafts(town) == []
    await town.round_at(FRIDAY)
    await town.round_at(FRIDAY, 17)
    await town.round_at(LAST_OF_DEPARTMENT)
    assert await drafts(town) == [(True, "draft")]
    async with town.transactions.begin() as tx:
        draft = await tx.get_one(Reply, 1)
    assert "Сообщаем о ходе рассмотрения Вашего обращения от 2 ноября 2026 г. № А-000001/2026." in draft.body
    assert (draft.form, draft.address) == ("email", "person0@example.org")
    until = date(2026, 11, 17)
    edit = ReplyEdit(
        subject=draft.subject, body=draft.body, form=ReplyForm.EMAIL, address=draft.address, reasons=REASONS, expected_on=until
    )
    saved = await town.replies.save(town.operator, 1, edit, draft.version)
    assert REASONS in saved.body
    assert "до 17 ноября 2026 г." in saved.body
    await town.replies.send(town.operator, 1, saved.version)
    open_alarms = "SELECT kind FROM staff_task WHERE appeal_id = 1 AND done_at IS NULL AND kind IN ('interim_needed', 'due_soon')"
    assert await town.rows(open_alarms) == []
    await town.round_at(DUE)
    assert await town.rows("SELECT id FROM staff_task WHERE kind = 'overdue'") == []
    await town.round_at(date(2026, 11, 13))
    assert await drafts(town) == [(True, "sending"), (True, "draft")], "the promised day is a term of its own"


async def test_an_operators_own_draft_is_not_doubled_by_the_timetable(town: DeskTown) -> None:
    await town.replies.draft(town.operator, 1, ReplyDraft(kind=ReplyKind.INTERIM, reasons=REASONS))
    assert (await town.round_at(FRIDAY))["interim"] == 1
    assert await drafts(town) == [(False, "draft")]


@pytest.mark.clause("2.8.10")
async def test_a_department_that_cannot_is_neither_reminded_nor_escalated(town: DeskTown) -> None:
    town.clock.moment = at(date(2026, 11, 3), 15)
    note = MemoForm(
        number="7-сз", dated_on=date(2026, 11, 3), signed_by="Образцов О. О.", outcome=MemoOutcome.CANNOT, reasons="Нет линии."
    )
    await town.requests.receive_memo(1, note, came_by="upload", asker=town.operator)
    for day in (THURSDAY, LAST_OF_DEPARTMENT, DUE):
        await town.round_at(day)
    assert await letters(town, "reminder") == []
    assert await town.rows("SELECT id FROM staff_task WHERE kind IN ('escalated', 'request_unanswered')") == []


@pytest.mark.clause("2.8.10")
async def test_a_note_that_comes_while_the_round_is_on_spares_the_head_the_alarm(town: DeskTown) -> None:
    town.clock.moment = now = at(DUE, 9)
    facts = {"reminders": town.requests, "outbox": town.outbox, "calendar": WorkCalendar(), "now": now, "head_email": HEAD_EMAIL}
    late = next(step for step in Reminding(**facts).told() if step.name == "request_late")
    async with town.transactions.begin() as tx:
        (found,) = (await tx.execute(late.find, {**late.facts, "after": 0, "most": 100})).all()
    note = MemoForm(number="7-сз", dated_on=DUE, signed_by="Образцов О. О.", outcome=MemoOutcome.CANNOT, reasons="Нет линии.")
    await town.requests.receive_memo(1, note, came_by="link", asker=None)
    async with town.transactions.begin() as tx:
        assert not await late.deed(tx, found)
    assert [one for one in await letters(town, "notice") if one["to"] == HEAD_EMAIL] == []
    assert await history(town) == []
