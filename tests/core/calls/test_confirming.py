"""The applicant's word: asked once, about the newest reply, taken once, answered when it is a complaint (reg. 2.8.11)."""

import asyncio
import re
from datetime import timedelta

import pytest

from core.appeals.model import Appeal, AppealMove
from core.appeals.next_step import Step, next_step
from core.appeals.workflow import Move
from core.calls.closing import NotClosable
from core.calls.desk import Attempt
from core.calls.model import CallAttempt, CallTask, Satisfaction
from core.deliveries.desk import Ended
from core.deliveries.model import Delivery
from core.errors import Invalid, NotFound, OfficeError
from core.links.desk import LinkExpired, LinkUsed
from core.people.model import ContactPoint
from core.replies.desk import ReplyDraft
from core.replies.model import Reply
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.vocabulary import AppealStatus, CallOutcome, DeliveryState, ReplyForm, ReplyKind, TaskKind
from tests.core.calls.test_closing import card, close, open_call, replied, token_of, without_phone
from tests.inbox.world import Centre


async def ends(centre: Centre, reply: Reply, state: DeliveryState) -> None:
    async with centre.transactions.begin() as tx:
        told = Ended(delivery_id=reply.delivery_id or 0, subject_id=reply.id or 0, state=state, at=centre.clock.now(), error="x")
        await centre.replies.follow(tx, told)


