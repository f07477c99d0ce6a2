"""What the staff see of mails, and who may see what (reg. 2.10)."""

import pytest

from core.audit.model import AuditEntry
from core.conversations.model import Conversation
from core.errors import Conflict, NotAllowed, NotFound
from core.mail.port import Failure, MailFile, MailKind, Report
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.core.mail.world import ANNA, World


async def test_a_mail_is_shown_with_its_files(world: World, asker: Asker) -> None:
    files = (MailFile(number=1, name="a.txt", media_type="text/plain", content=b"a"),)
    mail = await world.comes("Вопрос", files=files)
    shown = await world.desk.mail(asker, mail.id or 0)
    assert (shown.mail.reading, [one.name for one in shown.parts]) == ("Вопрос", ["a.txt"])
    [message, _] = await world.messages()
    assert (await world.desk.of_messages(asker, [message.id or 0, 999]))[message.id or 0].mail.id == mail.id
    assert await world.desk.of_messages(asker, []) == {}
    part, content = await world.desk.part(asker, mail.id or 0, 1)
    assert (part.media_type, content) == ("text/plain", b"a")


async def test_the_mail_itself_can_be_had_and_that_is_recorded(world: World, asker: Asker) -> None:
    mail = await world.comes("Вопрос")
    file = await world.desk.raw(asker, mail.id or 0)
    assert (file.media_type, file.content.startswith(b"Message-ID:")) == ("message/rfc822", True)
    assert "mail.downloaded" in [one.action for one in await world.rows(AuditEntry)]
    assert (await world.desk.headers(asker, mail.id or 0)).splitlines()[1] == f"From: {ANNA}"


async def test_an_infected_file_is_given_to_nobody(world: World, asker: Asker) -> None:
    files = (MailFile(number=1, name="a.txt", media_type="text/plain", content=b"a", warnings=("infected",)),)
    mail = await world.comes("Вопрос", files=files)
    with pytest.raises(NotAllowed):
        await world.desk.part(asker, mail.id or 0, 1)


@pytest.mark.clause("2.10")
async def test_who_may_not_read_the_inbox_reads_no_mail(world: World) -> None:
    press = await world.an_operator(Role.PRESS)
    mail = await world.comes("Вопрос")
    for deed in (world.desk.mail, world.desk.raw, world.desk.headers, world.desk.draft_of, world.desk.is_human, world.desk.looked):
        with pytest.raises(NotAllowed):
            await deed(press, mail.id or 0)
    with pytest.raises(NotAllowed):
        await world.desk.other(press)


async def test_what_is_not_there_is_not_found(world: World, asker: Asker) -> None:
    for deed in (world.desk.mail, world.desk.raw, world.desk.headers, world.desk.is_human, world.desk.looked):
        with pytest.raises(NotFound):
            await deed(asker, 999)
    with pytest.raises(NotFound):
        await world.desk.part(asker, 999, 1)
    assert await world.desk.draft_of(asker, 999) is None


async def test_a_wrongly_judged_mail_becomes_a_conversation_and_is_not_acknowledged(world: World, asker: Asker) -> None:
    mail = await world.comes("Прошу починить фонарь", kind=MailKind.LIST)
    assert await world.rows(Conversation) == []
    after = await world.desk.is_human(asker, mail.id or 0)
    conversation = await world.conversation()
    assert (after.conversation_id, conversation.mode) == (conversation.id, "waiting")
    assert after.looked_by_id == asker.id
    assert await world.letters() == []
    with pytest.raises(Conflict):
        await world.desk.is_human(asker, mail.id or 0)


async def test_the_other_mail_is_listed_by_kind(world: World, asker: Asker) -> None:
    auto = await world.comes("Отпуск", kind=MailKind.AUTO)
    bounce = await world.comes("", kind=MailKind.BOUNCE, author="", report=Report(failures=(Failure(recipient=ANNA),)))
    await world.comes("Вопрос")
    assert [one.id for one in await world.desk.other(asker)] == [bounce.id, auto.id]
    assert [one.id for one in await world.desk.other(asker, kinds=[MailKind.AUTO])] == [auto.id]
    assert [one.id for one in await world.desk.other(asker, before=bounce.id)] == [auto.id]
    assert [one.id for one in await world.desk.other(asker, only_open=True)] == [bounce.id]
    await world.desk.looked(asker, bounce.id or 0)
    assert await world.desk.other(asker, only_open=True) == []


async def test_the_duty_page_sees_how_the_mailboxes_fare(world: World, asker: Asker) -> None:
    await world.desk.note_mailbox("centre", "failed", world.clock.now(), trouble="login_refused", trouble_at=world.clock.now())
    await world.comes("Вопрос")
    [mailbox] = await world.desk.mailboxes(asker)
    assert (mailbox.name, mailbox.phase, mailbox.trouble, mailbox.last_uid) == ("centre", "failed", "login_refused", 1)
    assert mailbox.last_mail_at == mailbox.seen_at == world.clock.now()
    await world.desk.note_mailbox("centre", "connected", world.clock.now())
    [mailbox] = await world.desk.mailboxes(asker)
    assert (mailbox.phase, mailbox.trouble, mailbox.last_uid) == ("connected", "", 1)


async def test_addresses_that_bounced_are_known_before_sending(world: World, asker: Asker) -> None:
    await world.comes("Вопрос")
    [delivery] = await world.send()
    report = Report(failures=(Failure(recipient=ANNA, status="5.1.1"),), message_id=delivery.provider_id)
    await world.comes("", kind=MailKind.BOUNCE, author="", report=report)
    known = await world.desk.bounced(asker, [ANNA.upper(), "other@example.org"])
    assert {address: one.dead_since is not None for address, one in known.items()} == {ANNA: True}
