"""From a citizen's mail to a registered appeal, its reply and what the citizen says of it: one thread all the way (reg. 2.8)."""

import pytest

from core.appeals.casework import CaseDesk
from core.appeals.desk import AppealDesk
from core.appeals.model import Appeal
from core.appeals.registering import Registration
from core.conversations.model import Conversation
from core.conversations.operators import Reply as Words
from core.errors import Invalid
from core.mail.model import Mail
from core.mail.port import Checked, MailFile
from core.people.desk import ApplicantDesk, CardForm
from core.replies.desk import ReplyDraft, ReplyEdit
from core.requests.model import Memo
from core.staff.asker import Asker
from core.vocabulary import ReplyForm, ReplyKind, TaskKind
from tests.core.mail.world import ANNA, World, token
from tests.core.requests.world import a_docx
from tests.fakes import plain_calendar

YARD = "Прошу починить фонарь во дворе дома 5 по ул. Примерной.\nОбразцова Анна Петровна"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def registered(world: World, asker: Asker) -> int:
    """The citizen's mail, registered as its draft proposes; gives the card's number."""
    await world.comes(YARD, subject="Фонарь")
    number = (await world.conversation()).id or 0
    await world.operators.take(asker, number)
    draft = await world.desk.draft_of(asker, number)
    assert draft is not None
    surname, given_name, patronymic = draft.full_name.split()
    card = CardForm(surname=surname, given_name=given_name, patronymic=patronymic, emails=[draft.email], consent=True)
    await ApplicantDesk(transactions=world.transactions, clock=world.clock).save(number, card, staff_id=asker.id)
    desk = AppealDesk(transactions=world.transactions, clock=world.clock, calendar_of=plain_calendar, outbox=world.outbox)
    what = Registration(
        text=draft.text,
        urgency=draft.urgency,
        reply_form=draft.reply_form,
        reply_to=draft.reply_to,
        address=draft.address,
        topic=draft.topic,
        staff_id=asker.id,
    )
    return (await desk.register(number, what)).id or 0


async def replied(world: World, asker: Asker, appeal_id: int) -> None:
    """The final reply leaves by mail."""
    draft = await world.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    edit = ReplyEdit(subject="Ответ на обращение", body="Фонарь починен 27 ноября.", form=ReplyForm.EMAIL, address=ANNA)
    saved = await world.replies.save(asker, draft.id or 0, edit, draft.version)
    await world.replies.send(asker, saved.id or 0, saved.version)


@pytest.mark.clause("3.1")
async def test_the_number_is_told_in_the_thread_and_an_answer_to_it_finds_the_card(world: World, asker: Asker) -> None:
    appeal_id = await registered(world, asker)
    letter = (await world.letters())[-1]
    assert letter["text"].startswith("Контакт-центр администрации города Владикавказа.\n\nВаше обращение зарегистрировано.")
    assert "Чтобы дополнить обращение, ответьте на это письмо." in letter["text"] and "/my" not in letter["text"]
    assert (letter["subject"], letter["reply_to"]) == ("Re: Фонарь", f"appeal:{appeal_id}")
    told = (await world.send())[-1]
    mail = await world.comes("Второй подъезд", in_reply_to=(told.provider_id,))
    assert (mail.appeal_id, mail.conversation_id) == (appeal_id, 1)


