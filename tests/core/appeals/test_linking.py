"""Cards that belong together: likeness, links, merging, splitting, and taking each of them back."""

import asyncio

import pytest
from sqlmodel import select

from core.appeals.linking import NotMergeable
from core.appeals.model import Appeal, AppealLink, AppealMove
from core.appeals.workflow import MoveNotPermitted, VersionConflict
from core.errors import Invalid, NotFound
from core.replies.desk import ReplyDraft
from core.staff.asker import Asker
from core.vocabulary import AppealStatus, ReplyKind
from tests.inbox.world import Centre


@pytest.fixture
async def asker(centre: Centre) -> Asker:
    return (await centre.a_member()).asker


@pytest.fixture
async def talk(centre: Centre) -> int:
    """A conversation of a person with a card."""
    made = await centre.a_conversation(mode="closed")
    await centre.an_applicant(made)
    return made


async def appeal(centre: Centre, appeal_id: int) -> Appeal:
    async with centre.transactions.begin() as tx:
        return await tx.get_one(Appeal, appeal_id)


async def moves(centre: Centre, appeal_id: int) -> list[str]:
    return [one.move for one in await centre.rows(AppealMove, AppealMove.appeal_id == appeal_id)]


async def test_likeness_looks_at_the_person_the_place_and_the_words(centre: Centre, asker: Asker, talk: int) -> None:
    here = {"address": "Образцовая, 5"}
    same = await centre.an_appeal(conversation_id=talk, text="Не горит фонарь во дворе", **here)
    neighbour = await centre.an_appeal(text="Не горит фонарь у подъезда", address="ул. Образцовая, д. 5, кв. 3")
    elsewhere = await centre.an_appeal(text="Не горит фонарь во дворе", address="Примерная, 8")
    forgotten = await centre.an_appeal(conversation_id=talk, text="Не горит фонарь", days_ago=200, **here)
    card = await centre.an_appeal(conversation_id=talk, text="Фонарь во дворе не горит", **here)
    likes = await centre.linking.like(asker, appeal_id=card)
    assert [like.id for like in likes] == [same, neighbour]
    assert likes[0].likeness == 1.0 and likes[0].same_applicant and likes[0].same_address
    assert not likes[1].same_applicant and 0 < likes[1].likeness < 1
    assert elsewhere not in {like.id for like in likes} and forgotten not in {like.id for like in likes}
    assert await centre.linking.like(asker, text="Фонарь", address="") == []
    with pytest.raises(NotFound):
        await centre.linking.like(asker, appeal_id=999)


async def test_two_who_link_the_same_pair_make_one_link(centre: Centre, asker: Asker) -> None:
    one, other = await centre.an_appeal(), await centre.an_appeal()
    await asyncio.gather(*(centre.linking.link(asker, *pair) for pair in ((one, other), (other, one), (one, other))))
    assert len(await centre.rows(AppealLink)) == 1
    assert await moves(centre, one) == await moves(centre, other) == ["register", "link"]


async def test_a_link_is_taken_back_once(centre: Centre, asker: Asker) -> None:
    one, other = await centre.an_appeal(), await centre.an_appeal()
    await centre.linking.link(asker, one, other)
    (link,) = await centre.rows(AppealLink)
    with pytest.raises(NotFound):
        await centre.linking.undo(asker, link.id, of=await centre.an_appeal())
    await centre.linking.undo(asker, link.id, of=other)
    await centre.linking.undo(asker, link.id)
    assert await moves(centre, one) == ["register", "link", "unlink"]
    await centre.linking.link(asker, one, other)
    assert len(await centre.rows(AppealLink)) == 2, "it may be made again"
    with pytest.raises(NotFound):
        await centre.linking.undo(asker, 999)


async def test_a_merged_card_leaves_control_and_comes_back(centre: Centre, asker: Asker, talk: int) -> None:
    one = await centre.an_appeal(conversation_id=talk)
    into = await centre.an_appeal(conversation_id=talk)
    await centre.cases.forward(asker, one, "Министерство примеров", "", 1)
    await centre.linking.merge(asker, one, into, 2)
    merged = await appeal(centre, one)
    assert (merged.status, merged.merged_into_id) == (AppealStatus.MERGED, into)
    with pytest.raises(MoveNotPermitted) as refused:
        await centre.linking.split(asker, one, "Ещё вопрос", "", merged.version)
    assert refused.value.facts["status"] == "merged"
    (link,) = await centre.rows(AppealLink)
    await centre.linking.undo(asker, link.id)
    back = await appeal(centre, one)
    assert (back.status, back.merged_into_id) == (AppealStatus.FORWARDED, None)


