"""What the staff do with a card: edits, assignment, clarification, forwarding, reopening, files (reg. 2.8.5-2.8.11)."""

import asyncio
from datetime import date

import pytest

from core.appeals.casework import CaseEdit
from core.appeals.model import Appeal, AppealFile, AppealMove
from core.appeals.workflow import Move, MoveNotPermitted, VersionConflict, locked_appeal, make_move
from core.calls.model import CallTask
from core.errors import Invalid, NotAllowed, NotFound
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.tasks.raising import raise_task
from core.vocabulary import AppealStatus, ReplyForm, Role, TaskKind, Urgency
from tests.inbox.world import Centre


@pytest.fixture
async def asker(centre: Centre) -> Asker:
    return (await centre.a_member()).asker


def edit(**given: object) -> CaseEdit:
    """The card of ``an_appeal`` as it is, with changes."""
    said: dict[str, object] = {
        "text": "Во дворе не горит фонарь.",
        "topic": "",
        "address": "",
        "urgency": Urgency.LONG_TERM,
        "reply_form": ReplyForm.PHONE,
        "reply_to": "+79180000001",
    }
    return CaseEdit(**{**said, **given})  # type: ignore[arg-type]


async def appeal(centre: Centre, appeal_id: int) -> Appeal:
    async with centre.transactions.begin() as tx:
        return await tx.get_one(Appeal, appeal_id)


async def moved(centre: Centre, appeal_id: int, *made: Move) -> Appeal:
    """The card after moves of other desks."""
    async with centre.transactions.begin() as tx:
        card = await locked_appeal(tx, appeal_id)
        for move in made:
            await make_move(tx, card, move, centre.clock.now())
            if move is Move.REPLY:
                card.replied_at = centre.clock.now()
        return card