@pytest.mark.clause("2.8.11")
async def test_the_whole_way_by_mail(world: World, asker: Asker) -> None:
    appeal_id = await registered(world, asker)
    request_id = await world.a_request(appeal_id, asker)
    files = (MailFile(number=1, name="записка.docx", media_type=DOCX, content=a_docx("Фонарь починен.")),)
    await world.comes("", author="liaison@lights.example", answers=token("request", request_id), files=files)
    assert [one.came_by for one in await world.rows(Memo)] == ["mail"]
    await replied(world, asker, appeal_id)
    letter = (await world.letters())[-1]
    assert (letter["to"], letter["reply_to"], letter["kind"]) == (ANNA, f"appeal:{appeal_id}", "reply")
    shown = (await world.messages())[-1]
    assert (shown.conversation_id, shown.text) == (1, "Фонарь починен 27 ноября.")
    await world.operators.close(asker, 1, "registered")
    sent = (await world.send())[-1]

    await world.comes("Спасибо!", in_reply_to=(sent.provider_id,))
    [appeal] = await world.rows(Appeal)
    assert (appeal.status, (await world.conversation()).mode) == ("replied", "closed")

    await world.change(Appeal, appeal_id, status="closed")
    await world.comes("Фонарь опять не горит, ничего не сделали", in_reply_to=(sent.provider_id,))
    assert TaskKind.NOT_SATISFIED in {one.kind for one in await world.tasks()}
    conversation = await world.conversation()
    assert (conversation.id, conversation.mode, len(await world.rows(Conversation))) == (1, "waiting", 1)
    desk = CaseDesk(transactions=world.transactions, clock=world.clock, calendar_of=plain_calendar)
    [appeal] = await world.rows(Appeal)
    await desk.reopen(asker, appeal_id, "Заявитель пишет, что фонарь не горит.", appeal.version)
    [appeal] = await world.rows(Appeal)
    assert (appeal.reopened, appeal.status) == (1, "answer_received")
    assert TaskKind.NOT_SATISFIED not in {one.kind for one in await world.tasks()}


@pytest.mark.parametrize("more", [(), ("Ещё в подъезде темно",)], ids=["registered from it", "written about it"])
async def test_a_reply_is_in_the_thread_of_the_newest_mail(world: World, asker: Asker, more: tuple[str, ...]) -> None:
    appeal_id = await registered(world, asker)
    for words in more:
        await world.comes(words, answers=token("appeal", appeal_id))
    newest = (await world.rows(Mail))[-1]
    await replied(world, asker, appeal_id)
    letter = (await world.letters())[-1]
    assert (letter["in_reply_to"], letter["references"]) == (newest.message_id, [newest.message_id])


async def test_a_reply_by_mail_to_somebody_who_never_wrote_is_a_letter_of_its_own(world: World, asker: Asker) -> None:
    appeal_id = await world.an_appeal()
    await replied(world, asker, appeal_id)
    [letter] = await world.letters()
    assert "in_reply_to" not in letter and letter["reply_to"] == f"appeal:{appeal_id}"
    assert await world.messages() == []


@pytest.mark.parametrize("copy", ["nobody", "a@example.org, b@example.org", ""])
async def test_a_copy_that_goes_nowhere_is_refused(world: World, asker: Asker, copy: str) -> None:
    await world.comes(YARD)
    await world.operators.take(asker, 1)
    with pytest.raises(Invalid) as refused:
        await world.operators.reply(asker, 1, Words(text="a", client_key="k", cc=["head@lights.example", copy]))
    assert refused.value.facts["fields"] == {"cc.1": "unreadable_email"}
    assert len(await world.letters()) == 1


async def test_a_letter_has_the_subject_that_the_operator_gave_it(world: World, asker: Asker) -> None:
    await world.comes(YARD)
    await world.operators.take(asker, 1)
    await world.operators.reply(asker, 1, Words(text="a", client_key="k", subject="Фонарь:\r\nBcc: x@example.org"))
    assert (await world.letters())[-1]["subject"] == "Фонарь: Bcc: x@example.org"


async def test_a_domain_that_disowns_the_mail_owns_no_number(world: World, asker: Asker) -> None:
    await world.a_request(await world.an_appeal(), asker)
    forged = {"checked": Checked(dmarc="fail"), "subject": "Ответ на запрос З-000001/2026"}
    mail = await world.comes("", author="liaison@lights.example", **forged)
    assert mail.request_id is None and await world.rows(Memo) == []
