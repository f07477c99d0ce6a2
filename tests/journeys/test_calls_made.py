"""Calls that the centre makes: a reply told to the applicant, and the call before a card is closed."""

import pytest

from core.appeals.registering import Registration
from core.calls.closing import NotClosable
from core.calls.desk import Attempt
from core.conversations.model import Contact, Conversation
from core.people.model import ChannelIdentity
from core.replies.desk import ReplyDraft
from core.staff.asker import Asker
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind, Urgency
from sandbox.jambonz.phone import Phone
from tests.journeys.callers import CALLER, has_a_card
from tests.journeys.telephone import Telephone

VOICEMAIL = "Абонент не может ответить. Оставьте сообщение после сигнала."
_ATTEMPTS = "SELECT t.purpose, a.outcome FROM call_attempt a JOIN call_task t ON t.id = a.call_task_id ORDER BY a.id"
_OPEN = "SELECT purpose FROM call_task WHERE state = 'open'"


@pytest.mark.clause("2.8.8")
@pytest.mark.clause("2.8.11")
async def test_a_machine_is_told_nothing_and_a_card_is_closed_only_after_a_talk(telephone: Telephone) -> None:
    anna, applicant = await telephone.employs("anna", "Примерова Анна"), telephone.exchange.callee(CALLER)
    appeal = await _an_appeal_with_its_reply(telephone, anna)
    applicant.machine(VOICEMAIL)
    await _tells_the_reply(telephone, anna, applicant)
    assert await telephone.rows(_ATTEMPTS) == [("reply", "no_answer")]
    assert await telephone.rows("SELECT note FROM call_attempt") == [("Автоматический звонок: ответил автоответчик.",)]
    telephone.clock.move(hours=2)
    applicant.answers().presses("1").presses("1")
    await _tells_the_reply(telephone, anna, applicant)
    assert await telephone.rows(_ATTEMPTS) == [("reply", "no_answer"), ("reply", "answered")]
    assert await telephone.rows(_OPEN) == [("closing",)]
    applicant.machine(VOICEMAIL)
    await _talks_before_closing(telephone, anna, applicant, CallOutcome.NO_ANSWER)
    office = telephone.house.office
    with pytest.raises(NotClosable) as refused:
        await office.closing.close(anna, appeal, await _version(telephone))
    assert "closing_call" in refused.value.facts["missing"]
    telephone.clock.move(hours=2)
    applicant.by_hand()
    await _talks_before_closing(telephone, anna, applicant, CallOutcome.ANSWERED)
    closed = await office.closing.close(anna, appeal, await _version(telephone))
    assert closed.closed_at == telephone.clock.now()
    assert await telephone.rows("SELECT result, outcome FROM phone_call ORDER BY id") == [
        ("abandoned", "no_answer"),
        ("informed", "answered"),
        ("operator", "by_hand"),
        ("operator", "by_hand"),
    ]


async def _tells_the_reply(telephone: Telephone, anna: Asker, applicant: Phone) -> None:
    """By the exchange alone; what came of it is written down by the worker."""
    office = telephone.house.office
    ((task,),) = await telephone.rows("SELECT id FROM call_task WHERE state = 'open' AND purpose = 'reply'")
    call = await office.calling_out.tell(anna, task)
    await applicant.hears("Чтобы прослушать ответ, нажмите один.")
    await applicant.ends()
    await telephone.eventually("SELECT place FROM phone_call WHERE id = :id", "ended", id=call.id)
    await office.attempts.write_all()


async def _talks_before_closing(telephone: Telephone, anna: Asker, applicant: Phone, outcome: CallOutcome) -> None:
    """The operator is rung first, hears who is at the other end, and writes down what came of it."""
    office, at_anna = telephone.house.office, telephone.exchange.callee("user:anna")
    ((task,),) = await telephone.rows("SELECT id FROM call_task WHERE state = 'open' AND purpose = 'closing'")
    call = await office.calling_out.call(anna, task)
    await at_anna.rings()
    await at_anna.answer()
    await at_anna.hears("Звонок перед снятием с контроля.")
    await at_anna.press("1")
    if outcome is CallOutcome.NO_ANSWER:
        await at_anna.hears(VOICEMAIL)
    else:
        await applicant.rings()
        await applicant.answer()
        await at_anna.is_connected()
        await applicant.say("Да, спасибо, всё сделали.")
        await at_anna.hears("всё сделали")
    await at_anna.hang_up()
    await at_anna.ends()
    await telephone.eventually("SELECT place FROM phone_call WHERE id = :id", "ended", id=call.id)
    await office.attempts.write_all()
    confirmed = True if outcome is CallOutcome.ANSWERED else None
    await office.calls.log(anna, task, Attempt(outcome=outcome, confirmed=confirmed, score=5 if confirmed else None))


async def _an_appeal_with_its_reply(telephone: Telephone, anna: Asker) -> int:
    office, now = telephone.house.office, telephone.clock.now()
    await has_a_card(telephone)
    async with telephone.house.transactions.begin() as tx:
        tx.add(who := ChannelIdentity(channel="voice", external_id=CALLER, applicant_id=1, created_at=now))
        await tx.flush()
        talk = Conversation(
            channel="voice", identity_id=who.id or 0, applicant_id=1, mode="closed", last_message_at=now, opened_at=now
        )
        tx.add(talk)
        await tx.flush()
        tx.add(Contact(conversation_id=talk.id or 0, channel="voice", started_at=now))
    what = Registration(text="Во дворе не горят фонари.", urgency=Urgency.LONG_TERM, reply_form=ReplyForm.PHONE)
    appeal = await office.appeals.register(talk.id or 0, what)
    reply = await office.replies.draft(anna, appeal.id or 0, ReplyDraft(kind=ReplyKind.FINAL))
    await office.replies.send(anna, reply.id or 0, reply.version)
    return appeal.id or 0


async def _version(telephone: Telephone) -> int:
    ((version,),) = await telephone.rows("SELECT version FROM appeal")
    return int(version)
