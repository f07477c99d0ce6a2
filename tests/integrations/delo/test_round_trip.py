"""From the card to the EDMS and back: what a clerk of «Дело» sees, and what our card shows then."""

import dataclasses
import resource
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from core.records.desk import BACKOFF, LEASE
from core.records.port import ControlState, RecordDocument, RecordsError, RecordState, RecordTask, Written
from integrations.delo.folder import DeloFolder
from tests.clocks import MovableClock
from tests.core.records.world import Records
from tests.hostile import NAMES
from tests.integrations.delo.conftest import ENVELOPE, Delo
from tests.integrations.delo.edms import SEV

FULL = 4 * 1024 * 1024
A_REQUEST = RecordTask(
    id=5,
    number="З-000005/2026",
    text="Просим сообщить о сроках ремонта.",
    department="Управление благоустройства",
    official="Образцова Проба Тестовна",
    position="заместитель начальника",
    control=ControlState.UNDER,
    deadline=date(2026, 12, 1),
)


@pytest.mark.clause("2.8.6")
async def test_a_card_is_registered_in_delo_and_its_number_is_on_our_card(delo: Delo) -> None:
    appeal = await delo.records.an_appeal("Нет освещения во дворе.", address="ул. Примерная, 1")
    delo.records.requests[appeal] = (A_REQUEST,)
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    assert card.path.name == "DocInfo.xml"
    assert (card.header("MessageType"), card.header("Version"), card.header("ResourceID")) == ("MainDoc", "1.0", "0")
    assert (card.text("RegistrationInfo/Number"), card.text("RegistrationInfo/Date")) == ("А-000001/2026", "2026-11-25")
    assert (card.text("Annotation"), card.text("Rubric")) == ("Нет освещения во дворе.", "Освещение")
    assert (card.text("Document/Control/Deadline"), card.text("Document/Control/FactDate")) == ("2026-12-02", None)
    assert card.text("Author/PrivatePerson/FIO") == "Образцов Пример Тестович"
    contacts = [(node.get("Type"), node.text) for node in card.root.iterfind(".//sev:Econtact", SEV)]
    assert contacts == [("Phone", "+78672000001"), ("Email", "primer@example.org")]
    assert card.text("Task/Text") == "Просим сообщить о сроках ремонта."
    assert card.text("Task/Executor/Contact/Department/Name") == "Управление благоустройства"
    assert card.text("Task/Control/Deadline") == "2026-12-01"
    delo.edms.receives(card)
    delo.edms.registers(card, "О-77/2026")
    await delo.records.desk.import_answers()
    shown = await delo.records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.number, shown.dated) == (RecordState.REGISTERED, "О-77/2026", date(2026, 11, 26))
    assert {entry.name for entry in delo.into.iterdir()} == {"done"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
async def test_a_hostile_name_is_a_word_of_the_message(delo: Delo, name: str) -> None:
    appeal = await delo.records.an_appeal(name, topic=name, address=name)
    delo.records.requests[appeal] = (dataclasses.replace(A_REQUEST, text=name, department=name, official=name),)
    await delo.records.attach(appeal, f"{name}.pdf", b"%PDF-1.4 sample")
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    assert (card.text("Annotation"), card.text("Rubric"), card.text("Task/Text")) == (name, name, name)
    assert card.text("Task/Executor/Contact/Department/Name") == name
    assert not [entry for entry in delo.out.rglob("*") if not entry.resolve().is_relative_to(delo.out.resolve())]


async def test_a_refusal_is_shown_with_the_words_of_delo(delo: Delo) -> None:
    appeal = await delo.records.an_appeal()
    await delo.records.desk.export_waiting()
    delo.edms.refuses(delo.edms.collect()[0], "Не указана рубрика &lt;обязательна&gt;")
    await delo.records.desk.import_answers()
    shown = await delo.records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.reason) == (RecordState.REFUSED, "Не указана рубрика <обязательна> (39)")
    assert delo.records.tasks.problems == ["refused"]


