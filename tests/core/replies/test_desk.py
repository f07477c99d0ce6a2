"""Replies: drafted, sent in the applicant's form, followed to their end (reg. 2.8.8, 2.8.10)."""

from datetime import date, timedelta

import pytest

from core.appeals.model import Appeal, AppealFile, AppealMove
from core.appeals.workflow import MoveNotPermitted, VersionConflict
from core.calls.model import CallTask
from core.conversations.model import Conversation, Message
from core.deliveries.desk import Ended
from core.deliveries.model import Delivery
from core.errors import Invalid
from core.people.model import ChannelIdentity
from core.replies.desk import DraftElsewhere, ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.replies.states import ReplyLeft
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.vocabulary import DeliveryState, ReplyForm, ReplyKind, ReplyState, TaskKind
from tests.inbox.world import Centre

EMAIL = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}


async def card(centre: Centre, appeal_id: int) -> Appeal:
    async with centre.transactions.begin() as tx:
        return await tx.get_one(Appeal, appeal_id)


async def drafted(centre: Centre, asker: Asker, appeal_id: int, kind: ReplyKind = ReplyKind.FINAL, **given: object) -> Reply:
    return await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=kind, **given))  # type: ignore[arg-type]


async def ends(centre: Centre, reply: Reply, state: DeliveryState, error: str = "") -> None:
    """The delivery of the reply ended so."""
    async with centre.transactions.begin() as tx:
        told = Ended(delivery_id=reply.delivery_id or 0, subject_id=reply.id or 0, state=state, at=centre.clock.now(), error=error)
        await centre.replies.follow(tx, told)


