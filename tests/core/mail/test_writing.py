"""Letters before they are written: what stands around the words, and writing to somebody who did not write (reg. 3.1)."""

import pytest

from core.conversations.holding import HeldByOther
from core.conversations.model import Attachment, Contact, Conversation
from core.conversations.operators import Reply
from core.errors import Invalid, NotAllowed, NotFound
from core.mail.port import Checked, MailFile, MailKind
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.core.mail.world import ANNA, World

CENTRE = "Контакт-центр администрации города Владикавказа"


@pytest.mark.clause("3.1")
async def test_what_stands_around_the_words_is_told_before_they_are_written(world: World, asker: Asker) -> None:
    await world.comes("Когда приём?", subject="Fwd: Приём", name="Анна")
    outline = await world.desk.writing.outline(asker, 1)
    assert outline is not None
    assert (outline.recipient, outline.subject) == (ANNA, "Re: Приём")
    assert outline.opening == f"{CENTRE}, оператор {asker.full_name}."
    assert outline.signature.splitlines() == ["С уважением,", asker.full_name, CENTRE]
    assert outline.quoted is not None and (outline.quoted["author"], outline.quoted["text"]) == ("Анна", "Когда приём?")
    await world.operators.take(asker, 1)
    await world.operators.reply(asker, 1, Reply(text="По понедельникам.", client_key="k"))
    letter = (await world.letters())[-1]
    assert (letter["to"], letter["subject"], letter["quoted"]) == (outline.recipient, outline.subject, outline.quoted)
    assert letter["text"] == f"{outline.opening}\n\nПо понедельникам.\n\n{outline.signature}"


async def test_a_letter_to_somebody_who_did_not_write_begins_a_conversation(world: World, asker: Asker) -> None:
    await world.an_appeal()
    number = await world.desk.writing.write_first(asker, 1, ANNA.upper())
    [conversation] = await world.rows(Conversation)
    assert (conversation.id, conversation.mode, conversation.operator_id) == (number, "operator", asker.id)
    assert (conversation.channel, conversation.applicant_id) == ("email", 1)
    assert await world.rows(Contact) == [], "nobody came to the centre"
    outline = await world.desk.writing.outline(asker, number)
    assert outline is not None and (outline.recipient, outline.subject, outline.quoted) == (ANNA, "", None)
    said = await world.operators.reply(
        asker, number, Reply(text="Уточните адрес.", client_key="k", subject="Ваш двор", cc=[LIAISON])
    )
    assert (said.details["subject"], said.details["cc"]) == ("Ваш двор", [LIAISON])
    [letter] = await world.letters()
    assert (letter["to"], letter["subject"], letter["cc"]) == (ANNA, "Ваш двор", [LIAISON])
    assert await world.desk.writing.write_first(asker, 1, ANNA) == number


LIAISON = "liaison@lights.example"


async def test_a_closed_conversation_is_gone_on_with(world: World, asker: Asker) -> None:
    await world.an_appeal()
    number = await world.desk.writing.write_first(asker, 1, ANNA)
    await world.operators.close(asker, number, "reference")
    assert await world.desk.writing.write_first(asker, 1, ANNA) == number
    assert (await world.conversation()).mode == "operator"


async def test_who_may_not_write_does_not_begin(world: World, asker: Asker) -> None:
    await world.an_appeal()
    await world.desk.writing.write_first(asker, 1, ANNA)
    with pytest.raises(HeldByOther):
        await world.desk.writing.write_first(await world.an_operator(Role.SENIOR), 1, ANNA)
    with pytest.raises(NotAllowed):
        await world.desk.writing.write_first(await world.an_operator(Role.AUDITOR), 1, ANNA)
    with pytest.raises(Invalid):
        await world.desk.writing.write_first(asker, 1, "other@example.org")
    with pytest.raises(NotFound):
        await world.desk.writing.write_first(asker, 99, ANNA)
    with pytest.raises(NotFound):
        await world.desk.writing.outline(asker, 99)


async def test_the_message_tells_what_the_mail_was_like(world: World, asker: Asker) -> None:
    checked = Checked(spf="pass", dmarc="fail")
    await world.comes(
        "Вопрос\n> прежнее", reading="Вопрос", html="<p>Вопрос</p>", checked=checked, is_signed=True, remarks=("header_cut",)
    )
    [message] = [one for one in await world.messages() if one.author == "citizen"]
    told = {name: message.details.get(name) for name in ("checked", "is_signed", "remarks", "has_more", "has_page", "is_unread")}
    assert told == {
        "checked": {"spf": "pass", "dmarc": "fail"},
        "is_signed": True,
        "remarks": ["header_cut"],
        "has_more": True,
        "has_page": True,
        "is_unread": None,
    }
    await world.comes("", kind=MailKind.UNREAD, author="b@example.org")
    assert (await world.messages())[-1].details["is_unread"] is True


async def test_an_infected_file_is_given_to_nobody(world: World, asker: Asker) -> None:
    files = (MailFile(number=1, name="a.txt", media_type="text/plain", content=b"a", warnings=("infected",)),)
    mail = await world.comes("Вопрос", files=files)
    [attachment] = await world.rows(Attachment)
    with pytest.raises(NotAllowed):
        await world.operators.reading.file(asker, attachment.id or 0)
    with pytest.raises(NotAllowed):
        await world.desk.raw(asker, mail.id or 0)
