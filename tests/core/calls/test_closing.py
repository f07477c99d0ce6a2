"""The call list and the closing: no appeal leaves control without the applicant's word (reg. 2.8.11)."""

import re
from datetime import timedelta

import pytest

from core.appeals.model import Appeal
from core.appeals.workflow import MoveNotPermitted
from core.calls.closing import NotClosable
from core.calls.desk import TRIES, Attempt, CallEnded
from core.calls.model import CallAttempt, CallTask, Satisfaction
from core.deliveries.model import Delivery
from core.errors import Invalid
from core.links.desk import LinkUsed
from core.people.model import ContactPoint
from core.replies.desk import ReplyDraft
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind, TaskKind
from tests.inbox.world import Centre

EMAIL = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}


async def card(centre: Centre, appeal_id: int) -> Appeal:
    async with centre.transactions.begin() as tx:
        return await tx.get_one(Appeal, appeal_id)


async def replied(centre: Centre, asker: Asker, **given: object) -> int:
    """A card whose final reply has left."""
    appeal_id = await centre.an_appeal(**{**EMAIL, **given})
    reply = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    await centre.replies.send(asker, reply.id or 0, reply.version)
    return appeal_id


async def without_phone(centre: Centre, asker: Asker) -> int:
    conversation = await centre.a_conversation(mode="closed")
    person = await centre.an_applicant(conversation)
    async with centre.transactions.begin() as tx:
        for point in await centre.rows(ContactPoint, ContactPoint.applicant_id == person):
            await tx.delete(await tx.get_one(ContactPoint, point.id))
        tx.add(ContactPoint(applicant_id=person, kind="email", value="primer@example.org"))
    return await replied(centre, asker, conversation_id=conversation)


async def open_call(centre: Centre) -> CallTask:
    return next(call for call in await centre.rows(CallTask) if call.state == "open")


async def close(centre: Centre, asker: Asker, appeal_id: int) -> Appeal:
    return await centre.closing.close(asker, appeal_id, (await card(centre, appeal_id)).version)


async def token_of(centre: Centre) -> str:
    texts = [one.content["text"] for one in await centre.rows(Delivery)]
    return re.findall(r"/c/(\S+)", texts[-1])[0]


@pytest.mark.clause("2.8.11")
async def test_an_appeal_is_closed_only_after_a_call_in_which_somebody_answered(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker)
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "closing_call"
    call = await open_call(centre)
    await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.NO_ANSWER))
    with pytest.raises(NotClosable):
        await close(centre, asker, appeal_id)
    centre.clock.move(hours=3)
    said = Attempt(outcome=CallOutcome.ANSWERED, seconds=95, confirmed=True, score=5, comment="Спасибо!")
    await centre.calls.log(asker, call.id or 0, said)
    closed = await close(centre, asker, appeal_id)
    assert (closed.status, closed.closing, closed.closed_by_id) == ("closed", "call", asker.id)
    assert [one.outcome for one in await centre.rows(CallAttempt)] == ["no_answer", "answered"]
    (answer,) = await centre.rows(Satisfaction)
    assert (answer.solved, answer.score, answer.comment, answer.came_by) == (True, 5, "Спасибо!", "call")


@pytest.mark.clause("2.8.11")
async def test_without_a_final_reply_nothing_is_closed(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    with pytest.raises(MoveNotPermitted):
        await close(centre, asker, appeal_id)


@pytest.mark.clause("2.8.11")
async def test_the_call_that_read_the_reply_out_may_be_the_closing_call(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker, reply_form=ReplyForm.PHONE, reply_to="")
    call = await open_call(centre)
    assert call.purpose == "reply"
    await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=4))
    assert (await close(centre, asker, appeal_id)).closing == "call"


@pytest.mark.clause("2.8.11")
async def test_a_reply_read_out_without_the_question_still_needs_the_closing_call(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker, reply_form=ReplyForm.PHONE, reply_to="")
    await centre.calls.log(asker, (await open_call(centre)).id or 0, Attempt(outcome=CallOutcome.ANSWERED))
    with pytest.raises(NotClosable):
        await close(centre, asker, appeal_id)
    assert (await open_call(centre)).purpose == "closing"