@pytest.mark.clause("2.8.8")
async def test_a_final_reply_goes_by_mail_and_opens_the_closing_call(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    reply = await drafted(centre, asker, appeal_id)
    assert (reply.form, reply.address, reply.state) == (ReplyForm.EMAIL, "primer@example.org", ReplyState.DRAFT)
    sent = await centre.replies.send(asker, reply.id or 0, reply.version)
    assert sent.state == ReplyState.SENDING
    (letter,) = await centre.rows(Delivery, Delivery.channel == "email")
    assert (letter.recipient, letter.subject, letter.content["kind"]) == ("primer@example.org", f"reply:{reply.id}", "reply")
    found = await card(centre, appeal_id)
    assert (found.status, found.replied_at) == ("replied", centre.clock.now())
    (call,) = await centre.rows(CallTask)
    assert (call.purpose, call.phone, call.due_on) == ("closing", "+79180000001", date(2026, 11, 26))


async def test_a_letter_is_shown_in_the_conversation_by_mail_with_its_delivery(centre: Centre, asker: Asker) -> None:
    now = centre.clock.now()
    async with centre.transactions.begin() as tx:
        tx.add(who := ChannelIdentity(channel="email", external_id="primer@example.org", created_at=now))
        await tx.flush()
        tx.add(talk := Conversation(channel="email", identity_id=who.id or 0, mode="bot", last_message_at=now, opened_at=now))
    reply = await drafted(centre, asker, await centre.an_appeal(**EMAIL))
    await centre.replies.send(asker, reply.id or 0, reply.version)
    (shown,) = await centre.rows(Message, Message.conversation_id == talk.id)
    assert shown.text == reply.body
    (letter,) = await centre.rows(Delivery, Delivery.channel == "email")
    assert (letter.conversation_id, letter.message_id) == (talk.id, shown.id)
    (talk,) = await centre.rows(Conversation, Conversation.id == talk.id)
    assert talk.preview == reply.body[:200]


@pytest.mark.clause("2.8.8")
async def test_a_reply_on_telegram_is_a_message_of_the_conversation(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.TELEGRAM)
    reply = await drafted(centre, asker, appeal_id)
    await centre.replies.send(asker, reply.id or 0, reply.version)
    assert reply.body in [message.text for message in await centre.rows(Message)]
    (delivery,) = await centre.rows(Delivery, Delivery.subject == f"reply:{reply.id}")
    assert (delivery.channel, delivery.of_record) == ("telegram", True)


@pytest.mark.clause("2.8.8")
async def test_a_reply_by_telephone_waits_for_its_call(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal()
    reply = await drafted(centre, asker, appeal_id)
    sent = await centre.replies.send(asker, reply.id or 0, reply.version)
    assert sent.state == ReplyState.CALLING and (await card(centre, appeal_id)).status == "registered"
    (call,) = await centre.rows(CallTask)
    assert (call.purpose, call.reply_id, call.due_on) == ("reply", reply.id, date(2026, 11, 25))
    await centre.replies.drop(asker, reply.id or 0, sent.version)
    assert [one.state for one in await centre.rows(CallTask)] == ["dropped"]


@pytest.mark.clause("2.8.8")
async def test_a_reply_by_post_is_printed_and_leaves_when_it_was_posted(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.POST, reply_to="362000, г. Владикавказ, ул. Примерная, д. 1")
    reply = await drafted(centre, asker, appeal_id)
    await centre.replies.send(asker, reply.id or 0, reply.version)
    (page,) = await centre.rows(AppealFile, AppealFile.kind == "reply")
    assert page.media_type == "application/pdf" and (await card(centre, appeal_id)).status == "registered"
    (task,) = await centre.rows(StaffTask, StaffTask.kind == TaskKind.REPLY_TO_PRINT)
    assert task.done_at is None
    await centre.replies.mark_posted(asker, reply.id or 0)
    assert (await card(centre, appeal_id)).status == "replied"
    assert [one.done_at for one in await centre.rows(StaffTask, StaffTask.kind == TaskKind.REPLY_TO_PRINT)] == [centre.clock.now()]


@pytest.mark.clause("2.8.10")
@pytest.mark.parametrize(
    ("reasons", "expected_on", "fields"),
    [
        pytest.param("", None, {"reasons": "missing", "expected_on": "missing"}, id="neither"),
        pytest.param("Ждём заключения.", date(2026, 11, 25), {"expected_on": "past"}, id="today is no future day"),
        pytest.param("", date(2026, 12, 20), {"reasons": "missing"}, id="no reasons"),
    ],
)
async def test_an_interim_reply_needs_reasons_and_a_day_to_come(
    centre: Centre, asker: Asker, reasons: str, expected_on: date | None, fields: dict[str, str]
) -> None:
    reply = await drafted(
        centre, asker, await centre.an_appeal(**EMAIL), ReplyKind.INTERIM, reasons=reasons, expected_on=expected_on
    )
    with pytest.raises(Invalid) as refused:
        await centre.replies.send(asker, reply.id or 0, reply.version)
    assert refused.value.facts["fields"] == fields


@pytest.mark.clause("2.8.10")
async def test_an_interim_reply_moves_the_day_of_the_answer_and_ends_the_alarms(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    until = date(2026, 12, 20)
    reply = await drafted(centre, asker, appeal_id, ReplyKind.INTERIM, reasons="Ждём заключения.", expected_on=until)
    sent = await centre.replies.send(asker, reply.id or 0, reply.version)
    found = await card(centre, appeal_id)
    assert (found.status, found.answer_by, found.promised_on) == ("registered", until, until)
    await ends(centre, sent, DeliveryState.FAILED, "550 no such user")
    found = await card(centre, appeal_id)
    assert (found.answer_by, found.promised_on) == (found.due_on, None), "a promise that did not arrive binds nobody"


@pytest.mark.clause("2.8.8")
async def test_a_final_reply_that_does_not_arrive_puts_the_card_back_and_offers_the_next_form(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    reply = await drafted(centre, asker, appeal_id)
    sent = await centre.replies.send(asker, reply.id or 0, reply.version)
    await ends(centre, sent, DeliveryState.SENT)
    await ends(centre, sent, DeliveryState.BOUNCED, "550 no such user")
    found = await card(centre, appeal_id)
    assert (found.status, found.replied_at) == ("registered", None)
    (task,) = await centre.rows(StaffTask, StaffTask.kind == TaskKind.DELIVERY_FAILED)
    assert task.facts == {"form": "email", "next_form": "telegram"}
    assert [one.state for one in await centre.rows(CallTask)] == ["dropped"]
    assert [move.move for move in await centre.rows(AppealMove)] == ["register", "reply", "reply_failed"]
    (failed,) = await centre.rows(Reply)
    form = ReplyEdit(subject=failed.subject, body=failed.body, form=ReplyForm.TELEGRAM)
    saved = await centre.replies.save(asker, failed.id or 0, form, failed.version)
    again = await centre.replies.send(asker, saved.id or 0, saved.version)
    assert (again.state, (await card(centre, appeal_id)).status) == (ReplyState.SENDING, "replied")
    await ends(centre, sent, DeliveryState.FAILED, "late news of the first try")
    assert (await card(centre, appeal_id)).status == "replied"


async def test_of_two_who_send_one_is_told_that_it_left(centre: Centre, asker: Asker) -> None:
    reply = await drafted(centre, asker, await centre.an_appeal(**EMAIL), client_key="key-of-draft-1")
    same = await drafted(centre, asker, reply.appeal_id, client_key="key-of-draft-1")
    assert same.id == reply.id
    await centre.replies.send(asker, reply.id or 0, reply.version)
    with pytest.raises(ReplyLeft):
        await centre.replies.send(asker, reply.id or 0, reply.version)
    with pytest.raises(MoveNotPermitted):
        await drafted(centre, asker, reply.appeal_id)


async def test_a_key_used_for_another_card_shows_nothing_of_it(centre: Centre, asker: Asker) -> None:
    await drafted(centre, asker, await centre.an_appeal(**EMAIL), client_key="key-of-draft-1")
    other = await centre.an_appeal(**EMAIL)
    with pytest.raises(DraftElsewhere):
        await drafted(centre, asker, other, client_key="key-of-draft-1")
    assert await centre.rows(Reply, Reply.appeal_id == other) == []


@pytest.mark.clause("2.8.11")
async def test_a_request_to_confirm_is_neither_drafted_nor_sent_by_hand(centre: Centre, asker: Asker) -> None:
    """Its personal link is the applicant's: a member of staff who could send it to an address of theirs could confirm."""
    appeal_id = await centre.an_appeal(**EMAIL)
    with pytest.raises(Invalid) as refused:
        await drafted(centre, asker, appeal_id, ReplyKind.CONFIRMATION)
    assert refused.value.facts["fields"] == {"kind": "not_by_hand"}
    final = await drafted(centre, asker, appeal_id)
    await centre.replies.send(asker, final.id or 0, final.version)
    asked = await centre.closing.ask_confirmation(asker, appeal_id)
    await ends(centre, asked, DeliveryState.FAILED)
    failed = next(one for one in await centre.rows(Reply) if one.id == asked.id)
    with pytest.raises(Invalid):
        await centre.replies.send(asker, failed.id, failed.version)


async def test_a_stale_version_is_not_sent(centre: Centre, asker: Asker) -> None:
    reply = await drafted(centre, asker, await centre.an_appeal(**EMAIL))
    form = ReplyEdit(subject="Ответ", body="Фонарь исправен.", form=ReplyForm.EMAIL)
    saved = await centre.replies.save(asker, reply.id or 0, form, reply.version)
    assert (saved.body, saved.address) == ("Фонарь исправен.", "primer@example.org")
    with pytest.raises(VersionConflict):
        await centre.replies.send(asker, reply.id or 0, reply.version)


async def test_the_timetable_drafts_one_interim_reply_only(centre: Centre) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    async with centre.transactions.begin() as tx:
        appeal = await tx.get_one(Appeal, appeal_id)
        first = await centre.replies.draft_interim_in(tx, appeal)
        assert first is not None and first.drafted_by_id is None
        assert await centre.replies.draft_interim_in(tx, appeal) is None


async def test_a_clarification_waits_for_the_applicant(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    reply = await drafted(centre, asker, appeal_id, ReplyKind.CLARIFICATION)
    await centre.replies.send(asker, reply.id or 0, reply.version)
    assert (await card(centre, appeal_id)).status == "clarifying"
    centre.clock.move(days=1)
    assert centre.clock.now() - reply.drafted_at == timedelta(days=1)
