"""What lies in the folder of answers is believed only when it is an answer; everything else is kept for people."""

import os
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from core.records.port import AnswerKind
from integrations.delo.folder import DONE, MOST_ANSWERS, PATIENCE, SET_ASIDE
from integrations.delo.reading import XML_LIMIT, Unreadable, read_answer
from tests.clocks import MovableClock
from tests.integrations.delo.conftest import Delo
from tests.integrations.delo.edms import an_answer

RETURNED = str(uuid4())
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'


def with_type(declared: str, told: str = "&x;") -> str:
    """A registration whose number is an entity."""
    head, body = an_answer(RETURNED, number=told).split("?>", 1)
    return f"{head}?>{declared}{body}"


GOOD = an_answer(RETURNED)
BAD = {
    "an entity that reads a file": (with_type(XXE), "document type declared"),
    "entities that grow": (with_type(LAUGHS, "&c;"), "document type declared"),
    "a document type in UTF-16": (with_type(XXE).replace("UTF-8", "UTF-16").encode("utf-16"), "document type declared"),
    "a document type in UTF-7": (
        with_type(XXE).replace('encoding="UTF-8"', 'encoding="UTF-7"').replace("<!", "+ADwAIQ-").encode("ascii", "ignore"),
        None,
    ),
    "another namespace": (GOOD.replace("eos.ru/2010/sev", "eos.ru/2011/sev"), "wrong namespace"),
    "no namespace": ("<Report/>", "wrong namespace"),
    "an unknown MessageType": (an_answer(RETURNED, type="Gift"), "not valid"),
    "a MessageType that does not fit": (an_answer(RETURNED, type="Failure"), "the notification does not fit"),
    "a notification that we do not want": (an_answer(RETURNED, notification="<sev:Redirection/>"), "not valid"),
    "a card instead of an answer": (GOOD.replace("sev:Report", "sev:DocInfo"), "not an answer"),
    "no ReturnID": (GOOD.replace(f'ReturnID="{RETURNED}"', ""), "not valid"),
    "a registration without a document": (
        an_answer(RETURNED).partition("<sev:DocumentList>")[0] + "</sev:Report>",
        "a registration",
    ),
    "an empty number": (an_answer(RETURNED, number="  "), "not valid"),
    "a number that is too long": (an_answer(RETURNED, number="1" * 101), "not valid"),
    "a day that is none": (an_answer(RETURNED, dated="2026-02-30"), "not valid"),
    "a day before all years": (an_answer(RETURNED, dated="-0044-03-15"), "a date that cannot be"),
    "too much": (b" " * (XML_LIMIT + 1), "too large"),
    "deeper than anything": ("<a>" * 100000 + "</a>" * 100000, None),
    "nothing": (b"", "not well-formed"),
    "noise": (os.urandom(4096), None),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_answer_is_not_believed(name: str) -> None:
    content, reason = BAD[name]
    with pytest.raises(Unreadable) as refused:
        read_answer(content if isinstance(content, bytes) else content.encode(), "place")
    assert refused.value.reason.startswith(reason or "")
    assert "root:" not in str(refused.value)


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_answer_is_set_aside_with_the_reason(delo: Delo, name: str) -> None:
    content, reason = BAD[name]
    place = delo.edms.answers(content, age=PATIENCE + 1, now=delo.records.clock.now().timestamp())
    assert await delo.records.desk.import_answers() == 0
    assert not place.exists()
    assert (delo.into / SET_ASIDE / place.name).exists()
    told = (delo.into / SET_ASIDE / f"{place.name}.reason.txt").read_text(encoding="utf-8")
    assert told.startswith(reason or "")


@pytest.mark.parametrize("bare", [False, True], ids=["a folder", "a bare file"])
async def test_an_answer_may_be_a_folder_or_a_file(delo: Delo, bare: bool) -> None:
    appeal = await delo.records.an_appeal()
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    place = delo.edms.answers(an_answer(card.header("ReturnID"), number="О-5"), bare=bare)
    assert await delo.records.desk.import_answers() == 1
    assert (delo.into / DONE / place.name).exists()
    shown = await delo.records.shown(appeal)
    assert shown is not None
    assert shown.number == "О-5"


async def test_an_answer_that_is_still_being_written_is_left_alone(delo: Delo, clock: MovableClock) -> None:
    await delo.records.an_appeal()
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    whole = an_answer(card.header("ReturnID"))
    now = clock.now().timestamp()
    half = delo.edms.answers(whole[: len(whole) // 2], now=now, age=1)
    empty = delo.into / "coming"
    empty.mkdir()
    os.utime(empty, (now, now))
    hidden = delo.edms.answers(whole)
    hidden.rename(delo.into / ".hidden")
    unfinished = delo.edms.answers(whole, bare=True)
    unfinished.rename(unfinished.with_suffix(".tmp"))
    before = {entry.name for entry in delo.into.iterdir()}
    assert await delo.records.desk.import_answers() == 0
    assert {entry.name for entry in delo.into.iterdir()} == before
    (half / "Report.xml").write_text(whole, encoding="utf-8")
    assert await delo.records.desk.import_answers() == 1
    clock.move(seconds=PATIENCE)
    await delo.records.desk.import_answers()
    assert (delo.into / SET_ASIDE / "coming").exists()


async def test_a_link_is_never_followed(delo: Delo, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(an_answer(RETURNED), encoding="utf-8")
    (delo.into / "link.xml").symlink_to(secret)
    inside = delo.into / "folder"
    inside.mkdir()
    (inside / "Report.xml").symlink_to(secret)
    assert await delo.adapter.poll() == []
    assert {entry.name for entry in (delo.into / SET_ASIDE).iterdir() if not entry.name.endswith(".txt")} == {"link.xml", "folder"}
    assert secret.exists()


async def test_a_pipe_is_not_waited_for(delo: Delo) -> None:
    os.mkfifo(delo.into / "pipe.xml")
    assert await delo.adapter.poll() == []
    assert (delo.into / SET_ASIDE / "pipe.xml").exists()


async def test_an_answer_to_nobody_is_set_aside_and_the_same_name_twice_is_kept(delo: Delo) -> None:
    for _ in range(2):
        delo.edms.counter = 0
        delo.edms.answers(an_answer(str(uuid4())))
        await delo.records.desk.import_answers()
    assert sorted(entry.name for entry in (delo.into / SET_ASIDE).iterdir()) == [
        "answer001",
        "answer001.2",
        "answer001.2.reason.txt",
        "answer001.reason.txt",
    ]


async def test_the_same_answer_twice_is_done_twice_and_told_once(delo: Delo) -> None:
    await delo.records.an_appeal()
    await delo.records.desk.export_waiting()
    (card,) = delo.edms.collect()
    for _ in range(2):
        delo.edms.registers(card, "О-5")
    assert await delo.records.desk.import_answers() == 1
    assert len(list((delo.into / DONE).iterdir())) == 2


async def test_more_answers_than_one_look_takes_are_taken_by_the_next(delo: Delo) -> None:
    for number in range(MOST_ANSWERS + 3):
        (delo.into / f"{number:04d}.xml").write_text(an_answer(str(uuid4())), encoding="utf-8")
    for left in (3, 0):
        await delo.records.desk.import_answers()
        assert len(list(delo.into.glob("*.xml"))) == left


@pytest.mark.parametrize(
    ("dated", "day"),
    [("2026-11-26", date(2026, 11, 26)), ("2026-11-26T10:00:00+03:00", date(2026, 11, 26)), ("2026-11-26Z", date(2026, 11, 26))],
)
def test_days_are_read_as_systems_write_them(dated: str, day: date) -> None:
    answer = read_answer(an_answer("{" + RETURNED.upper() + "}", dated=dated, number=" О-5\n /26 ").encode(), "place")
    assert (answer.kind, answer.dated, answer.number) == (AnswerKind.REGISTERED, day, "О-5 /26")
    assert answer.return_id == RETURNED.upper()
