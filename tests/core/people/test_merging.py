"""Two cards of one person: found, made one, and parted again exactly."""

from typing import Any

import pytest

from core.appeals.model import Appeal
from core.audit.model import AuditEntry
from core.conversations.model import Conversation
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.people.desk import CardForm
from core.people.merging import CardsMerged, NotMergeable
from core.people.model import Applicant, ApplicantMerge, ChannelIdentity, ContactPoint
from tests.core.people.town import Town

WHOLE = (Applicant, ChannelIdentity, Conversation, Appeal)


async def state(town: Town) -> dict[str, Any]:
    """Everything that a merge touches, without the counters of versions and the numbers of contact points."""
    kept = {table.__name__: [one.model_dump(exclude={"version"}) for one in await town.centre.rows(table)] for table in WHOLE}
    points = [(one.applicant_id, one.kind, one.value) for one in await town.centre.rows(ContactPoint)]
    return {**kept, "points": sorted(points)}


async def twins(town: Town) -> tuple[int, int]:
    """One person who wrote in Telegram and called: two cards, an appeal on each."""
    written = await town.a_person(surname="Примеров", given_name="Иван", emails=("ivan@example.org",), phones=("+78672000001",))
    called = await town.a_person(
        surname="Примеров",
        given_name="Иван",
        patronymic="Петрович",
        phones=("+78672000001", "+78672000002"),
        postal_address="улица Примерная, 1",
        consent_at=town.centre.clock.now(),
    )
    for person in (written, called):
        await town.centre.an_appeal(conversation_id=await town.a_talk(person))
    return written, called


async def test_cards_with_the_same_telephone_and_nothing_else_are_merged_and_parted(town: Town) -> None:
    kept, other = [await town.a_person(surname="Примеров", given_name="Иван", phones=("+78672000001",)) for _ in range(2)]
    before = await state(town)
    merge = await town.desk.merge(town.senior, kept, other, 1)
    assert (await town.centre.rows(ApplicantMerge))[0].moved["contacts"] == [] and await state(town) == before
    await town.desk.undo(town.senior, merge)
    assert await state(town) == before


async def test_likely_twins_are_offered_with_what_they_have_in_common(town: Town) -> None:
    person = await town.a_person(surname="Примеров", given_name="Иван", phones=("+78672000001",), emails=("i@example.org",))
    same_phone = await town.a_person(surname="Примерова", given_name="Инна", phones=("+78672000001",))
    same_name = await town.a_person(surname="ПРИМЕРОВ", given_name="иван")
    both = await town.a_person(surname="Примеров", given_name="Иван", emails=("i@example.org",))
    await town.a_person(surname="Примеров", given_name="Иван", patronymic="Петрович")
    await town.a_person()
    found = await town.desk.alike(town.senior, person)
    assert [(one.card.applicant.id, one.reasons) for one in found if one.card.applicant] == [
        (both, ("email", "name")),
        (same_phone, ("phone",)),
        (same_name, ("name",)),
    ]
    assert await town.desk.alike(town.senior, await town.a_person()) == [], "nothing known, nobody alike"


async def test_a_merge_takes_everything_over_and_fills_what_was_empty(town: Town) -> None:
    written, called = await twins(town)
    await town.desk.merge(town.senior, written, called, 1)
    page = await town.desk.page(town.operator, written)
    assert page.card.full_name == "Примеров Иван Петрович" and page.card.applicant
    assert page.card.applicant.postal_address == "улица Примерная, 1" and page.card.applicant.consent_at is not None
    assert page.card.phones == ("+78672000001", "+78672000002") and page.card.emails == ("ivan@example.org",)
    assert len(page.identities) == len(page.conversations.rows) == len(page.appeals.rows) == 2
    assert {one.applicant_name for one in page.appeals.rows} == {"Примеров Иван Петрович"}
    assert [(one.merged_id, one.made_by_name) for one in page.merges] == [(called, town.senior.full_name)]
    gone = await town.desk.page(town.operator, called)
    assert gone.merged_into == written and gone.appeals.rows == []
    assert await town.desk.alike(town.senior, written) == [], "what is merged is not offered again"
    (entry,) = await town.centre.rows(AuditEntry, AuditEntry.action == "applicant.merged")
    assert entry.staff_id == town.senior.id
    assert entry.details == {"merged": called, "merge": page.merges[0].id, "identities": 1, "conversations": 1, "appeals": 1}


