"""One citizen over all channels: what is shown, paged and saved."""

import pytest

from core.audit.model import AuditEntry
from core.conversations.model import LeftMessage
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.people.desk import CardForm
from core.people.page import PAGE
from core.vocabulary import Role
from tests.core.people.town import Town


async def test_everything_of_a_person_is_on_one_page_whatever_the_channel(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван", phones=("+78672000001",))
    stranger = await town.a_person(surname="Образцов", given_name="Пётр", phones=("+78672000002",))
    chat = await town.a_talk(person, words="Не горит фонарь")
    call = await town.a_talk(person, words="Звонок о фонаре")
    await town.a_talk(stranger)
    appeal = await town.centre.an_appeal(conversation_id=chat)
    async with town.centre.transactions.begin() as tx:
        left = LeftMessage(conversation_id=call, full_name="Примеров", text="Перезвоните", left_at=town.centre.clock.now())
        tx.add(left)
    page = await town.desk.page(town.operator, person)
    assert page.card.full_name == "Примеров Иван" and page.card.phones == ("+78672000001",)
    assert [one.conversation.id for one in page.conversations.rows] == [call, chat]
    assert [one.id for one in page.appeals.rows] == [appeal]
    assert [one.text for one in page.left_messages.rows] == ["Перезвоните"]
    assert len(page.identities) == 2 and page.merged_into is None and page.merges == []


async def test_long_lists_are_paged_without_loss_or_repeat(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван", phones=("+78672000001",))
    talks = [await town.a_talk(person) for _ in range(PAGE + 3)]
    for talk in talks:
        await town.centre.an_appeal(conversation_id=talk)
    page = await town.desk.page(town.operator, person)
    more = await town.desk.conversations(town.operator, person, page.conversations.next)
    seen = [one.conversation.id for one in (*page.conversations.rows, *more.rows)]
    assert seen == talks[::-1] and len(more.rows) == 3 and more.next is None
    older = await town.desk.appeals(town.operator, person, page.appeals.next)
    assert len(page.appeals.rows) == PAGE and len(older.rows) == 3 and older.next is None
    assert (await town.desk.left_messages(town.operator, person)).rows == []


async def test_a_saved_card_renames_the_appeals_in_their_lists(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван", phones=("+78672000001",))
    appeal = await town.centre.an_appeal(conversation_id=await town.a_talk(person))
    form = CardForm(surname="Примерова", given_name="Инна", phones=["8 (8672) 00-00-03"], emails=["inna@example.org"], version=1)
    card = await town.desk.save(town.operator, person, form)
    assert card.phones == ("+78672000003",) and card.emails == ("inna@example.org",)
    assert (await town.centre.rows(AuditEntry))[-1].action == "applicant.saved"
    assert (await town.centre.cards.card(town.operator, appeal)).appeal.applicant_name == "Примерова Инна"
    await town.desk.page(town.operator, person)
    assert (await town.centre.rows(AuditEntry))[-1].action == "applicant.read"


@pytest.mark.clause("1.2")
async def test_a_legal_person_is_an_applicant_under_its_own_name(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван", phones=("+78672000001",))
    appeal = await town.centre.an_appeal(conversation_id=await town.a_talk(person))
    firm = CardForm(
        kind="organisation",
        organisation="ООО «Пример»",
        surname="Образцов",
        given_name="Пётр",
        phones=["+78672000001"],
        consent=True,
        version=1,
    )
    card = await town.desk.save(town.operator, person, firm)
    assert card.full_name == "ООО «Пример»" and card.missing == ()
    assert (await town.centre.cards.card(town.operator, appeal)).appeal.applicant_name == "ООО «Пример»"
    nameless = CardForm(kind="organisation", phones=["+78672000001"], version=2)
    assert "full_name" in (await town.desk.save(town.operator, person, nameless)).missing


async def test_a_card_that_was_changed_meanwhile_or_cannot_be_read_is_not_saved(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван")
    with pytest.raises(Conflict):
        await town.desk.save(town.operator, person, CardForm(surname="Другой", version=7))
    with pytest.raises(Invalid) as refused:
        await town.desk.save(town.operator, person, CardForm(phones=["12"], emails=["не адрес"]))
    assert refused.value.facts["fields"] == {"phones.0": "unreadable_phone", "emails.0": "unreadable_email"}
    assert (await town.desk.page(town.operator, person)).card.full_name == "Примеров Иван"


async def test_only_who_reads_the_inbox_sees_a_citizen(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван")
    administrator = (await town.centre.a_member(Role.ADMINISTRATOR)).asker
    auditor = (await town.centre.a_member(Role.AUDITOR)).asker
    with pytest.raises(NotAllowed):
        await town.desk.page(administrator, person)
    assert (await town.desk.page(auditor, person)).card.full_name == "Примеров Иван"
    with pytest.raises(NotAllowed):
        await town.desk.save(auditor, person, CardForm(surname="Другой"))
    with pytest.raises(NotFound):
        await town.desk.page(town.operator, person + 1)