async def test_an_edit_keeps_what_was_before(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    saved = await centre.cases.edit(asker, card, edit(address=" ул. Образцовая,  д. 5 ", topic="Свет"), 1)
    assert (saved.version, saved.topic, saved.address_key) == (2, "Свет", "5 образцовая")
    line = (await centre.rows(AppealMove))[-1]
    assert line.staff_id == asker.id and line.details["changed"] == ["address", "topic"]
    assert line.details["before"] == {"address": "", "topic": ""}


async def test_saving_what_is_there_changes_nothing(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    assert (await centre.cases.edit(asker, card, edit(), 1)).version == 1
    assert [one.move for one in await centre.rows(AppealMove)] == ["register"]


@pytest.mark.clause("2.8.7")
async def test_another_urgency_is_another_term_from_the_registration(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal(days_ago=2)
    async with centre.transactions.begin() as tx:
        await raise_task(tx, TaskKind.DUE_SOON, centre.clock.now(), key="soon", appeal_id=card)
    saved = await centre.cases.edit(asker, card, edit(urgency=Urgency.URGENT), 1)
    assert (saved.counted_from, saved.due_on, saved.answer_by) == (date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 30))
    assert [task.done_at is not None for task in await centre.rows(StaffTask)] == [True], "the old term's alarm is over"


async def test_two_who_save_at_once(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    tries = [centre.cases.edit(asker, card, edit(topic=f"Тема {number}"), 1) for number in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, VersionConflict) for result in results) == 3
    refused = next(result for result in results if isinstance(result, VersionConflict))
    assert refused.facts["version"] == 2 and refused.facts["changed"][0]["details"]["changed"] == ["topic"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"text": " \n\t"}, {"text": "missing"}),
        ({"reply_form": ReplyForm.EMAIL, "reply_to": ""}, {"reply_to": "missing"}),
        ({"text": "", "reply_form": ReplyForm.POST, "reply_to": " "}, {"text": "missing", "reply_to": "missing"}),
    ],
    ids=["no text", "an e-mail that nobody knows", "nothing"],
)
async def test_what_cannot_be_saved(changes: dict, fields: dict, centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    with pytest.raises(Invalid) as refused:
        await centre.cases.edit(asker, card, edit(**changes), 1)
    assert refused.value.facts["fields"] == fields


async def test_an_empty_address_of_the_reply_is_taken_from_the_applicant(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    saved = await centre.cases.edit(asker, card, edit(reply_to="", topic="Свет"), 1)
    assert saved.reply_to == "+79180000001"


async def test_oneself_takes_what_is_nobodys_and_no_more(centre: Centre, asker: Asker) -> None:
    colleague = (await centre.a_member()).asker
    card = await centre.an_appeal()
    assert await centre.cases.assign(asker, [card, card], asker.id) == 1
    with pytest.raises(NotAllowed):
        await centre.cases.assign(colleague, [card], colleague.id)
    with pytest.raises(NotAllowed):
        await centre.cases.assign(asker, [card], None)
    senior = (await centre.a_member(Role.SENIOR)).asker
    assert await centre.cases.assign(senior, [card], None) == 1
    assert (await appeal(centre, card)).assignee_id is None


async def test_bulk_assignment_is_all_or_nothing(centre: Centre) -> None:
    senior = (await centre.a_member(Role.SENIOR)).asker
    open_one, closed = await centre.an_appeal(), await centre.an_appeal()
    await moved(centre, closed, Move.REPLY, Move.CLOSE)
    with pytest.raises(MoveNotPermitted):
        await centre.cases.assign(senior, [open_one, closed], senior.id)
    assert (await appeal(centre, open_one)).assignee_id is None
    with pytest.raises(NotFound):
        await centre.cases.assign(senior, [open_one], 999)
    with pytest.raises(Invalid):
        await centre.cases.assign(senior, range(1, 202), senior.id)


async def test_two_bulk_deeds_over_the_same_cards_both_end(centre: Centre) -> None:
    one, two = [(await centre.a_member(Role.SENIOR)).asker for _ in range(2)]
    cards = [await centre.an_appeal() for _ in range(6)]
    deeds = [centre.cases.assign(one, cards, one.id), centre.cases.assign(two, cards[::-1], two.id)]
    assert await asyncio.wait_for(asyncio.gather(*deeds), 10) == [6, 6]
    assert len({(await appeal(centre, card)).assignee_id for card in cards}) == 1


async def test_colleagues_are_those_who_work_cards(centre: Centre, asker: Asker) -> None:
    await centre.a_member(Role.PRESS)
    senior = (await centre.a_member(Role.SENIOR, full_name="Аликова Вера")).asker
    assert await centre.cases.colleagues(asker) == [(senior.id, "Аликова Вера"), (asker.id, asker.full_name)]


@pytest.mark.clause("3.2")
async def test_a_clarified_card_goes_on_and_its_task_is_done(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    asked = await moved(centre, card, Move.CLARIFY)
    async with centre.transactions.begin() as tx:
        await raise_task(tx, TaskKind.APPLICANT_ANSWERED, centre.clock.now(), key="said", appeal_id=card)
    known = await centre.cases.clarified(asker, card, " Дом 5 ", asked.version)
    assert known.status == AppealStatus.REGISTERED
    assert [task.done_by_id for task in await centre.rows(StaffTask)] == [asker.id]
    with pytest.raises(MoveNotPermitted):
        await centre.cases.clarified(asker, card, "", known.version)


@pytest.mark.clause("2.8.6")
async def test_forwarding_names_the_addressee(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    with pytest.raises(Invalid) as refused:
        await centre.cases.forward(asker, card, "  ", "", 1)
    assert refused.value.facts["fields"] == {"addressee": "missing"}
    forwarded = await centre.cases.forward(asker, card, "Министерство\nпримеров", "По принадлежности", 1)
    assert forwarded.status == AppealStatus.FORWARDED
    line = (await centre.rows(AppealMove))[-1]
    assert (line.details, line.note) == ({"addressee": "Министерство примеров"}, "По принадлежности")


@pytest.mark.clause("2.8.11")
async def test_a_reopened_card_starts_anew(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal(days_ago=30)
    replied = await moved(centre, card, Move.REPLY)
    async with centre.transactions.begin() as tx:
        now = centre.clock.now()
        tx.add(CallTask(appeal_id=card, purpose="closing", phone="+79180000001", due_on=date(2026, 11, 26), opened_at=now))
        await raise_task(tx, TaskKind.CLOSING_DUE, now, key="close", appeal_id=card)
    with pytest.raises(Invalid):
        await centre.cases.reopen(asker, card, " ", replied.version)
    again = await centre.cases.reopen(asker, card, "Фонарь не горит", replied.version)
    assert (again.status, again.replied_at, again.reopened) == (AppealStatus.REGISTERED, None, 1)
    assert (again.counted_from, again.due_on) == (date(2026, 11, 25), date(2026, 12, 7))
    assert [call.state for call in await centre.rows(CallTask)] == ["dropped"]
    assert [task.done_at is not None for task in await centre.rows(StaffTask)] == [True]
    with pytest.raises(MoveNotPermitted) as refused:
        await centre.cases.reopen(asker, card, "Ещё раз", again.version)
    assert "reopen" not in refused.value.facts["possible"]


async def test_files(centre: Centre, asker: Asker) -> None:
    card = await centre.an_appeal()
    kept = await centre.cases.add_file(asker, card, "../справка\u202e.pdf", b"%PDF-1.4 sample")
    shown, stored = await centre.cards.file(asker, card, kept.id or 0)
    assert stored.content == b"%PDF-1.4 sample" and "/" not in shown.file_name
    for content in (b"", b"\x7fELF" + bytes(60)):
        with pytest.raises(Invalid):
            await centre.cases.add_file(asker, card, "a.pdf", content)
    assert len(await centre.rows(AppealFile)) == 1
    with pytest.raises(NotFound):
        await centre.cards.file(asker, card, 999)


async def test_an_auditor_changes_nothing(centre: Centre) -> None:
    auditor = (await centre.a_member(Role.AUDITOR)).asker
    card = await centre.an_appeal()
    deeds = [
        centre.cases.edit(auditor, card, edit(topic="Свет"), 1),
        centre.cases.assign(auditor, [card], auditor.id),
        centre.cases.clarified(auditor, card, "", 1),
        centre.cases.forward(auditor, card, "Кому-то", "", 1),
        centre.cases.reopen(auditor, card, "Так", 1),
        centre.cases.add_file(auditor, card, "a.pdf", b"%PDF"),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            await deed
    assert (await appeal(centre, card)).version == 1
