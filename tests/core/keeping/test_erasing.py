"""A citizen's wish of erasure: two steps by two people; what is of record stays without the name, and until when."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.appeals.model import Appeal
from core.audit.model import AuditEntry
from core.conversations.model import Conversation, Message
from core.drafts.model import Draft
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.keeping.erasing import Obstacle
from core.keeping.kinds import APPEALS_KEPT, Kind
from core.keeping.model import ErasureWish
from core.keeping.wishes import NotErasable
from core.people.model import Applicant, ContactPoint
from core.replies.model import Reply
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.core.keeping.archive import Archive


async def a_told_appeal(archive: Archive, talk: int) -> int:
    appeal = await archive.centre.an_appeal(conversation_id=talk)
    async with archive.transactions.begin() as tx:
        await tx.execute(text("UPDATE delivery SET state = 'sent'"))
    return appeal


async def senior(archive: Archive) -> Asker:
    return (await archive.centre.a_member(Role.SENIOR)).asker


@pytest.mark.clause("2.10")
async def test_two_people_erase_a_person_of_whom_nothing_is_of_record(archive: Archive) -> None:
    person = await archive.a_person()
    await archive.everything_of(person)
    desk, first, head = archive.centre.erasures, await senior(archive), await archive.head()
    with pytest.raises(Invalid):
        await desk.wish(first, person, " ")
    await desk.wish(first, person, "Письмо заявителя № 7")
    with pytest.raises(Conflict):
        await desk.wish(head, person, "Ещё раз")
    with pytest.raises(NotAllowed):
        await desk.carry_out(first, person)
    judged = (await desk.look(head, person)).judgement
    assert judged.goes == {Kind.CONVERSATIONS: 1, Kind.LEFT_MESSAGES: 1, Kind.CALLS: 1, Kind.REFUSALS: 1}
    await desk.carry_out(head, person)
    assert await archive.words_left() <= {"call_back", "mail", "inbound_item"}, "those that carry no number of the card"
    shown = await desk.look(head, person)
    assert shown.wish is None and shown.erased_at == archive.clock.now() and not shown.judgement.goes
    actions = [one.action for one in await archive.centre.rows(AuditEntry) if one.subject == f"applicant:{person}"]
    assert [one for one in actions if "eras" in one] == ["erasure.wished", "citizen.erased"]


async def test_an_appeal_of_record_stays_without_the_name_until_its_day(archive: Archive) -> None:
    person = await archive.a_person()
    talk = await archive.everything_of(person)
    appeal = await a_told_appeal(archive, talk)
    async with archive.transactions.begin() as tx:
        card = await tx.get_one(Appeal, appeal)
        card.status, card.closed_at = "closed", archive.clock.now()
        card.text, card.address = "Я Примеров Иван, телефон 8 (8672) 00-00-01. Не горит фонарь.", "ул. Мира, 1"
        given = {"appeal_id": appeal, "kind": "final", "form": "email", "address": "ivan@example.org", "state": "sent"}
        tx.add(Reply(**given, body="Уважаемый Примеров Иван! Фонарь горит.", drafted_at=archive.clock.now()))
    desk, head = archive.centre.erasures, await archive.head()
    await desk.wish(await senior(archive), person, "Заявление")
    (stays,) = (await desk.look(head, person)).judgement.stays
    assert stays.until >= (archive.clock.now() + APPEALS_KEPT - timedelta(days=1)).date()
    await desk.carry_out(head, person)
    async with archive.transactions.begin() as tx:
        card, kept = await tx.get_one(Appeal, appeal), await tx.get_one(Applicant, person)
    assert card.registration_number == stays.number and card.applicant_name == card.reply_to == card.address == ""
    assert "Примеров" not in card.text and "00-00-01" not in card.text and "Не горит фонарь" in card.text
    (reply,) = await archive.centre.rows(Reply)
    assert reply.address == "" and "Примеров" not in reply.body and "Фонарь горит" in reply.body
    said = [one.text for one in await archive.centre.rows(Message, Message.conversation_id == talk)]
    assert "Не горит фонарь" in said
    assert kept.surname == "" and not await archive.centre.rows(ContactPoint)
    (wish,) = await archive.centre.rows(ErasureWish)
    assert wish.done["stays"] == [[stays.number, stays.until.isoformat()]]


async def test_what_the_staff_have_not_sent_goes_with_the_person_it_is_about(archive: Archive) -> None:
    person, other = await archive.a_person(), await archive.a_person(surname="Образцов")
    talk, told = await archive.everything_of(person), await archive.everything_of(other)
    appeal, stays = await a_told_appeal(archive, talk), await a_told_appeal(archive, told)
    author, now = (await archive.centre.a_member()).asker, archive.clock.now()
    reply = Reply(appeal_id=appeal, kind="final", form="email", state="draft", drafted_at=now)
    async with archive.transactions.begin() as tx:
        card = await tx.get_one(Appeal, appeal)
        card.status, card.closed_at = "closed", now
        tx.add(reply)
        said = (await tx.exec(select(Message.id).where(Message.conversation_id == talk))).first()
    own = {"appeal": appeal, "conversation": talk, "reply": reply.id, "applicant": person, "message": said}
    about = [*own.items(), ("appeal", stays), ("conversation", told), ("applicant", other)]
    async with archive.transactions.begin() as tx:
        tx.add_all(
            Draft(staff_id=author.id, kind=f"form{at}", subject=subject, subject_id=number or 0, text="Примеров", saved_at=now)
            for at, (subject, number) in enumerate(about)
        )
    await archive.centre.erasures.wish(await senior(archive), person, "Заявление")
    await archive.centre.erasures.carry_out(await archive.head(), person)
    left_over = [(one.subject, one.subject_id) for one in await archive.centre.rows(Draft)]
    assert left_over == [("appeal", stays), ("conversation", told), ("applicant", other)]


@pytest.mark.parametrize("obstacle", [Obstacle.OPEN_APPEAL, Obstacle.OPEN_CONVERSATION, Obstacle.HELD], ids=str)
async def test_nothing_is_erased_while_something_stands_against_it(archive: Archive, obstacle: Obstacle) -> None:
    person, head = await archive.a_person(), await archive.head()
    talk = await archive.everything_of(person)
    if obstacle is Obstacle.OPEN_APPEAL:
        await a_told_appeal(archive, talk)
    elif obstacle is Obstacle.HELD:
        await archive.centre.keeping.hold(head, "Суд", applicant_id=person)
    else:
        async with archive.transactions.begin() as tx:
            opened = await tx.get_one(Conversation, talk)
            opened.mode, opened.closed_at = "bot", None
    before, desk = await archive.words_left(), archive.centre.erasures
    await desk.wish(await senior(archive), person, "Заявление")
    assert (await desk.look(head, person)).judgement.obstacles == [obstacle]
    with pytest.raises(NotErasable):
        await desk.carry_out(head, person)
    assert await archive.words_left() == before
    await desk.withdraw(head, person)
    with pytest.raises(NotFound):
        await desk.carry_out(head, person)


async def test_a_person_who_wrote_down_the_wish_does_not_carry_it_out(archive: Archive) -> None:
    person, head = await archive.a_person(), await archive.head()
    await archive.centre.erasures.wish(head, person, "Заявление")
    assert (await archive.centre.erasures.look(head, person)).wish is not None
    with pytest.raises(NotAllowed):
        await archive.centre.erasures.carry_out(head, person)