async def test_the_end_of_a_case_is_a_report_on_the_same_document(delo: Delo, clock: MovableClock) -> None:
    appeal = await delo.records.an_appeal()
    await delo.records.desk.export_waiting()
    clock.move(days=2)
    await delo.records.change(appeal, "close", status="closed", closed_at=clock.now())
    await delo.records.desk.export_waiting()
    card, report = delo.edms.collect()
    assert (report.path.name, report.header("MessageType")) == ("Report.xml", "Report")
    assert report.root.find(".//sev:Control", SEV).get("State") == "EndedControl"
    assert report.text("Document/Control/FactDate") == "2026-11-27"
    same = [message.root.find(".//sev:Document", SEV).get("UID") for message in (card, report)]
    assert same[0] == same[1] == report.root.find(".//sev:InitialDoc", SEV).get("UID")
    assert "обращение снято с контроля" in (report.text("Note") or "")


async def test_the_files_of_a_card_lie_beside_it(delo: Delo) -> None:
    appeal = await delo.records.an_appeal()
    await delo.records.attach(appeal, "Фото двора.JPG", b"picture")
    await delo.records.attach(appeal, "../../etc/passwd", b"no extension")
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    assert card.files == {"file1.jpg": b"picture", "file2.bin": b"no extension"}
    listed = {node.get("UID"): node.get("UniqueName") for node in card.root.iterfind(".//sev:Resource", SEV)}
    assert listed == {"0": "DocInfo.xml", "1": "file1.jpg", "2": "file2.bin"}
    files = [(node.get("ResourceID"), node.get("Size")) for node in card.root.iterfind(".//sev:File", SEV)]
    assert files == [("1", "7"), ("2", "12")]
    assert card.text("File/Description") == "Фото двора.JPG"


async def test_a_file_that_is_gone_fails_the_message_and_leaves_nothing_half_done(delo: Delo) -> None:
    appeal = await delo.records.an_appeal()
    await delo.records.attach(appeal, "a.pdf", b"1")
    async with delo.records.transactions.begin() as tx:
        await tx.execute(text("DELETE FROM stored_file"))
    await delo.records.desk.export_waiting()
    assert [(row.state, row.error) for row in await delo.records.rows()] == [("failed", "a file of the card is gone")]
    assert list(delo.out.iterdir()) == []


async def test_a_message_that_our_own_schema_refuses_is_not_written(delo: Delo) -> None:
    await delo.records.an_appeal(person={"surname": "", "given_name": "", "patronymic": ""}, applicant_name="")
    await delo.records.desk.export_waiting()
    (row,) = await delo.records.rows()
    assert (row.state, list(delo.out.iterdir())) == ("failed", [])
    assert row.error.startswith("our message is not valid")
    assert delo.records.tasks.problems == ["failed"]


async def test_a_legal_person_is_an_organisation_with_its_official(delo: Delo) -> None:
    await delo.records.an_appeal(person={"kind": "organisation", "organisation": "ООО «Пример»"})
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    assert card.text("Author/Contact/Organization/ShortName") == "ООО «Пример»"
    assert card.text("Author/Contact/OfficialPerson/FIO") == "Образцов Пример Тестович"
    assert card.text("Author/PrivatePerson/FIO") is None


@pytest.mark.parametrize("taken", [True, False], ids=["the receiver took it already", "it still lies there"])
async def test_a_message_written_twice_is_one_message(delo: Delo, clock: MovableClock, taken: bool) -> None:
    class Crash(Exception):
        """The process dies after the folder was renamed."""

    class Dying(DeloFolder):
        async def write(self, document: RecordDocument) -> Written:
            await super().write(document)
            raise Crash

    dying = Dying(delo.out, delo.into, envelope=ENVELOPE, load_file=_nothing, clock=clock)
    before = Records(delo.records.transactions, clock, dying)
    await before.an_appeal()
    with pytest.raises(Crash):
        await before.desk.export_waiting()
    first = len(delo.edms.collect()) if taken else 0
    clock.move(seconds=LEASE.total_seconds())
    assert await delo.records.desk.export_waiting() == 1
    assert first + len(delo.edms.collect()) == 1
    assert list(delo.out.iterdir()) == []


