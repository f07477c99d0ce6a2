"""A person's mail becomes a conversation, is answered once, and reaches the operators (reg. 2.8, 2.9, 3.1)."""

from datetime import timedelta
from typing import Any

import pytest

from core.audit.model import LiveEvent
from core.conversations.model import Attachment, Contact, Conversation
from core.conversations.operators import Reply
from core.mail.model import Mail, MailAddress
from core.mail.port import Checked, FileKind, Forwarded, MailFile, MailKind, MailPerson
from core.people.model import Applicant
from core.staff.asker import Asker
from core.vocabulary import Urgency
from tests.core.mail.world import ANNA, World, a_mail
from tests.fakes import a_hit

CENTRE = "Контакт-центр администрации города Владикавказа"
YARD = "Прошу убрать мусор во дворе дома 5 по ул. Примерной.\nОбразцова Анна Петровна, тел. +7 (8672) 00-00-07"


@pytest.mark.clause("3.1")
async def test_a_new_mail_is_acknowledged_once_with_the_centres_name(world: World) -> None:
    mail = await world.comes(YARD, subject="Мусор")
    assert (mail.state, mail.came_to) == ("routed", "conversation")
    [letter] = await world.letters()
    assert (letter["to"], letter["subject"], letter["kind"]) == (ANNA, "Re: Мусор", "acknowledgement")
    assert letter["in_reply_to"] == mail.message_id and letter["references"] == [mail.message_id]
    assert letter["text"].startswith(CENTRE)
    assert letter["quoted"]["text"] == YARD
    conversation = await world.conversation()
    assert (conversation.mode, conversation.hand_off_reason, conversation.unread) == ("waiting", "mail", 1)
    assert [one.author for one in await world.messages()] == ["citizen", "bot"]
    assert len(await world.rows(Contact)) == 1


@pytest.mark.parametrize(
    ("given", "letters"),
    [
        pytest.param({}, 2, id="about a new matter"),
        pytest.param({"in_reply_to": ("<other@example.org>",)}, 1, id="an answer to some mail"),
    ],
)
async def test_a_second_mail_is_acknowledged_when_it_begins_a_new_matter(world: World, given: dict[str, Any], letters: int) -> None:
    await world.comes(YARD, subject="Мусор")
    await world.comes("Ещё прошу починить фонарь.", subject="Фонарь", **given)
    assert len(await world.letters()) == letters
    assert len(await world.messages()) == 2 + letters


@pytest.mark.clause("2.9")
@pytest.mark.parametrize(
    ("later", "words"),
    [
        pytest.param(0, "Письмо передано оператору", id="in office hours"),
        pytest.param(8, "ближайший приём начнётся: 26 ноября 2026 г., 09:00", id="in the evening"),
        pytest.param(72, "ближайший приём начнётся: 30 ноября 2026 г., 09:00", id="on a Saturday"),
    ],
)
async def test_the_letter_tells_honestly_when_operators_read_it(world: World, later: float, words: str) -> None:
    world.clock.move(hours=later)
    await world.comes(YARD)
    [letter] = await world.letters()
    assert words in letter["text"]


async def test_a_question_that_the_knowledge_base_answers_needs_no_operator(world: World) -> None:
    world.librarian.known = {"Когда приёмные часы?": a_hit()}
    await world.comes("Здравствуйте. Когда приёмные часы?", subject="Вопрос")
    [letter] = await world.letters()
    assert "Monday, 10 to 13." in letter["text"]
    assert "Источник: Records department. Сведения подтверждены: 2 ноября 2026 г." in letter["text"]
    assert "его прочитает оператор" in letter["text"]
    assert (await world.conversation()).mode == "bot"


async def test_a_second_mail_after_an_answer_goes_to_the_operators_without_a_second_letter(world: World) -> None:
    world.librarian.known = {"Когда приёмные часы?": a_hit()}
    await world.comes("Когда приёмные часы?")
    again = "Спасибо, но мне нужны часы другого отдела. Когда приёмные часы?"
    await world.comes(again, in_reply_to=("<delivery.1.x@city.example>",))
    assert len(await world.letters()) == 1
    conversation = await world.conversation()
    assert (conversation.mode, conversation.unread) == ("waiting", 1)