@pytest.mark.clause("2.8.11")
async def test_a_question_on_its_way_is_not_asked_twice(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    asked = await asyncio.gather(*[centre.closing.ask_confirmation(asker, appeal_id) for _ in range(2)])
    assert asked[0].id == asked[1].id
    assert len(await centre.rows(Satisfaction)) == 1
    assert len(await centre.rows(Delivery, Delivery.subject == f"reply:{asked[0].id}")) == 1
    await ends(centre, asked[0], DeliveryState.SENT)
    again = await centre.closing.ask_confirmation(asker, appeal_id)
    assert again.id != asked[0].id and len(await centre.rows(Satisfaction)) == 1, "a reminder asks the same question"


@pytest.mark.clause("2.8.11")
async def test_a_question_that_did_not_arrive_is_asked_in_another_form(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    first = await centre.closing.ask_confirmation(asker, appeal_id)
    await ends(centre, first, DeliveryState.FAILED)
    second = await centre.closing.ask_confirmation(asker, appeal_id)
    assert (first.form, second.form) == (ReplyForm.TELEGRAM, ReplyForm.EMAIL)
    await ends(centre, second, DeliveryState.BOUNCED)
    with pytest.raises(Invalid) as refused:
        await centre.closing.ask_confirmation(asker, appeal_id)
    assert refused.value.facts["fields"] == {"form": "missing"}
    assert (await card(centre, appeal_id)).status == "replied", "the final reply itself did arrive"


@pytest.mark.clause("2.8.11")
async def test_a_word_about_an_earlier_reply_closes_nothing(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    token = await token_of(centre)
    centre.clock.move(hours=1)
    await centre.cases.reopen(asker, appeal_id, "Не горит.", (await card(centre, appeal_id)).version)
    with pytest.raises(LinkExpired):
        await centre.closing.confirm(token, solved=True, score=5, comment="")
    await replied_again(centre, asker, appeal_id)
    with pytest.raises(LinkExpired):
        await centre.closing.confirmation_page(token)
    with pytest.raises(NotClosable):
        await close(centre, asker, appeal_id)
    await centre.closing.ask_confirmation(asker, appeal_id)
    await centre.closing.confirm(await token_of(centre), solved=True, score=5, comment="")
    assert (await close(centre, asker, appeal_id)).closing == "confirmation"


async def replied_again(centre: Centre, asker: Asker, appeal_id: int) -> None:
    reply = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    await centre.replies.send(asker, reply.id or 0, reply.version)


@pytest.mark.clause("2.8.11")
async def test_a_link_pressed_twice_at_once_is_one_answer(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    token = await token_of(centre)
    said = [centre.closing.confirm(token, solved=True, score=4, comment="") for _ in range(2)]
    ended = await asyncio.gather(*said, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ended) == ["LinkUsed", "Satisfaction"]
    assert LinkUsed in map(type, ended) and len(await centre.rows(Satisfaction)) == 1


@pytest.mark.clause("2.8.11")
async def test_the_applicants_word_is_in_the_history(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    answer = await centre.closing.confirm(await token_of(centre), solved=False, score=1, comment="Не горит")
    line = (await centre.rows(AppealMove, AppealMove.appeal_id == appeal_id))[-1]
    assert (line.note, line.staff_id) == ("Не горит", None)
    assert line.details == {"came_by": "link", "satisfaction_id": answer.id, "solved": False, "score": 1}
    kinds = {task.kind for task in await centre.rows(StaffTask, StaffTask.done_at.is_(None))}  # type: ignore[union-attr]
    assert {TaskKind.NOT_SATISFIED, TaskKind.APPLICANT_ANSWERED} <= kinds


@pytest.mark.clause("2.8.11")
async def test_what_was_said_on_the_telephone_is_in_the_history(centre: Centre, asker: Asker) -> None:
    await replied(centre, asker)
    said = Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5)
    await centre.calls.log(asker, (await open_call(centre)).id or 0, said)
    details = (await centre.rows(AppealMove))[-1].details
    assert (details["outcome"], details["solved"], details["score"]) == ("answered", True, 5)


@pytest.mark.clause("2.8.11")
async def test_of_two_answers_the_later_one_counts(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    token = await token_of(centre)
    await centre.calls.log(asker, (await open_call(centre)).id or 0, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5))
    centre.clock.move(minutes=1)
    await centre.closing.confirm(token, solved=False, score=1, comment="Снова погас")
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "explanation"


async def test_a_question_without_an_answer_cannot_be_explained(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    (asked,) = await centre.rows(Satisfaction)
    for unknown in (asked.id, asked.id + 1):
        with pytest.raises(NotFound):
            await centre.closing.explain(asker, unknown, "Сделано всё возможное.")


@pytest.mark.clause("2.8.11")
async def test_a_telephone_that_became_known_after_the_reply_is_called_before_the_card_is_closed(
    centre: Centre, asker: Asker
) -> None:
    appeal_id = await without_phone(centre, asker)
    person = (await card(centre, appeal_id)).applicant_id
    async with centre.transactions.begin() as tx:
        tx.add(ContactPoint(applicant_id=person, kind="phone", value="+79180000007"))
    for _ in range(2):
        with pytest.raises(NotClosable) as refused:
            await close(centre, asker, appeal_id)
        assert refused.value.facts["missing"] == "closing_call"
    (call,) = await centre.rows(CallTask)
    assert (call.phone, call.purpose, call.state) == ("+79180000007", "closing", "open")
    await centre.calls.log(asker, call.id, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True))
    assert (await close(centre, asker, appeal_id)).closing == "call"


@pytest.mark.clause("2.8.11")
async def test_a_telephone_that_becomes_known_is_offered_for_the_closing_call_when_the_card_is_opened(
    centre: Centre, asker: Asker
) -> None:
    appeal_id = await without_phone(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    papers = await centre.papers.of_appeal(asker, appeal_id)
    assert (papers.has_phone, papers.calls) == (False, [])
    async with centre.transactions.begin() as tx:
        person = (await tx.get_one(Appeal, appeal_id)).applicant_id
        tx.add(ContactPoint(applicant_id=person, kind="phone", value="+79180000007"))
    looks = await asyncio.gather(*[centre.papers.of_appeal(asker, appeal_id) for _ in range(3)])
    (call,) = await centre.rows(CallTask)
    assert (call.purpose, call.phone, call.due_on) == ("closing", "+79180000007", centre.clock.today())
    step = next_step(AppealStatus.REPLIED, frozenset(Move), looks[0])
    assert (step.step, step.target_id) == (Step.CLOSING_CALL, call.id)


@pytest.mark.clause("2.8.11")
async def test_a_call_about_the_first_reply_does_not_close_the_second(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker)
    await centre.calls.log(asker, (await open_call(centre)).id or 0, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True))
    centre.clock.move(hours=1)
    await centre.cases.reopen(asker, appeal_id, "Не горит.", (await card(centre, appeal_id)).version)
    await replied_again(centre, asker, appeal_id)
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "closing_call"


async def test_a_button_pressed_twice_is_one_attempt(centre: Centre, asker: Asker) -> None:
    await replied(centre, asker)
    call = await open_call(centre)
    nobody = Attempt(outcome=CallOutcome.NO_ANSWER)
    await asyncio.gather(*[centre.calls.log(asker, call.id or 0, nobody) for _ in range(2)])
    assert len(await centre.rows(CallAttempt)) == 1
    centre.clock.move(minutes=5)
    await centre.calls.log(asker, call.id or 0, nobody)
    other = (await centre.a_member()).asker
    await centre.calls.log(other, call.id or 0, nobody)
    assert [one.attempts for one in await centre.rows(CallTask)] == [3]


@pytest.mark.clause("2.8.11")
async def test_two_operators_close_a_card_once(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker)
    await centre.calls.log(asker, (await open_call(centre)).id or 0, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True))
    version = (await card(centre, appeal_id)).version
    deeds = [centre.closing.close(who, appeal_id, version) for who in (asker, (await centre.a_member()).asker)]
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    assert sum(isinstance(end, Appeal) for end in ended) == 1 and sum(isinstance(end, OfficeError) for end in ended) == 1
    assert [move.move for move in await centre.rows(AppealMove)].count("close") == 1


async def test_the_call_list_is_sorted_by_the_day_that_each_call_is_due(centre: Centre, asker: Asker) -> None:
    await replied(centre, asker)
    reading = await replied(centre, asker, reply_form=ReplyForm.PHONE, reply_to="")
    first, second = await centre.calls.list(asker)
    assert (first.appeal_id, first.purpose, second.purpose) == (reading, "reply", "closing")
    assert first.words and second.due_on - first.due_on == timedelta(days=1)
    assert re.fullmatch(r"\+7918\d{7}", first.phone)
    rest = await centre.calls.list(asker, (first.due_on, first.id))
    assert [line.id for line in rest] == [second.id]
