"""Official notes of departments (reg. 2.8.10)."""

import asyncio
from datetime import date
from typing import Any

import pytest

from core.appeals.model import Appeal
from core.errors import Invalid, NotAllowed, NotFound
from core.files import FILE_LIMIT
from core.links.desk import LinkExpired, LinkUsed
from core.requests.memos import MemoFile
from core.requests.model import Memo
from core.requests.receiving import LINK, UPLOAD
from core.requests.states import RequestNotOpen
from core.vocabulary import MemoOutcome, Role
from tests.core.requests.world import LIGHTS, WATER, World, a_docx, a_memo, a_zip

PDF = b"%PDF-1.7\n%%EOF"


@pytest.mark.clause("2.8.10")
async def test_an_uploaded_note_is_kept_with_its_text_and_moves_the_card(world: World) -> None:
    [request] = await world.send(LIGHTS)
    link = world.token()
    memo = await world.desk.receive_memo(request.id or 0, a_memo(), came_by=UPLOAD, asker=world.asker, client_key="m")
    assert (memo.text, memo.text_state, memo.file_name) == ("Освещение восстановлено 27 ноября.", "read", "записка.docx")
    assert (await world.request(request.id or 0)).status == "answered"
    assert (await world.appeal()).status == "answer_received"
    assert await world.open_tasks() == ["memo_received"]
    assert ("memo", "записка.docx") in await world.files()
    with pytest.raises(LinkUsed):
        await world.desk.page(link)
    again = await world.desk.receive_memo(request.id or 0, a_memo(), came_by=UPLOAD, asker=world.asker, client_key="m")
    assert again.id == memo.id
    with pytest.raises(RequestNotOpen):
        await world.desk.receive_memo(request.id or 0, a_memo(), came_by=UPLOAD, asker=world.asker, client_key="other")
    found, stored = await world.desk.memo_file(world.asker, memo.id or 0)
    assert (found.id, stored.key) == (memo.id, memo.file_key)


async def test_the_card_waits_for_the_last_department(world: World) -> None:
    lights, water = await world.send(LIGHTS, WATER)
    await world.desk.receive_memo(lights.id or 0, a_memo(), came_by=UPLOAD, asker=world.asker)
    assert (await world.appeal()).status == "requested"
    await world.desk.receive_memo(water.id or 0, a_memo(), came_by="mail", asker=None)
    assert [status for move, status in await world.moves() if move == "receive"] == ["requested", "answer_received"]


async def test_cannot_needs_reasons_and_an_answer_may_follow_it(world: World) -> None:
    [request] = await world.send(LIGHTS)
    cannot = a_memo(outcome=MemoOutcome.CANNOT, file=None)
    with pytest.raises(Invalid) as refused:
        await world.desk.receive_memo(request.id or 0, cannot, came_by=UPLOAD, asker=world.asker)
    assert refused.value.facts["fields"] == {"reasons": "missing"}
    cannot = a_memo(outcome=MemoOutcome.CANNOT, file=None, reasons="Нет ламп до 10 декабря.")
    memo = await world.desk.receive_memo(request.id or 0, cannot, came_by=UPLOAD, asker=world.asker)
    assert (memo.text_state, (await world.appeal()).status) == ("none", "cannot")
    assert await world.open_tasks() == ["department_cannot"]
    with pytest.raises(NotFound):
        await world.desk.memo_file(world.asker, memo.id or 0)
    await world.desk.receive_memo(request.id or 0, a_memo(), came_by=UPLOAD, asker=world.asker)
    assert (await world.appeal()).status == "answer_received"
    assert await world.open_tasks() == ["memo_received"]


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        pytest.param({"number": " "}, {"number": "missing"}, id="no number"),
        pytest.param(
            {"number": "", "dated_on": None, "signed_by": "", "file": None},
            {"number": "missing", "dated_on": "missing", "signed_by": "missing", "file": "missing"},
            id="all at once",
        ),
        pytest.param({"dated_on": date(2026, 11, 26)}, {"dated_on": "in_the_future"}, id="tomorrow"),
        pytest.param({"dated_on": date(2026, 11, 24)}, {"dated_on": "before_request"}, id="older than the request"),
        pytest.param({"reasons": "я" * 4001}, {"reasons": "string_too_long"}, id="too many words"),
    ],
)
async def test_bad_notes_are_refused_by_field(world: World, given: dict[str, Any], fields: dict[str, str]) -> None:
    [request] = await world.send(LIGHTS)
    with pytest.raises(Invalid) as refused:
        await world.desk.receive_memo(request.id or 0, a_memo(**given), came_by=UPLOAD, asker=world.asker)
    assert refused.value.facts["fields"] == fields
    assert await world.rows(Memo) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty_file", id="empty"),
        pytest.param(b"MZ\x90\x00" + b"\x00" * 60, "wrong_kind", id="a program"),
        pytest.param(b"<html></html>", "wrong_kind", id="a page"),
        pytest.param(a_zip(), "wrong_kind", id="an archive"),
        pytest.param(a_docx()[:-400], "damaged", id="cut off"),
        pytest.param(b"%PDF-" + b"0" * FILE_LIMIT, "file_too_big", id="too big"),
    ],
)
async def test_what_is_no_document_is_refused(world: World, content: bytes, reason: str) -> None:
    [request] = await world.send(LIGHTS)
    form = a_memo(file=MemoFile(file_name="записка.docx", content=content))
    with pytest.raises(Invalid) as refused:
        await world.desk.receive_memo(request.id or 0, form, came_by=UPLOAD, asker=world.asker)
    assert refused.value.facts["fields"] == {"file": reason}