async def test_what_cannot_be_merged(centre: Centre, asker: Asker, talk: int) -> None:
    one, two = await centre.an_appeal(conversation_id=talk), await centre.an_appeal(conversation_id=talk)
    three, stranger = await centre.an_appeal(conversation_id=talk), await centre.an_appeal()
    with pytest.raises(NotMergeable) as refused:
        await centre.linking.merge(asker, one, stranger, 1)
    assert refused.value.facts == {"reason": "other_applicant"}
    with pytest.raises(Invalid) as itself:
        await centre.linking.merge(asker, one, one, 1)
    assert itself.value.facts["fields"] == {"other_id": "same"}
    await centre.linking.merge(asker, two, three, 1)
    with pytest.raises(NotMergeable) as twice:
        await centre.linking.merge(asker, one, two, 1)
    assert twice.value.facts == {"reason": "merged"}
    with pytest.raises(VersionConflict):
        await centre.linking.merge(asker, three, one, 1)
    assert (await appeal(centre, one)).status == AppealStatus.REGISTERED


async def test_a_ring_of_merged_cards_cannot_be_made(centre: Centre, asker: Asker, talk: int) -> None:
    one, two = await centre.an_appeal(conversation_id=talk), await centre.an_appeal(conversation_id=talk)
    tries = (centre.linking.merge(asker, one, two, 1), centre.linking.merge(asker, two, one, 1))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Exception) for result in results) == 1
    statuses = {(await appeal(centre, card)).status for card in (one, two)}
    assert statuses == {AppealStatus.MERGED, AppealStatus.REGISTERED}


async def test_a_split_off_card_runs_in_the_same_term(centre: Centre, asker: Asker, talk: int) -> None:
    one = await centre.an_appeal(conversation_id=talk, days_ago=4, address="Образцовая, 5")
    new = await centre.linking.split(asker, one, "  И яма у ворот ", "Дорога", 1)
    old = await appeal(centre, one)
    assert (new.number, new.text, new.topic) == (2, "И яма у ворот", "Дорога")
    for name in ("due_on", "answer_by", "counted_from", "applicant_id", "address_key", "reply_form", "reply_to"):
        assert getattr(new, name) == getattr(old, name), name
    with pytest.raises(Invalid):
        await centre.linking.split(asker, one, " ", "", old.version)
    with pytest.raises(VersionConflict):
        await centre.linking.split(asker, one, "Третий вопрос", "", 1)
    assert len(await centre.rows(Appeal)) == 2, "a refused split takes no number"


async def test_a_split_is_taken_back_by_merging(centre: Centre, asker: Asker, talk: int) -> None:
    one = await centre.an_appeal(conversation_id=talk)
    new = await centre.linking.split(asker, one, "И яма у ворот", "", 1)
    (link,) = await centre.rows(AppealLink)
    await centre.linking.undo(asker, link.id)
    async with centre.transactions.begin() as tx:
        merged = (await tx.exec(select(Appeal).where(Appeal.id == new.id))).one()
    assert (merged.status, merged.merged_into_id) == (AppealStatus.MERGED, one)
    kinds = [(one.kind, one.undone_at is None) for one in await centre.rows(AppealLink)]
    assert kinds == [("split", False), ("merged", True)]


async def test_nobody_is_called_about_a_card_that_was_merged(centre: Centre, asker: Asker, talk: int) -> None:
    first, other = await centre.an_appeal(conversation_id=talk), await centre.an_appeal(conversation_id=talk)
    reply = await centre.replies.draft(asker, first, ReplyDraft(kind=ReplyKind.FINAL))
    await centre.replies.send(asker, reply.id or 0, reply.version)
    assert [call.purpose for call in await centre.calls.list(asker)] == ["reply"]
    card = (await centre.rows(Appeal, Appeal.id == first))[0]
    await centre.linking.merge(asker, first, other, card.version)
    assert await centre.calls.list(asker) == []