@pytest.mark.clause("2.8.11")
async def test_without_a_telephone_the_applicant_confirms_by_the_link(centre: Centre, asker: Asker) -> None:
    appeal_id = await without_phone(centre, asker)
    (task,) = await centre.rows(StaffTask, StaffTask.kind == TaskKind.CLOSING_DUE)
    assert task.facts == {"reason": "no_phone"}
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "confirmation"
    await centre.closing.ask_confirmation(asker, appeal_id)
    token = await token_of(centre)
    page = await centre.closing.confirmation_page(token)
    assert page.registration_number == (await card(centre, appeal_id)).registration_number
    with pytest.raises(Invalid):
        await centre.closing.confirm(token, solved=True, score=6, comment="")
    await centre.closing.confirm(token, solved=True, score=5, comment="Горит")
    with pytest.raises(LinkUsed):
        await centre.closing.confirm(token, solved=True, score=5, comment="")
    assert (await close(centre, asker, appeal_id)).closing == "confirmation"


@pytest.mark.clause("2.8.11")
async def test_a_link_does_not_replace_a_call_that_can_be_made(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker)
    await centre.closing.ask_confirmation(asker, appeal_id)
    await centre.closing.confirm(await token_of(centre), solved=True, score=5, comment="")
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "closing_call"


@pytest.mark.clause("2.8.11")
async def test_who_is_not_satisfied_is_answered_or_the_card_is_reopened(centre: Centre, asker: Asker) -> None:
    appeal_id = await replied(centre, asker)
    said = Attempt(outcome=CallOutcome.ANSWERED, confirmed=False, score=1, comment="Не горит")
    await centre.calls.log(asker, (await open_call(centre)).id or 0, said)
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "explanation"
    (answer,) = await centre.rows(Satisfaction)
    with pytest.raises(Invalid):
        await centre.closing.explain(asker, answer.id or 0, "  ")
    await centre.closing.explain(asker, answer.id or 0, "Опора принадлежит другому владельцу, ему направлено письмо.")
    assert (await close(centre, asker, appeal_id)).status == "closed"
    found = await card(centre, appeal_id)
    await centre.cases.reopen(asker, appeal_id, "Заявитель не согласен.", found.version)
    found = await card(centre, appeal_id)
    assert (found.status, found.reopened, found.closed_at, found.counted_from) == ("registered", 1, None, centre.clock.today())


async def test_a_number_where_nobody_answers_is_given_up_for_the_next_one(centre: Centre, asker: Asker) -> None:
    conversation = await centre.a_conversation(mode="closed")
    person = await centre.an_applicant(conversation)
    async with centre.transactions.begin() as tx:
        tx.add(ContactPoint(applicant_id=person, kind="phone", value="+79180000002"))
    appeal_id = await replied(centre, asker, conversation_id=conversation)
    call = await open_call(centre)
    for _ in range(TRIES):
        made = await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.BUSY))
        centre.clock.move(minutes=20)
    assert made.state == "dropped"
    other = await open_call(centre)
    assert (other.phone, other.purpose) == ("+79180000002", "closing")
    await centre.calls.log(asker, other.id or 0, Attempt(outcome=CallOutcome.WRONG_NUMBER))
    (task,) = await centre.rows(StaffTask, StaffTask.kind == TaskKind.CLOSING_DUE)
    assert task.facts == {"reason": "unreachable"}
    with pytest.raises(NotClosable) as refused:
        await close(centre, asker, appeal_id)
    assert refused.value.facts["missing"] == "confirmation"


async def test_a_reply_that_cannot_be_read_out_offers_the_next_form(centre: Centre, asker: Asker) -> None:
    await replied(centre, asker, reply_form=ReplyForm.PHONE, reply_to="")
    await centre.calls.log(asker, (await open_call(centre)).id or 0, Attempt(outcome=CallOutcome.WRONG_NUMBER))
    (task,) = await centre.rows(StaffTask, StaffTask.kind == TaskKind.DELIVERY_FAILED)
    assert task.facts == {"form": "phone", "next_form": "telegram"}


async def test_an_attempt_says_when_to_call_again(centre: Centre, asker: Asker) -> None:
    await replied(centre, asker)
    call, now = await open_call(centre), centre.clock.now()
    with pytest.raises(Invalid):
        await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.CALL_LATER))
    with pytest.raises(Invalid):
        await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.CALL_LATER, again_at=now))
    later = now + timedelta(hours=5)
    made = await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.CALL_LATER, again_at=later))
    assert (made.state, made.not_before) == ("open", later)
    await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True))
    with pytest.raises(CallEnded):
        await centre.calls.log(asker, call.id or 0, Attempt(outcome=CallOutcome.ANSWERED))
    assert await centre.calls.list(asker) == []
