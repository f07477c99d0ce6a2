"""Several replies of one card: what a later one overtakes, and what a late failure may still undo (reg. 2.8.8, 2.8.10)."""

import asyncio
from datetime import date

import pytest

from core.appeals.model import Appeal, AppealMove
from core.appeals.workflow import MoveNotPermitted
from core.calls.desk import Attempt, CallEnded
from core.calls.model import CallTask
from core.deliveries.desk import Ended
from core.deliveries.model import Delivery
from core.departments.model import Department, Liaison
from core.errors import Invalid, OfficeError
from core.replies.desk import ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.replies.states import ReplyLeft
from core.requests.memos import MemoForm
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.vocabulary import CallOutcome, DeliveryState, MemoOutcome, ReplyForm, ReplyKind, ReplyState, TaskKind
from tests.inbox.world import Centre

EMAIL = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}
UNTIL = date(2026, 12, 20)


async def card(centre: Centre, appeal_id: int) -> Appeal:
    async with centre.transactions.begin() as tx:
        return await tx.get_one(Appeal, appeal_id)


async def reply_of(centre: Centre, reply_id: int | None) -> Reply:
    async with centre.transactions.begin() as tx:
        return await tx.get_one(Reply, reply_id)


async def sent(
    centre: Centre, asker: Asker, appeal_id: int, kind: ReplyKind, form: ReplyForm = ReplyForm.EMAIL, address: str = ""
) -> Reply:
    """A reply of this kind that an operator wrote and sent."""
    reply = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=kind))
    edit = ReplyEdit(subject="Ответ", body="Фонарь исправен.", form=form, address=address, reasons="Ждём.", expected_on=UNTIL)
    saved = await centre.replies.save(asker, reply.id or 0, edit, reply.version)
    return await centre.replies.send(asker, saved.id or 0, saved.version)


async def bounces(centre: Centre, reply: Reply) -> None:
    async with centre.transactions.begin() as tx:
        told = Ended(
            delivery_id=reply.delivery_id or 0,
            subject_id=reply.id or 0,
            state=DeliveryState.BOUNCED,
            at=centre.clock.now(),
            error="550 no such user",
        )
        await centre.replies.follow(tx, told)


async def moves(centre: Centre) -> list[str]:
    return [move.move for move in await centre.rows(AppealMove)]


async def a_request(centre: Centre, asker: Asker, appeal_id: int) -> int:
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Управление света"))
        await tx.flush()
        tx.add(
            Liaison(full_name="Образцова Мария Тестовна", position="специалист", department="lights", email="l@example.org", no=1)
        )
    version = (await card(centre, appeal_id)).version
    (made,) = await centre.requests.send(asker, appeal_id, ["lights"], "Когда?", version=version, client_key="key-of-request")
    return made.id or 0


@pytest.mark.clause("2.8.8")
@pytest.mark.parametrize("kind", [ReplyKind.INTERIM, ReplyKind.FINAL, ReplyKind.CLARIFICATION])
@pytest.mark.parametrize("form", [ReplyForm.PHONE, ReplyForm.POST])
async def test_what_waits_to_be_read_out_or_posted_is_dropped_when_the_final_reply_leaves(
    centre: Centre, asker: Asker, kind: ReplyKind, form: ReplyForm
) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    address = "ул. Примерная, д. 1" if form is ReplyForm.POST else ""
    waiting = await sent(centre, asker, appeal_id, kind, form, address)
    await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    assert (await reply_of(centre, waiting.id)).state == ReplyState.DROPPED
    assert [call.purpose for call in await centre.rows(CallTask, CallTask.state == "open")] == ["closing"]
    assert await centre.rows(StaffTask, StaffTask.reply_id == waiting.id, StaffTask.done_at.is_(None)) == []  # type: ignore[union-attr]
    with pytest.raises(ReplyLeft):
        await centre.replies.mark_posted(asker, waiting.id or 0)
    for call in await centre.rows(CallTask, CallTask.purpose == "reply"):
        with pytest.raises(CallEnded):
            await centre.calls.log(asker, call.id, Attempt(outcome=CallOutcome.ANSWERED))
    assert (await card(centre, appeal_id)).status == "replied"


@pytest.mark.clause("2.8.10")
async def test_an_interim_draft_is_dropped_by_the_final_reply_and_a_new_term_gets_a_new_one(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.INTERIM))
    await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    assert (await reply_of(centre, draft.id)).state == ReplyState.DROPPED
    await centre.cases.reopen(asker, appeal_id, "Не горит.", (await card(centre, appeal_id)).version)
    async with centre.transactions.begin() as tx:
        assert await centre.replies.draft_interim_in(tx, await tx.get_one(Appeal, appeal_id)) is not None