async def test_an_undone_merge_leaves_no_trace_in_the_cards(town: Town) -> None:
    written, called = await twins(town)
    before = await state(town)
    merge = await town.desk.merge(town.senior, written, called, 1)
    assert await state(town) != before
    assert await town.desk.undo(town.senior, merge) == written
    assert await state(town) == before
    (kept,) = await town.centre.rows(ApplicantMerge)
    assert kept.undone_by_id == town.senior.id
    with pytest.raises(NotFound):
        await town.desk.undo(town.senior, merge)
    again = await town.desk.merge(town.senior, called, written, 3)
    assert again != merge, "they may be merged again, the other way round too"


async def test_undoing_keeps_what_was_typed_since_and_sends_what_came_since_back_with_its_account(town: Town) -> None:
    written, called = await twins(town)
    merge = await town.desk.merge(town.senior, written, called, 1)
    town.later()
    (account,) = [one for one in await town.centre.rows(ChannelIdentity) if one.id in (await moved(town))["identities"]]
    async with town.centre.transactions.begin() as tx:
        talk = Conversation(
            channel="telegram",
            identity_id=account.id,
            applicant_id=written,
            mode="closed",
            last_message_at=town.centre.clock.now(),
            opened_at=town.centre.clock.now(),
        )
        tx.add(talk)
        await tx.flush()
        number = talk.id or 0
    appeal = await town.centre.an_appeal(conversation_id=number, text="Новый вопрос с того же телефона.")
    form = CardForm(surname="Примеров", given_name="Иван", patronymic="Ильич", phones=["+78672000005"], version=2)
    await town.desk.save(town.operator, written, form)
    await town.desk.undo(town.senior, merge)
    first, second = await town.desk.page(town.operator, written), await town.desk.page(town.operator, called)
    assert first.card.full_name == "Примеров Иван Ильич" and first.card.phones == ("+78672000005",)
    assert second.card.phones == ("+78672000001", "+78672000002")
    assert second.appeals.rows[0].id == appeal and len(first.appeals.rows) == 1
    assert {one.applicant_name for one in second.appeals.rows} == {"Примеров Иван Петрович"}


async def moved(town: Town) -> dict[str, Any]:
    rows: list[ApplicantMerge] = await town.centre.rows(ApplicantMerge)
    return rows[-1].moved


async def test_appeals_of_both_that_were_merged_since_forbid_the_undoing(town: Town) -> None:
    written, called = await twins(town)
    merge = await town.desk.merge(town.senior, written, called, 1)
    first, second = await town.centre.rows(Appeal)
    await town.centre.linking.merge(town.operator, second.id, first.id, second.version)
    with pytest.raises(CardsMerged) as refused:
        await town.desk.undo(town.senior, merge)
    assert refused.value.facts["appeals"] == [second.registration_number]


async def test_what_cannot_be_merged(town: Town) -> None:
    written, called = await twins(town)
    third = await town.a_person(surname="Примеров", given_name="Иван")
    with pytest.raises(NotAllowed):
        await town.desk.merge(town.operator, written, called, 1)
    with pytest.raises(Invalid):
        await town.desk.merge(town.senior, written, written, 1)
    with pytest.raises(NotFound):
        await town.desk.merge(town.senior, written, third + 100, 1)
    with pytest.raises(Conflict):
        await town.desk.merge(town.senior, written, called, 9)
    merge = await town.desk.merge(town.senior, written, called, 1)
    for pair in ((third, called, 1), (called, third, 2)):
        with pytest.raises(NotMergeable) as refused:
            await town.desk.merge(town.senior, *pair)
        assert refused.value.facts["merged_into"] == written
    with pytest.raises(NotMergeable):
        await town.desk.save(town.operator, called, CardForm(surname="Другой", version=2))
    later = await town.desk.merge(town.senior, third, written, 1)
    with pytest.raises(NotMergeable):
        await town.desk.undo(town.senior, merge)
    await town.desk.undo(town.senior, later)
    await town.desk.undo(town.senior, merge)
