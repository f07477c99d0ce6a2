"""A department answers a request by mail: its file is the note, its "cannot" a proposal (reg. 2.8.10)."""

from datetime import date
from typing import Any

import pytest

from core.appeals.model import Appeal, AppealFile, AppealMove
from core.conversations.model import Conversation
from core.errors import Invalid, NotFound
from core.mail.desk import AnswerForm
from core.mail.model import Mail
from core.mail.port import MailFile, MailKind
from core.requests.model import InformationRequest, Memo
from core.staff.asker import Asker
from core.vocabulary import MemoOutcome, TaskKind
from tests.core.mail.world import World, token
from tests.core.requests.world import a_docx

LIAISON = "liaison@lights.example"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = b"%PDF-1.4 nothing to read"


def a_note(number: int = 1, text: str = "Служебная записка № 17-сз от 25.11.2026\nФонарь починен.", **given: Any) -> MailFile:
    """A file that is a note."""
    said: dict[str, Any] = {"number": number, "name": f"записка{number}.docx", "media_type": DOCX, "content": a_docx(text)}
    return MailFile(**{**said, **given})


async def asked(world: World, asker: Asker) -> int:
    """A request that was sent; gives its number."""
    return await world.a_request(await world.an_appeal(), asker)


@pytest.mark.clause("2.8.10")
async def test_the_file_is_the_official_note(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    mail = await world.comes("Во вложении.", author=LIAISON, answers=token("request", request_id), files=(a_note(),))
    assert (mail.came_to, mail.request_id, mail.conversation_id, mail.needs_look) == ("memo", request_id, None, False)
    [memo] = await world.rows(Memo)
    assert (memo.came_by, memo.outcome, memo.is_draft) == ("mail", "answered", True)
    assert (memo.number, memo.dated_on, memo.signed_by) == ("17-сз", date(2026, 11, 25), "Светлова Пример")
    assert "Фонарь починен." in memo.text
    [request] = await world.rows(InformationRequest)
    [appeal] = await world.rows(Appeal)
    assert (request.status, appeal.status) == ("answered", "answer_received")
    assert [one.kind for one in await world.tasks()] == [TaskKind.MEMO_RECEIVED]
    assert await world.rows(Conversation) == []
    assert len(await world.letters()) == 1, "a department gets no letter of a machine"


async def test_an_operator_confirms_what_a_machine_found(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    await world.comes("", author=LIAISON, answers=token("request", request_id), files=(a_note(text="Фонарь починен."),))
    [memo] = await world.rows(Memo)
    assert (memo.number, memo.dated_on) == ("б/н", date(2026, 11, 25))
    with pytest.raises(Invalid):
        await world.requests.confirm_memo(asker, memo.id or 0, number=" ", dated_on=date(2027, 1, 1), signed_by="")
    said: dict[str, Any] = {"number": "18-сз", "dated_on": date(2026, 11, 25), "signed_by": "Образцов О. О."}
    await world.requests.confirm_memo(asker, memo.id or 0, **said)
    [memo] = await world.rows(Memo)
    assert (memo.is_draft, memo.number, memo.signed_by) == (False, "18-сз", "Образцов О. О.")


async def test_the_other_files_go_to_the_card(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    files = (
        MailFile(number=1, name="логотип.png", media_type="image/png", content=b"\x89PNG\r\n"),
        a_note(2),
        MailFile(number=3, name="скан.pdf", media_type="application/pdf", content=PDF),
    )
    await world.comes("", author=LIAISON, answers=token("request", request_id), files=files)
    kept = {one.file_name for one in await world.rows(AppealFile) if one.kind == "memo"}
    assert kept == {"логотип.png", "записка2.docx", "скан.pdf"}
    assert len(await world.rows(Memo)) == 1


@pytest.mark.parametrize("warning", ["bomb", "encrypted", "executable", "infected"])
async def test_a_dangerous_file_is_no_note_and_is_not_on_the_card(world: World, asker: Asker, warning: str) -> None:
    request_id = await asked(world, asker)
    mail = await world.comes("Ответ", author=LIAISON, answers=token("request", request_id), files=(a_note(warnings=(warning,)),))
    assert (mail.came_to, mail.needs_look) == ("note", True)
    assert await world.rows(Memo) == []
    assert {one.kind for one in await world.rows(AppealFile)} == {"request"}


@pytest.mark.parametrize(
    ("given", "known"),
    [
        pytest.param({"subject": "Ответ на запрос З-000001/2026"}, True, id="the liaison"),
        pytest.param({"subject": "Ответ на запрос З-000001/2026", "author": "head@lights.example"}, True, id="the head"),
        pytest.param({"subject": "Ответ на запрос З-000001/2026", "author": "thief@example.org"}, False, id="a stranger"),
        pytest.param({"subject": "Ответ на запрос З-000009/2026"}, False, id="another number"),
    ],
)
async def test_the_number_in_the_subject_counts_from_the_department(
    world: World, asker: Asker, given: dict[str, Any], known: bool
) -> None:
    await asked(world, asker)
    mail = await world.comes("Ответ", **{"author": LIAISON, "files": (a_note(),), **given})
    assert (mail.came_to == "memo") is known
    assert len(await world.rows(Memo)) == known


async def test_the_id_of_the_requests_letter_leads_to_it(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    [letter] = await world.send()
    mail = await world.comes("", author=LIAISON, in_reply_to=(letter.provider_id,), files=(a_note(),))
    assert (mail.came_to, mail.request_id) == ("memo", request_id)


async def test_an_unknown_address_with_our_token_is_taken_and_flagged(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    mail = await world.comes("", author="secretary@home.example", answers=token("request", request_id), files=(a_note(),))
    assert (mail.came_to, mail.needs_look) == ("memo", True)


@pytest.mark.clause("2.8.10")
@pytest.mark.parametrize(
    ("words", "files"),
    [
        pytest.param("Вопрос не относится к компетенции управления.", (), id="in the mail"),
        pytest.param("Во вложении.", (a_note(text="Выполнить невозможно."),), id="in the file"),
    ],
)
async def test_cannot_is_proposed_to_the_operator(world: World, asker: Asker, words: str, files: tuple[MailFile, ...]) -> None:
    request_id = await asked(world, asker)
    mail = await world.comes(words, author=LIAISON, answers=token("request", request_id), files=files)
    assert (mail.came_to, mail.needs_look) == ("proposal", True)
    [request] = await world.rows(InformationRequest)
    assert request.status == "sent", "nothing is decided yet"
    [task] = await world.tasks()
    assert (task.kind, task.facts["flags"], task.facts["mail"]) == (TaskKind.DEPARTMENT_CANNOT, ["proposed"], mail.id)
    form = AnswerForm(outcome=MemoOutcome.CANNOT, number="5", dated_on=date(2026, 11, 25), signed_by="Образцов О. О.")
    memo = await world.desk.take_answer(asker, mail.id or 0, form)
    assert (memo.outcome, memo.reasons, memo.is_draft) == ("cannot", words, False)
    [request] = await world.rows(InformationRequest)
    assert request.status == "cannot"
    mail = (await world.rows(Mail))[-1]
    assert (mail.came_to, mail.looked_by_id) == ("memo", asker.id)
    again = await world.desk.take_answer(asker, mail.id or 0, form)
    assert again.id == memo.id


async def test_words_without_a_file_are_noted_on_the_card_with_a_task(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    mail = await world.comes("Уточните, о каком доме речь.", author=LIAISON, answers=token("request", request_id))
    assert mail.came_to == "note"
    line = (await world.rows(AppealMove))[-1]
    assert (line.move, line.note, line.details["mail_id"]) == ("file", "Уточните, о каком доме речь.", mail.id)
    assert [one.kind for one in await world.tasks()] == [TaskKind.DEPARTMENT_WROTE]


async def test_a_note_for_an_answered_request_stays_with_the_card(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    for _ in range(2):
        mail = await world.comes("", author=LIAISON, answers=token("request", request_id), files=(a_note(),))
    assert mail.came_to == "note"
    assert len(await world.rows(Memo)) == 1


async def test_an_operator_makes_a_note_of_a_file_that_was_put_aside(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    files = (a_note(text="Исполнить невозможно до марта, работы начаты."),)
    mail = await world.comes("", author=LIAISON, answers=token("request", request_id), files=files)
    given: dict[str, Any] = {"number": "5", "dated_on": date(2026, 11, 25), "signed_by": "Образцов О. О.", "part": 1}
    memo = await world.desk.take_answer(asker, mail.id or 0, AnswerForm(outcome=MemoOutcome.ANSWERED, **given))
    assert (memo.file_name, memo.outcome) == ("записка1.docx", "answered")


async def test_a_citizens_mail_answers_no_request(world: World, asker: Asker) -> None:
    mail = await world.comes("Вопрос")
    form = AnswerForm(outcome=MemoOutcome.ANSWERED, number="5", dated_on=date(2026, 11, 25), signed_by="a")
    with pytest.raises(NotFound):
        await world.desk.take_answer(asker, mail.id or 0, form)


async def test_an_absent_officials_automatic_answer_is_shown_and_does_nothing(world: World, asker: Asker) -> None:
    request_id = await asked(world, asker)
    mail = await world.comes("В отпуске", kind=MailKind.AUTO, author=LIAISON, answers=token("request", request_id))
    assert (mail.came_to, mail.request_id) == ("aside", request_id)
    assert [one.mail.id for one in await world.desk.of_requests(asker, [request_id])] == [mail.id]