@pytest.mark.clause("2.8.8")
async def test_a_late_failure_of_an_earlier_reply_leaves_the_later_one_in_force(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    first = await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    centre.clock.move(hours=1)
    await centre.cases.reopen(asker, appeal_id, "Не горит.", (await card(centre, appeal_id)).version)
    await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    replied_at = (await card(centre, appeal_id)).replied_at
    await bounces(centre, first)
    found = await card(centre, appeal_id)
    assert (found.status, found.replied_at) == ("replied", replied_at)
    assert (await reply_of(centre, first.id)).state == ReplyState.FAILED
    assert [call.purpose for call in await centre.rows(CallTask, CallTask.state == "open")] == ["closing"]
    (task,) = await centre.rows(StaffTask, StaffTask.kind == TaskKind.DELIVERY_FAILED)
    assert task.reply_id == first.id


@pytest.mark.clause("2.8.10")
async def test_a_failed_reply_goes_back_to_where_the_departments_have_put_the_card_meanwhile(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    request_id = await a_request(centre, asker, appeal_id)
    reply = await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    note = MemoForm(
        number="17", dated_on=centre.clock.today(), signed_by="О. О. Образцов", outcome=MemoOutcome.CANNOT, reasons="Нет."
    )
    await centre.requests.receive_memo(request_id, note, came_by="upload", asker=asker)
    await bounces(centre, reply)
    assert (await card(centre, appeal_id)).status == "cannot"


async def test_a_question_that_did_not_arrive_can_be_asked_in_another_form(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    asked = await sent(centre, asker, appeal_id, ReplyKind.CLARIFICATION)
    await bounces(centre, asked)
    assert (await card(centre, appeal_id)).status == "registered"
    failed = await reply_of(centre, asked.id)
    edit = ReplyEdit(subject=failed.subject, body=failed.body, form=ReplyForm.TELEGRAM)
    saved = await centre.replies.save(asker, failed.id or 0, edit, failed.version)
    await centre.replies.send(asker, saved.id or 0, saved.version)
    assert (await card(centre, appeal_id)).status == "clarifying"
    assert await moves(centre) == ["register", "clarify", "reply_failed", "clarify"]


async def test_of_two_questions_the_card_waits_for_the_one_that_arrived(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    by_phone = await sent(centre, asker, appeal_id, ReplyKind.CLARIFICATION, ReplyForm.PHONE)
    by_mail = await sent(centre, asker, appeal_id, ReplyKind.CLARIFICATION)
    (call,) = await centre.rows(CallTask)
    await centre.calls.log(asker, call.id, Attempt(outcome=CallOutcome.ANSWERED))
    assert (await reply_of(centre, by_phone.id)).state == ReplyState.DELIVERED
    await bounces(centre, by_mail)
    assert (await card(centre, appeal_id)).status == "clarifying"


async def test_the_end_of_a_delivery_says_nothing_of_a_dropped_reply(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    reply = await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    await bounces(centre, reply)
    failed = await reply_of(centre, reply.id)
    await centre.replies.drop(asker, failed.id or 0, failed.version)
    before = await moves(centre)
    await bounces(centre, reply)
    assert ((await reply_of(centre, reply.id)).state, await moves(centre)) == (ReplyState.DROPPED, before)
    assert await centre.rows(StaffTask, StaffTask.kind == TaskKind.DELIVERY_FAILED, StaffTask.done_at.is_(None)) == []  # type: ignore[union-attr]


async def test_two_operators_who_send_at_once_send_one_letter(centre: Centre, asker: Asker) -> None:
    other = (await centre.a_member()).asker
    reply = await centre.replies.draft(asker, await centre.an_appeal(**EMAIL), ReplyDraft(kind=ReplyKind.FINAL))
    deeds = [centre.replies.send(who, reply.id or 0, reply.version) for who in (asker, other)]
    ends = await asyncio.gather(*deeds, return_exceptions=True)
    assert sum(isinstance(end, Reply) for end in ends) == 1
    assert [type(end) for end in ends if isinstance(end, OfficeError)] == [ReplyLeft]
    assert len(await centre.rows(Delivery, Delivery.channel == "email")) == 1


async def test_two_final_drafts_leave_only_once(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    drafts = [await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL)) for _ in range(2)]
    ends = await asyncio.gather(*[centre.replies.send(asker, one.id or 0, one.version) for one in drafts], return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["MoveNotPermitted", "Reply"]
    assert MoveNotPermitted in map(type, ends) and len(await centre.rows(Delivery, Delivery.channel == "email")) == 1


@pytest.mark.clause("2.8.10")
async def test_an_interim_letter_that_nobody_wrote_in_says_the_reasons_and_the_day(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    async with centre.transactions.begin() as tx:
        draft = await centre.replies.draft_interim_in(tx, await tx.get_one(Appeal, appeal_id))
    assert draft is not None and "2026" not in draft.body.split("expected_on")[1]
    given = {"subject": draft.subject, "form": ReplyForm.EMAIL, "expected_on": UNTIL}
    edit = ReplyEdit(body=draft.body, reasons="Ждём опору со склада.", **given)  # type: ignore[arg-type]
    saved = await centre.replies.save(asker, draft.id or 0, edit, draft.version)
    assert "Ждём опору со склада." in saved.body and "20 декабря 2026" in saved.body
    again = ReplyEdit(body=saved.body, reasons="Опора в пути.", **given)  # type: ignore[arg-type]
    saved = await centre.replies.save(asker, draft.id or 0, again, saved.version)
    assert "Опора в пути." in saved.body and "склада" not in saved.body
    own = ReplyEdit(body="Опора в пути, ответим к 20 декабря.", reasons="Опора в пути.", **given)  # type: ignore[arg-type]
    saved = await centre.replies.save(asker, draft.id or 0, own, saved.version)
    later = ReplyEdit(body=saved.body, reasons="Опора задержана.", **given)  # type: ignore[arg-type]
    saved = await centre.replies.save(asker, draft.id or 0, later, saved.version)
    assert saved.body == "Опора в пути, ответим к 20 декабря.", "what a person wrote stays theirs"


@pytest.mark.clause("2.8.8")
@pytest.mark.parametrize(
    ("form", "address", "fault"),
    [
        pytest.param(ReplyForm.EMAIL, "не почта", "unreadable_email", id="no e-mail"),
        pytest.param(ReplyForm.PHONE, "позвонить вечером соседке на первом этаже", "unreadable_phone", id="no telephone"),
        pytest.param(ReplyForm.POST, "", "missing", id="no postal address is known"),
        pytest.param(ReplyForm.EMAIL, "", "missing", id="no e-mail is known"),
    ],
)
async def test_an_address_that_leads_nowhere_is_refused(
    centre: Centre, asker: Asker, form: ReplyForm, address: str, fault: str
) -> None:
    appeal_id = await centre.an_appeal()
    with pytest.raises(Invalid) as refused:
        await sent(centre, asker, appeal_id, ReplyKind.FINAL, form, address)
    assert refused.value.facts["fields"] == {"address": fault}


@pytest.mark.clause("2.8.8")
async def test_the_telephone_is_found_among_the_words_about_it(centre: Centre, asker: Asker) -> None:
    words = "8 (918) 000-00-05, звонить после шести вечера"
    await sent(centre, asker, await centre.an_appeal(), ReplyKind.FINAL, ReplyForm.PHONE, words)
    assert [call.phone for call in await centre.rows(CallTask)] == ["+79180000005"]


async def test_nobody_types_the_telegram_account_of_somebody_else(centre: Centre, asker: Asker) -> None:
    await centre.a_conversation(name="Чужой")
    stranger = "1"
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.TELEGRAM)
    reply = await sent(centre, asker, appeal_id, ReplyKind.FINAL, ReplyForm.TELEGRAM, stranger)
    assert reply.address not in ("", stranger)


async def test_dropping_the_call_that_reads_a_reply_drops_the_reply(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    notice = await sent(centre, asker, appeal_id, ReplyKind.NOTICE, ReplyForm.PHONE)
    await centre.cases.reopen(asker, appeal_id, "Не горит.", (await card(centre, appeal_id)).version)
    assert (await reply_of(centre, notice.id)).state == ReplyState.DROPPED
    assert await centre.rows(CallTask, CallTask.state == "open") == []


async def test_a_failed_final_reply_leaves_the_call_of_a_notice_on_the_list(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    final = await sent(centre, asker, appeal_id, ReplyKind.FINAL)
    notice = await sent(centre, asker, appeal_id, ReplyKind.NOTICE, ReplyForm.PHONE)
    await bounces(centre, final)
    (call,) = await centre.rows(CallTask, CallTask.state == "open")
    assert (call.reply_id, (await reply_of(centre, notice.id)).state) == (notice.id, ReplyState.CALLING)
