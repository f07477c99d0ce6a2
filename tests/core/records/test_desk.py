"""Telling the records system of appeals: in order, once each, with a defined end for every failure."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from core.errors import Conflict, NotAllowed, NotFound
from core.records.desk import ALARM_AFTER, BACKOFF, LEASE
from core.records.noting import WORTH_TELLING
from core.records.own_journal import OwnJournal
from core.records.port import AnswerKind, ControlState, RecordAnswer, RecordDocument, RecordKind, RecordsError, RecordState, Written
from core.vocabulary import Role, TaskKind, Urgency
from core.words import say
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.records.fakes import FakeRecords
from tests.core.records.world import Records
from tests.inbox.world import Centre


@pytest.fixture
def system() -> FakeRecords:
    return FakeRecords()


@pytest.fixture
def records(transactions: Transactions, clock: MovableClock, system: FakeRecords) -> Records:
    return Records(transactions, clock, system)


@pytest.mark.clause("2.8.6")
async def test_a_registered_appeal_is_told_whole_and_its_number_comes_back(records: Records, system: FakeRecords) -> None:
    appeal = await records.an_appeal("Нет освещения.", address="ул. Примерная, 1")
    assert await records.desk.export_waiting() == 1
    (card,) = system.told
    assert (card.kind, card.number, card.control) == (RecordKind.DOC_INFO, "А-000001/2026", ControlState.UNDER)
    assert (card.registered_on, card.deadline, card.fact_date) == (date(2026, 11, 25), date(2026, 12, 2), None)
    assert (card.annotation, card.rubric) == ("Нет освещения.", "Освещение")
    assert (card.author.full_name, card.author.phones, card.author.emails) == (
        "Образцов Пример Тестович",
        ("+78672000001",),
        ("primer@example.org",),
    )
    assert "ул. Примерная, 1" in card.note
    assert "обращение зарегистрировано" in card.note
    system.registers(card, "О-77/2026")
    assert await records.desk.import_answers() == 1
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.number, shown.dated) == (RecordState.REGISTERED, "О-77/2026", date(2026, 11, 25))


async def test_our_own_journal_is_the_record_and_no_message_claims_otherwise(
    transactions: Transactions, clock: MovableClock
) -> None:
    records = Records(transactions, clock, OwnJournal())
    appeal = await records.an_appeal()
    await records.change(appeal, "close", status="closed")
    assert await records.rows() == []
    assert (await records.desk.export_waiting(), await records.desk.import_answers()) == (0, 0)
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.system, shown.state, shown.number) == ("own", RecordState.REGISTERED, "А-000001/2026")
    with pytest.raises(NotFound):
        await records.shown(appeal + 1)


async def test_changes_before_the_first_try_are_one_message(records: Records, system: FakeRecords) -> None:
    appeal = await records.an_appeal()
    for move, status in (("request", "requested"), ("receive", "answer_received"), ("reply", "replied")):
        await records.change(appeal, move, status=status)
    assert len(await records.rows()) == 1
    await records.desk.export_waiting()
    assert [card.kind for card in system.told] == [RecordKind.DOC_INFO]
    assert "заявителю направлен ответ" in system.told[0].note


async def test_what_becomes_of_a_card_is_told_in_reports(records: Records, system: FakeRecords, clock: MovableClock) -> None:
    appeal = await records.an_appeal()
    await records.desk.export_waiting()
    clock.move(days=1)
    await records.change(appeal, "request", status="requested")
    await records.desk.export_waiting()
    clock.move(days=1)
    await records.change(appeal, "close", status="closed", closed_at=clock.now())
    await records.desk.export_waiting()
    assert [(told.kind, told.control) for told in system.told] == [
        (RecordKind.DOC_INFO, ControlState.UNDER),
        (RecordKind.REPORT, ControlState.UNDER),
        (RecordKind.REPORT, ControlState.ENDED),
    ]
    assert system.told[-1].fact_date == date(2026, 11, 27)
    assert len({told.return_id for told in system.told}) == 3


async def test_a_merged_appeal_ends_and_says_where_it_went(records: Records, system: FakeRecords) -> None:
    other, appeal = await records.an_appeal(), await records.an_appeal()
    await records.change(appeal, "merge", status="merged", merged_into_id=other)
    await records.desk.export_waiting()
    merged = next(told for told in system.told if told.appeal_id == appeal)
    assert (merged.control, merged.fact_date) == (ControlState.ENDED, date(2026, 11, 25))
    assert "А-000001/2026" in merged.note


async def test_a_report_carries_the_files_that_came_after_the_card(
    records: Records, system: FakeRecords, clock: MovableClock
) -> None:
    appeal = await records.an_appeal()
    await records.attach(appeal, "photo.jpg", b"1")
    clock.move(minutes=1)
    await records.change(appeal, "file")
    await records.desk.export_waiting()
    clock.move(hours=1)
    await records.attach(appeal, "memo.pdf", b"2")
    await records.change(appeal, "receive", status="answer_received")
    await records.desk.export_waiting()
    assert [[file.file_name for file in told.files] for told in system.told] == [["photo.jpg"], ["memo.pdf"]]


async def test_an_unreachable_system_costs_time_and_nothing_else(
    records: Records, system: FakeRecords, clock: MovableClock
) -> None:
    first, second = await records.an_appeal(), await records.an_appeal()
    system.away = True
    assert await records.desk.export_waiting() == 0
    assert [(row.state, row.tries) for row in await records.rows()] == [("waiting", 1), ("waiting", 0)], "the round ends at once"
    clock.move(seconds=ALARM_AFTER.total_seconds() - 1)
    await records.desk.export_waiting()
    assert not records.tasks.raised
    for _ in range(3):
        clock.move(hours=1)
        await records.desk.export_waiting()
    assert list(records.tasks.raised) == ["records_unreachable:2026-11-25"], "one alarm a day, not one a message"
    assert records.tasks.raised["records_unreachable:2026-11-25"]["for_role"] == "supervisor"
    shown = await records.shown(first)
    assert shown is not None
    assert (shown.state, shown.error) == (RecordState.WAITING, "away")
    system.away = False
    clock.move(days=1)
    assert await records.desk.export_waiting() == 2
    assert {told.appeal_id for told in system.told} == {first, second}


async def test_when_all_tries_are_used_up_people_are_told_and_may_send_again(
    records: Records, system: FakeRecords, clock: MovableClock, transactions: Transactions
) -> None:
    appeal = await records.an_appeal()
    system.away = True
    for pause in (0, *BACKOFF):
        clock.move(seconds=pause)
        await records.desk.export_waiting()
    shown = await records.shown(appeal)
    assert shown is not None
    assert shown.state is RecordState.FAILED
    assert "failed" in records.tasks.problems
    centre = Centre(transactions, clock)
    with pytest.raises(NotAllowed):
        await records.desk.send_again((await centre.a_member(Role.PRESS)).asker, appeal)
    operator = (await centre.a_member()).asker
    with pytest.raises(NotFound):
        await records.desk.send_again(operator, appeal + 1)
    await records.desk.send_again(operator, appeal)
    with pytest.raises(Conflict):
        await records.desk.send_again(operator, appeal)
    system.away = False
    assert await records.desk.export_waiting() == 1
    assert [told.kind for told in system.told] == [RecordKind.DOC_INFO]


async def test_a_message_that_is_at_fault_fails_at_once_and_the_rest_goes_on(records: Records, system: FakeRecords) -> None:
    bad, good = await records.an_appeal(), await records.an_appeal()
    system.errors.append(RecordsError("our message is not valid", permanent=True))
    assert await records.desk.export_waiting() == 1
    assert [row.state for row in await records.rows()] == ["failed", "written"]
    (task,) = records.tasks.raised.values()
    assert (task["kind"], task["appeal_id"], task["problem"]) == (TaskKind.RECORDS_REFUSED, bad, "failed")
    await records.change(bad, "edit")
    await records.desk.export_waiting()
    assert [(told.appeal_id, told.kind) for told in system.told] == [(good, RecordKind.DOC_INFO), (bad, RecordKind.DOC_INFO)]


async def test_a_crash_between_writing_and_recording_repeats_the_same_message(
    transactions: Transactions, clock: MovableClock
) -> None:
    class Crash(Exception):
        """The process dies."""

    class Dying(FakeRecords):
        async def write(self, document: RecordDocument) -> Written:
            done = await super().write(document)
            if self.writes == 1:
                raise Crash
            return done

    system = Dying()
    records = Records(transactions, clock, system)
    appeal = await records.an_appeal()
    with pytest.raises(Crash):
        await records.desk.export_waiting()
    assert await records.desk.export_waiting() == 0, "the message still belongs to whoever took it"
    await records.change(appeal, "request", status="requested")
    clock.move(seconds=LEASE.total_seconds())
    assert await records.desk.export_waiting() == 2
    assert system.writes == 3
    assert [told.kind for told in system.told] == [RecordKind.DOC_INFO, RecordKind.REPORT], "the change after the try is not lost"


async def test_an_answer_may_come_before_the_writing_was_recorded(
    records: Records, system: FakeRecords, clock: MovableClock
) -> None:
    appeal = await records.an_appeal()
    (row,) = await records.rows()
    system.answers.append(
        RecordAnswer(kind=AnswerKind.REGISTERED, return_id=str(row.return_id), place="a", number="1", dated=date(2026, 11, 25))
    )
    await records.desk.import_answers()
    assert await records.desk.export_waiting() == 0, "there is nothing more to write"
    shown = await records.shown(appeal)
    assert shown is not None
    assert shown.state is RecordState.REGISTERED


async def test_two_workers_write_each_message_once(transactions: Transactions, clock: MovableClock) -> None:
    system = FakeRecords()
    one, two = Records(transactions, clock, system), Records(transactions, clock, system)
    for _ in range(20):
        await one.an_appeal()
    counts = await asyncio.gather(one.desk.export_waiting(), two.desk.export_waiting(), one.desk.export_waiting())
    assert (sum(counts), system.writes, len(system.documents)) == (20, 20, 20)


async def test_changes_and_writing_at_the_same_time_lose_nothing(transactions: Transactions, clock: MovableClock) -> None:
    system = FakeRecords()
    records = Records(transactions, clock, system)
    appeal = await records.an_appeal()

    async def change(number: int) -> None:
        await records.change(appeal, "edit", topic=f"{number}")

    for number in range(15):
        await asyncio.gather(change(number), records.desk.export_waiting())
    await records.desk.export_waiting()
    assert system.told[-1].rubric == "14"
    assert [told.kind for told in system.told].count(RecordKind.DOC_INFO) == 1


async def test_the_same_answer_twice_changes_nothing_more(records: Records, system: FakeRecords) -> None:
    await records.an_appeal()
    await records.desk.export_waiting()
    system.registers(system.told[0], "О-1")
    system.forgetful = True
    assert [await records.desk.import_answers() for _ in range(3)] == [1, 0, 0]
    system.forgetful = False
    await records.desk.import_answers()
    assert (system.answers, system.aside) == ([], [])


@pytest.mark.parametrize(
    "return_id", [pytest.param(str(uuid4()), id="of nobody"), pytest.param("../../etc/passwd", id="no identifier at all")]
)
async def test_an_answer_to_nothing_of_ours_is_set_aside(records: Records, system: FakeRecords, return_id: str) -> None:
    system.answers.append(RecordAnswer(kind=AnswerKind.RECEIVED, return_id=return_id, place="a"))
    assert await records.desk.import_answers() == 0
    assert system.aside == [(return_id, "unknown")]


async def test_a_refusal_is_a_task_and_the_next_change_tells_the_card_anew(records: Records, system: FakeRecords) -> None:
    appeal = await records.an_appeal()
    await records.desk.export_waiting()
    await records.change(appeal, "edit", topic="Дороги")
    system.refuses(system.told[0], "Нет рубрики")
    await records.desk.import_answers()
    (task,) = records.tasks.raised.values()
    assert (task["problem"], task["appeal_id"], task["for_role"]) == ("refused", appeal, "operator")
    await records.desk.export_waiting()
    assert [told.kind for told in system.told] == [RecordKind.DOC_INFO, RecordKind.DOC_INFO]
    system.registers(system.told[1], "О-2")
    await records.desk.import_answers()
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.number) == (RecordState.REGISTERED, "О-2")


async def test_a_refusal_of_the_card_shows_though_a_report_went_after_it(records: Records, system: FakeRecords) -> None:
    appeal = await records.an_appeal()
    await records.desk.export_waiting()
    await records.change(appeal, "request", status="requested")
    await records.desk.export_waiting()
    system.refuses(system.told[0], "Нет рубрики")
    await records.desk.import_answers()
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.kind, shown.state, shown.reason) == (RecordKind.DOC_INFO, RecordState.REFUSED, "Нет рубрики")
    await records.change(appeal, "edit")
    await records.desk.export_waiting()
    assert [told.kind for told in system.told] == [RecordKind.DOC_INFO, RecordKind.REPORT, RecordKind.DOC_INFO]


async def test_a_refusal_is_shown_with_its_reason(records: Records, system: FakeRecords) -> None:
    appeal, silent = await records.an_appeal(), await records.an_appeal()
    await records.desk.export_waiting()
    system.refuses(system.told[0], "Нет рубрики")
    system.refuses(system.told[1], "")
    await records.desk.import_answers()
    reasons = {one: shown.reason for one in (appeal, silent) if (shown := await records.shown(one))}
    assert reasons == {appeal: "Нет рубрики", silent: "причина не указана"}


@pytest.mark.parametrize("second", ["refused", "another number"])
async def test_an_answer_that_contradicts_a_registration_is_for_people(records: Records, system: FakeRecords, second: str) -> None:
    appeal = await records.an_appeal()
    await records.desk.export_waiting()
    (card,) = system.told
    system.registers(card, "О-1")
    if second == "refused":
        system.refuses(card, "ошибка")
    else:
        system.registers(card, "О-9")
    await records.desk.import_answers()
    assert system.aside == [(str(card.return_id), "contradicts")]
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.number) == (RecordState.REGISTERED, "О-1")


async def test_a_registration_after_a_refusal_stands(records: Records, system: FakeRecords) -> None:
    appeal = await records.an_appeal()
    await records.desk.export_waiting()
    system.refuses(system.told[0], "Нет рубрики")
    system.registers(system.told[0], "О-3")
    assert await records.desk.import_answers() == 2
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.number, shown.reason) == (RecordState.REGISTERED, "О-3", "")


async def test_a_receipt_is_no_registration_of_a_card_but_all_that_a_report_gets(records: Records, system: FakeRecords) -> None:
    appeal = await records.an_appeal()
    await records.desk.export_waiting()
    system.receives(system.told[0])
    await records.desk.import_answers()
    shown = await records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.answered_at is not None) == (RecordState.WRITTEN, True)
    await records.change(appeal, "reply", status="replied")
    await records.desk.export_waiting()
    system.receives(system.told[1])
    await records.desk.import_answers()
    assert [row.state for row in await records.rows()] == ["written", "registered"]


async def test_answers_that_cannot_be_fetched_now_are_fetched_later(records: Records, system: FakeRecords) -> None:
    await records.an_appeal()
    await records.desk.export_waiting()
    system.registers(system.told[0], "О-1")
    system.away = True
    assert await records.desk.import_answers() == 0
    system.away = False
    assert await records.desk.import_answers() == 1


async def test_a_legal_person_is_told_as_an_organisation(records: Records, system: FakeRecords) -> None:
    await records.an_appeal(person={"kind": "organisation", "organisation": "ООО «Пример»"})
    await records.desk.export_waiting()
    author = system.told[0].author
    assert (author.organisation, author.full_name) == ("ООО «Пример»", "Образцов Пример Тестович")


@pytest.mark.parametrize(
    "key", [*(f"move.{move}" for move in sorted(WORTH_TELLING)), *(f"urgency.{urgency}" for urgency in Urgency)]
)
def test_everything_that_is_told_has_its_words(key: str) -> None:
    assert say(f"records.{key}")