async def test_the_receiver_never_sees_half_a_message(delo: Delo, clock: MovableClock) -> None:
    seen: list[set[str]] = []

    async def slow(key: str) -> bytes:
        seen.append({entry.name for entry in delo.out.iterdir() if not entry.name.startswith(".")})
        return b"1"

    adapter = DeloFolder(delo.out, delo.into, envelope=ENVELOPE, load_file=slow, clock=clock)
    records = Records(delo.records.transactions, clock, adapter)
    appeal = await records.an_appeal()
    await records.attach(appeal, "a.pdf", b"1")
    await records.desk.export_waiting()
    assert seen == [set()]
    assert len(delo.edms.collect()) == 1


async def test_what_a_crash_left_half_built_is_built_anew(delo: Delo) -> None:
    await delo.records.an_appeal()
    (row,) = await delo.records.rows()
    left = delo.out / f".{row.message_id}.part"
    left.mkdir()
    (left / "DocInfo.xml").write_text("<DocInfo", encoding="utf-8")
    assert await delo.records.desk.export_waiting() == 1
    assert len(delo.edms.collect()) == 1
    assert list(delo.out.iterdir()) == []


async def test_a_folder_that_is_not_mounted_is_waited_for_and_never_made(delo: Delo, clock: MovableClock) -> None:
    appeal = await delo.records.an_appeal()
    delo.out.rmdir()
    delo.into.rmdir()
    assert (await delo.records.desk.export_waiting(), await delo.records.desk.import_answers()) == (0, 0)
    assert not delo.out.exists()
    shown = await delo.records.shown(appeal)
    assert shown is not None
    assert (shown.state, shown.error) == (RecordState.WAITING, "the out folder: ENOENT")
    delo.out.mkdir()
    delo.into.mkdir()
    assert await delo.records.desk.export_waiting() == 0, "the pause is kept"
    clock.move(seconds=BACKOFF[0])
    assert await delo.records.desk.export_waiting() == 1


@pytest.mark.parametrize("which", ["out", "in"])
async def test_the_doctor_can_ask_whether_the_folders_are_there(delo: Delo, which: str) -> None:
    await delo.adapter.check()
    (delo.out if which == "out" else delo.into).rmdir()
    with pytest.raises(RecordsError, match=f"the {which} folder: ENOENT"):
        await delo.adapter.check()


async def test_a_disk_that_takes_no_more_is_waited_for(delo: Delo, clock: MovableClock) -> None:
    """A limit on the size of files stops the write in its middle, as a full share does."""
    appeal = await delo.records.an_appeal()
    await delo.records.attach(appeal, "a.pdf", b"1" * FULL * 2)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, hard))
    try:
        assert await delo.records.desk.export_waiting() == 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [(row.state, row.error) for row in await delo.records.rows()] == [("waiting", "the out folder: EFBIG")]
    assert delo.edms.collect() == []
    clock.move(seconds=BACKOFF[0])
    assert await delo.records.desk.export_waiting() == 1
    assert len(delo.edms.collect()[0].files["file1.pdf"]) == FULL * 2


async def test_a_folder_that_cannot_be_written_is_waited_for(delo: Delo, clock: MovableClock) -> None:
    """The kernel's own folder refuses everybody, root too."""
    adapter = DeloFolder(Path("/sys/kernel"), delo.into, envelope=ENVELOPE, load_file=_nothing, clock=clock)
    records = Records(delo.records.transactions, clock, adapter)
    await records.an_appeal()
    assert await records.desk.export_waiting() == 0
    (row,) = await records.rows()
    assert (row.state, row.error) in {("waiting", f"the out folder: {code}") for code in ("EROFS", "EPERM", "EACCES")}


async def _nothing(key: str) -> bytes:
    return b""
