"""The report is made once a month by itself, keeps its figures, and says them alike in Word and in the sheets."""

import asyncio
import io
from datetime import datetime, timedelta

import docx
import openpyxl
import pytest
from sqlmodel import select

from core.conversations.model import Contact
from core.departments.model import Department, Liaison
from core.reports.model import MonthlyReport
from core.reports.wording import change, number, percent
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.vocabulary import ReplyForm, Urgency
from tests.hostile import NAMES
from tests.inbox.world import Centre

HOSTILE = '=HYPERLINK("http://example.org";"x")'


async def a_month(centre: Centre) -> None:
    """Three contacts that are over, and two cards with theirs, in November."""
    for outcome in ("informed", "reference", "message"):
        talk = await centre.a_conversation()
        async with centre.transactions.begin() as tx:
            contact = (await tx.exec(select(Contact).where(Contact.conversation_id == talk))).one()
            contact.ended_at, contact.outcome = centre.clock.now(), outcome
    for topic in (HOSTILE, "Дороги"):
        await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, topic=topic)


def move_to(centre: Centre, written: str) -> None:
    centre.clock.move(seconds=(datetime.fromisoformat(f"{written}+03:00") - centre.clock.now()) / timedelta(seconds=1))


@pytest.mark.clause("2.8.12")
async def test_the_timetable_makes_one_report_on_the_first_working_day(centre: Centre, head: Asker) -> None:
    assert not await centre.reports.round(), "the centre opened this month: there is nothing to report on October"
    await a_month(centre)
    move_to(centre, "2026-12-01T08:59")
    assert not await centre.reports.round()
    move_to(centre, "2026-12-01T09:00")
    assert sorted(await asyncio.gather(*(centre.reports.round() for _ in range(3)))) in ([False, False, True], [True, True, True])
    assert not await centre.reports.round()
    (report,) = await centre.rows(MonthlyReport)
    assert (report.month.isoformat(), report.version, report.made_by_id) == ("2026-11-01", 1, None)
    (task,) = await centre.rows(StaffTask, StaffTask.kind == "report_ready")
    assert (task.for_role, task.facts["month"]) == ("supervisor", "2026-11")


@pytest.mark.clause("2.8.12")
async def test_the_document_and_the_sheets_say_the_same_figures(centre: Centre, head: Asker) -> None:
    await a_month(centre)
    made = await centre.reports.make(head, "2026-11")
    kept = await centre.reports.kept(head, made.id)
    paper = docx.Document(io.BytesIO((await centre.reports.file(head, made.id, "docx")).content))
    main = {row.cells[0].text: row.cells[1].text for row in paper.tables[1].rows}
    assert (main["Обращений по всем каналам"], main["Зарегистрировано обращений"]) == ("5", "2")
    assert main["Доля решённых без оператора"] == percent(2 / 3)
    assert any("о работе контакт-центра за ноябрь 2026 года" in one.text for one in paper.paragraphs)
    assert all(any(one.text == sentence for one in paper.paragraphs) for sentence in kept.findings)
    book = openpyxl.load_workbook(io.BytesIO((await centre.reports.file(head, made.id, "xlsx")).content))
    summary = {row[0].value: row[1].value for row in book["Сводка"].iter_rows(min_row=4)}
    assert (summary["Обращений по всем каналам"], summary["Зарегистрировано обращений"]) == (5, 2)
    topics = {row[0].value: (row[0].data_type, row[1].value) for row in book["Темы"].iter_rows(min_row=4, max_row=5)}
    assert topics["Дороги"] == ("s", 1)
    assert topics[HOSTILE.lower()] == ("s", 1), "a topic is a word, never a formula"


async def test_hostile_names_are_words_in_the_document_and_in_the_sheets(centre: Centre, head: Asker) -> None:
    asker = (await centre.a_member()).asker
    for place, name in enumerate(NAMES.values()):
        async with centre.transactions.begin() as tx:
            tx.add(Department(key=f"hostile{place}", name=name, head_email="head@org.example"))
            official = {"position": name, "department": f"hostile{place}", "email": f"o{place}@org.example"}
            tx.add(Liaison(no=90 + place, full_name=name, **official))
        appeal = await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, topic=name)
        await centre.requests.send(asker, appeal, [f"hostile{place}"], "Когда?", version=1, client_key=f"key-of-the-test-{place}")
    made = await centre.reports.make(head, "2026-11")
    book = openpyxl.load_workbook(io.BytesIO((await centre.reports.file(head, made.id, "xlsx")).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"} and not [cell for cell in cells if cell.hyperlink]
    told = {str(cell.value) for cell in cells}
    assert set(NAMES.values()) <= told, "each department by its name"
    word = (await centre.reports.file(head, made.id, "docx")).content
    paper = docx.Document(io.BytesIO(word))
    written = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert written & set(NAMES.values())
    assert not [part for part in paper.part.rels.values() if part.is_external]


async def test_a_made_report_does_not_change_and_says_what_did(centre: Centre, head: Asker) -> None:
    await a_month(centre)
    first = await centre.reports.make(head, "2026-11")
    assert (await centre.reports.kept(head, first.id)).changed == {}
    await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE)
    later = await centre.reports.kept(head, first.id)
    assert (later.figures.totals["appeals"], later.changed["appeals"]) == (2, (2, 3))
    second = await centre.reports.make(head, "2026-11")
    assert [(one.version, one.made_by) for one in await centre.reports.list(head)] == [(2, head.full_name), (1, head.full_name)]
    assert (await centre.reports.kept(head, second.id)).figures.totals["appeals"] == 3


@pytest.mark.parametrize(
    ("metric", "now", "then", "told"),
    [
        pytest.param("contacts", 110, 100, "на 10 % больше", id="percent"),
        pytest.param("contacts", 1000, 1005, "на 0,5 % меньше", id="a digit behind the comma"),
        pytest.param("contacts", 12, 10, "на 2 больше", id="few are told in pieces"),
        pytest.param("contacts", 5, 5, "столько же", id="the same"),
        pytest.param("contacts", 5, None, "", id="nothing known"),
        pytest.param("kept_share", 0.9, 0.955, "на 5,5 п. п. меньше", id="points of a share"),
    ],
)
def test_a_change_is_told_as_people_say_it(metric: str, now: float, then: float | None, told: str) -> None:
    assert change(metric, now, then) == told


def test_numbers_are_written_as_in_official_papers() -> None:
    assert (number(1234567), number(4.5), percent(0.125)) == ("1\xa0234\xa0567", "4,5", "12,5\xa0%")