async def test_an_answer_is_given_to_an_appeal_as_well_and_an_operator_reads_it(world: World) -> None:
    world.librarian.known = {"Уборка мусора": a_hit()}
    await world.comes(YARD, subject="Re: Уборка мусора")
    [letter] = await world.letters()
    assert "Monday, 10 to 13." in letter["text"] and "Письмо передано оператору" in letter["text"]
    assert (await world.conversation()).mode == "waiting"


async def test_danger_raises_the_alarm_and_answers_with_the_numbers(world: World) -> None:
    await world.comes("В подъезде сильно пахнет газом!", subject="Газ")
    [letter] = await world.letters()
    assert letter["text"].startswith(CENTRE)
    assert "112" in letter["text"] and "+7 (8672) 00-01-12" in letter["text"]
    conversation = await world.conversation()
    assert conversation.emergency and conversation.mode == "waiting"
    alarms = [one.payload for one in await world.rows(LiveEvent) if one.kind == "alarm"]
    assert [one["alarm"] for one in alarms] == ["gas"]


async def test_danger_is_answered_even_where_an_operator_speaks(world: World, asker: Asker) -> None:
    await world.comes(YARD)
    conversation = await world.conversation()
    await world.operators.take(asker, conversation.id or 0)
    await world.comes("А теперь в доме пожар!")
    assert [letter["kind"] for letter in await world.letters()] == ["acknowledgement", "acknowledgement"]
    assert (await world.conversation()).operator_id == asker.id


async def test_a_card_is_drafted_for_the_operator(world: World, asker: Asker) -> None:
    await world.comes(YARD, subject="Re: Мусор во дворе", name="Анна")
    draft = await world.desk.draft_of(asker, (await world.conversation()).id or 0)
    assert draft is not None
    assert (draft.full_name, draft.phone, draft.email) == ("Образцова Анна Петровна", "+78672000007", ANNA)
    assert (draft.topic, draft.reply_to, draft.urgency) == ("Мусор во дворе", ANNA, Urgency.LONG_TERM)
    assert draft.address == "дома 5 по ул. Примерной"
    assert draft.text == YARD


async def test_a_registered_conversation_has_no_draft_any_more(world: World, asker: Asker) -> None:
    await world.comes(YARD)
    conversation = await world.conversation()
    await world.an_appeal(conversation_id=conversation.id)
    assert await world.desk.draft_of(asker, conversation.id or 0) is None


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"kind": MailKind.AUTO}, id="a machine's answer"),
        pytest.param({"kind": MailKind.LIST}, id="a circular"),
        pytest.param({"kind": MailKind.OWN}, id="our own mail"),
    ],
)
async def test_a_machine_is_kept_aside_and_never_answered(world: World, given: dict[str, Any]) -> None:
    mail = await world.comes("Меня нет на месте.", **given)
    assert (mail.state, mail.came_to, mail.conversation_id) == ("routed", "aside", None)
    assert await world.letters() == [] and await world.rows(Conversation) == []


async def test_a_loop_of_machines_that_call_themselves_people_ends(world: World) -> None:
    for hour in range(20):
        await world.comes(f"Ваше письмо получено {hour}", author="robot@example.org")
        conversation = await world.conversation()
        await world.change(Conversation, conversation.id or 0, mode="closed")
        world.clock.move(minutes=21)
    assert len(await world.letters()) == 10


async def test_three_acknowledgements_an_hour_are_the_most(world: World) -> None:
    for _ in range(5):
        await world.comes(YARD)
        await world.change(Conversation, (await world.conversation()).id or 0, mode="closed")
    assert len(await world.letters()) == 3


@pytest.mark.parametrize("author", ["noreply@example.org", "mailer-daemon@example.org"])
async def test_an_address_that_nobody_reads_gets_no_letter(world: World, author: str) -> None:
    await world.comes(YARD, author=author)
    assert await world.letters() == []
    assert (await world.conversation()).mode == "waiting"


async def test_a_mail_that_lay_there_before_is_not_acknowledged(world: World) -> None:
    raw = await world.take(a_mail(YARD))
    await world.change(Mail, 1, received_at=raw.received_at - timedelta(days=30))
    await world.carrier.carry()
    assert await world.letters() == [] and (await world.conversation()).mode == "waiting"


async def test_a_dead_address_gets_no_letter_until_it_writes(world: World) -> None:
    async with world.transactions.begin() as tx:
        tx.add(MailAddress(address=ANNA, hard=1, dead_since=world.clock.now()))
    await world.comes(YARD)
    [address] = await world.rows(MailAddress)
    assert address.dead_since is None, "whoever writes lives"
    assert len(await world.letters()) == 1