@pytest.mark.parametrize(
    ("name", "content", "kept", "state"),
    [
        pytest.param("scan.pdf", PDF, "scan.pdf", "unread", id="a PDF"),
        pytest.param("../scan.exe", PDF, "scan.exe.pdf", "unread", id="a wrong ending"),
        pytest.param("empty.docx", a_docx(""), "empty.docx", "unread", id="no text in it"),
    ],
)
async def test_a_file_without_text_is_kept_unread(world: World, name: str, content: bytes, kept: str, state: str) -> None:
    [request] = await world.send(LIGHTS)
    form = a_memo(file=MemoFile(file_name=name, content=content))
    memo = await world.desk.receive_memo(request.id or 0, form, came_by=UPLOAD, asker=world.asker)
    assert (memo.file_name, memo.text_state, memo.text) == (kept, state, "")


@pytest.mark.parametrize("status", ["replied", "closed", "clarifying", "merged"])
async def test_a_note_that_comes_at_another_time_is_kept_with_the_card(world: World, status: str) -> None:
    [request] = await world.send(LIGHTS)
    async with world.transactions.begin() as tx:
        (await tx.get_one(Appeal, world.appeal_id)).status = status
    await world.desk.receive_memo(request.id or 0, a_memo(), came_by=UPLOAD, asker=world.asker)
    assert (await world.moves())[-1] == ("file", status)
    assert await world.open_tasks() == ["memo_received"]


@pytest.mark.clause("2.8.10")
async def test_a_department_answers_by_its_link_once(world: World) -> None:
    [request] = await world.send(LIGHTS)
    token = world.token()
    asked = await world.desk.page(token)
    assert (asked.number, asked.appeal_text, asked.is_late) == (request.number, "Во дворе темно.", False)
    with pytest.raises(Invalid):
        await world.desk.answer(token, a_memo(number=""))
    both = await asyncio.gather(*(world.desk.answer(token, a_memo()) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["LinkUsed", "Memo"]
    [memo] = await world.rows(Memo)
    assert (memo.came_by, memo.received_by_id) == (LINK, None)
    with pytest.raises(LinkUsed):
        await world.desk.page(token)


async def test_a_late_answer_is_taken_for_two_weeks(world: World) -> None:
    await world.send(LIGHTS)
    world.clock.move(days=20)
    assert (await world.desk.page(world.token())).is_late
    world.clock.move(days=1)
    with pytest.raises(LinkExpired):
        await world.desk.answer(world.token(), a_memo())
    with pytest.raises(NotFound):
        await world.desk.page("unknown")


async def test_who_may_not_work_on_cards_uploads_nothing(world: World) -> None:
    [request] = await world.send(LIGHTS)
    auditor = await world.a_member(Role.AUDITOR)
    with pytest.raises(NotAllowed):
        await world.desk.receive_memo(request.id or 0, a_memo(), came_by=UPLOAD, asker=auditor)
    with pytest.raises(NotFound):
        await world.desk.receive_memo(999, a_memo(), came_by=UPLOAD, asker=world.asker)