async def test_files_are_shown_with_their_warnings(world: World) -> None:
    files = (
        MailFile(number=1, name="яма.jpg", media_type="image/jpeg", content=b"\xff\xd8jpeg"),
        MailFile(number=2, name="план.docm", media_type="application/msword", content=b"doc", warnings=("macros",)),
        MailFile(number=3, name="smime.p7s", media_type="application/pkcs7-signature", kind=FileKind.SIGNATURE, content=b"sig"),
    )
    await world.comes("", subject="Яма", files=files)
    shown = [(one.file_name, one.kind, one.state, one.details["warnings"]) for one in await world.rows(Attachment)]
    assert shown == [("яма.jpg", "photo", "stored", []), ("план.docm", "document", "stored", ["macros"])]
    assert (await world.conversation()).preview == "Яма"


async def test_a_forwarding_official_makes_the_citizen_the_author(world: World, asker: Asker) -> None:
    await world.a_request(await world.an_appeal("other@example.org"), asker)
    citizen = MailPerson(name="Пётр Примеров", address="petr@example.org")
    forwarded = Forwarded(author=citizen, subject="Фонарь", text="Прошу починить фонарь у дома.")
    await world.comes("Для работы", author="liaison@lights.example", subject="Fwd: Фонарь", forwarded=forwarded)
    said = (await world.messages())[0]
    assert said.text == "Прошу починить фонарь у дома."
    assert said.details["official"] == {"name": "Светлова Пример", "address": "liaison@lights.example"}
    letter = (await world.letters())[-1]
    assert (letter["to"], letter["subject"]) == ("petr@example.org", "Re: Фонарь")
    assert "in_reply_to" not in letter


async def test_a_forged_official_forwards_nothing(world: World, asker: Asker) -> None:
    await world.a_request(await world.an_appeal("other@example.org"), asker)
    forwarded = Forwarded(author=MailPerson(address="victim@example.org"), text="Прошу")
    given = {"author": "liaison@lights.example", "forwarded": forwarded, "checked": Checked(dmarc="fail")}
    await world.comes("Прошу", **given)
    assert "victim@example.org" not in {letter["to"] for letter in await world.letters()}


@pytest.mark.parametrize(
    ("reply_to", "machine", "person"),
    [
        pytest.param("anna.work@example.org", "anna.work@example.org", "anna.work@example.org", id="the same domain"),
        pytest.param("anna@elsewhere.example", ANNA, "anna@elsewhere.example", id="another domain"),
    ],
)
async def test_reply_to_is_honoured_with_care(world: World, asker: Asker, reply_to: str, machine: str, person: str) -> None:
    await world.comes(YARD, reply_to=MailPerson(address=reply_to))
    said = (await world.messages())[0]
    assert said.details["answers_to"] == reply_to
    conversation_id = (await world.conversation()).id or 0
    await world.operators.take(asker, conversation_id)
    await world.operators.reply(asker, conversation_id, Reply(text="Уберут завтра.", client_key="k1"))
    assert [letter["to"] for letter in await world.letters()] == [machine, person]


async def test_an_address_that_one_applicant_has_ties_the_conversation_to_them(world: World) -> None:
    await world.an_appeal()
    [person] = await world.rows(Applicant)
    await world.comes("Ещё один вопрос про парк")
    assert (await world.conversation()).applicant_id == person.id


async def test_an_unread_mail_with_a_sender_waits_for_an_operator_unanswered(world: World, asker: Asker) -> None:
    mail = await world.comes("", kind=MailKind.UNREAD, remarks=("unreadable",))
    assert (mail.state, mail.needs_look) == ("routed", True)
    assert (await world.messages())[0].text == "Письмо не удалось разобрать: откройте его целиком."
    assert (await world.conversation()).mode == "waiting"
    assert await world.letters() == []
    assert [one.id for one in await world.desk.other(asker, only_open=True)] == [mail.id]


async def test_abuse_is_marked_and_an_operator_decides(world: World) -> None:
    await world.comes("Вы идиоты, уберите мусор", subject="Мусор")
    conversation = await world.conversation()
    assert (conversation.warnings, conversation.mode) == (1, "waiting")
    assert (await world.messages())[0].details["abusive"] is True
