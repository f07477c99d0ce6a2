"""What mail servers report finds its delivery, marks the address, and becomes somebody's task (reg. 2.8.8, 2.8.9)."""

from typing import Any

import pytest

from core.appeals.model import Appeal
from core.deliveries.model import Delivery
from core.mail.model import Mail, MailAddress
from core.mail.port import Failure, MailKind, Report
from core.replies.desk import ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.requests.model import InformationRequest
from core.staff.asker import Asker
from core.vocabulary import ReplyForm, ReplyKind, TaskKind
from tests.core.mail.world import ANNA, World, message_id_of, token

GONE = Failure(recipient=ANNA, status="5.1.1", diagnostic=f"550 <{ANNA}> no such user")
FULL = Failure(recipient=ANNA, status="5.2.2", diagnostic="552 mailbox full")


async def a_letter(world: World) -> Delivery:
    """An acknowledgement that was sent."""
    await world.comes("Когда уберут снег?")
    return (await world.send())[0]


async def an_old_letter(world: World) -> Delivery:
    """A letter of no conversation that was sent."""
    now = world.clock.now()
    delivery = Delivery(channel="email", recipient=ANNA, content={}, state="sent", next_try_at=now, created_at=now)
    async with world.transactions.begin() as tx:
        tx.add(delivery)
    return delivery


async def bounces(world: World, delivery: Delivery, *failures: Failure, **given: Any) -> Mail:
    """A report comes to the sealed address."""
    said = {"kind": MailKind.BOUNCE, "author": "mailer-daemon@elsewhere.example", "answers": token("b", delivery.id or 0)}
    return await world.comes("", **{**said, "report": Report(failures=failures), **given})


async def test_a_hard_bounce_marks_the_delivery_and_the_address_and_is_a_task(world: World) -> None:
    delivery = await a_letter(world)
    mail = await bounces(world, delivery, GONE)
    assert (mail.came_to, mail.delivery_id) == ("report", delivery.id)
    [after] = await world.rows(Delivery)
    assert (after.state, after.error) == ("bounced", "5.1.1 550 <…> no such user")
    [address] = await world.rows(MailAddress)
    assert (address.address, address.hard, address.soft, address.last_status) == (ANNA, 1, 0, "5.1.1")
    assert address.dead_since is not None
    [task] = await world.tasks()
    assert (task.kind, task.facts["mail"]) == (TaskKind.DELIVERY_FAILED, mail.id)


@pytest.mark.parametrize(
    ("report", "given"),
    [
        pytest.param(Report(failures=(GONE,), message_id=message_id_of(1)), {}, id="by our Message-ID"),
        pytest.param(Report(failures=(GONE,), envelope_id="b-1-abcdefgh2345"), {}, id="by the ENVID and its addressee"),
    ],
)
async def test_a_report_is_matched(world: World, report: Report, given: dict[str, Any]) -> None:
    delivery = await a_letter(world)
    await bounces(world, delivery, answers=(), report=report, **given)
    assert (await world.rows(Delivery))[0].state == "bounced"


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(Report(failures=(GONE,)), id="nothing of ours in it"),
        pytest.param(Report(failures=(GONE,), message_id="<delivery.1.aaaaaaaaaaaa@centre.example>"), id="a forged Message-ID"),
        pytest.param(
            Report(failures=(Failure(recipient="other@example.org", status="5.1.1"),), envelope_id="b-1-aaaaaaaaaaaa"),
            id="an ENVID and another addressee",
        ),
        pytest.param(None, id="no report at all"),
    ],
)
async def test_a_report_of_nothing_that_we_sent_changes_nothing(world: World, asker: Asker, report: Report | None) -> None:
    delivery = await a_letter(world)
    mail = await bounces(world, delivery, answers=(), report=report)
    assert (mail.came_to, mail.needs_look) == ("aside", True)
    assert (await world.rows(Delivery))[0].state == "sent"
    assert await world.rows(MailAddress) == [] and await world.tasks() == []
    assert [one.id for one in await world.desk.other(asker)] == [mail.id]


async def test_a_delay_is_noted_and_the_letter_is_still_on_its_way(world: World) -> None:
    delivery = await a_letter(world)
    late = Failure(recipient=ANNA, status="4.4.1", diagnostic="no answer from host")
    await bounces(world, delivery, late, kind=MailKind.DELAY)
    [after] = await world.rows(Delivery)
    assert (after.state, after.error, after.delayed_at) == ("sent", "4.4.1 no answer from host", world.clock.now())
    assert await world.tasks() == []
    await bounces(world, delivery, kind=MailKind.DELIVERED)
    [after] = await world.rows(Delivery)
    assert (after.state, after.delayed_at) == ("delivered", None)


async def test_a_full_mailbox_is_dead_only_when_it_stays_so(world: World) -> None:
    dead = []
    for _ in range(3):
        await bounces(world, await an_old_letter(world), FULL)
        dead.append((await world.rows(MailAddress))[0].dead_since is not None)
    assert dead == [False, False, True]


async def test_a_mail_from_an_address_proves_that_it_lives(world: World) -> None:
    await bounces(world, await an_old_letter(world), GONE)
    await world.comes("Я здесь")
    [address] = await world.rows(MailAddress)
    assert (address.hard, address.dead_since) == (0, None)


async def test_a_report_that_is_quicker_than_our_record_is_taken_up_again(world: World) -> None:
    await world.comes("Когда уберут снег?")
    await world.change(Delivery, 1, state="sending")
    mail = await bounces(world, (await world.rows(Delivery))[0], GONE)
    assert (mail.state, mail.tries) == ("read", 1)
    await world.change(Delivery, 1, state="sent")
    world.clock.move(seconds=2)
    await world.carrier.carry()
    assert (await world.rows(Delivery))[0].state == "bounced"


async def test_a_copy_that_came_back_does_not_fail_the_letter(world: World) -> None:
    delivery = await a_letter(world)
    await world.change(Delivery, delivery.id or 0, content={**delivery.content, "cc": ["head@lights.example"]})
    mail = await bounces(world, delivery, Failure(recipient="head@lights.example", status="5.1.1"))
    assert (await world.rows(Delivery))[0].state == "sent" and mail.needs_look
    assert [one.address for one in await world.rows(MailAddress)] == ["head@lights.example"]


async def test_the_same_bounce_twice_is_one_task(world: World) -> None:
    delivery = await a_letter(world)
    await bounces(world, delivery, GONE)
    await bounces(world, delivery, GONE)
    assert len(await world.tasks()) == 1


@pytest.mark.clause("2.8.8")
async def test_a_reply_that_bounced_goes_back_and_the_next_form_is_offered(world: World, asker: Asker) -> None:
    appeal_id = await world.an_appeal()
    draft = await world.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL, form=ReplyForm.EMAIL))
    edit = ReplyEdit(subject="Ответ", body="Фонарь починен.", form=ReplyForm.EMAIL, address=ANNA)
    saved = await world.replies.save(asker, draft.id or 0, edit, draft.version)
    await world.replies.send(asker, saved.id or 0, saved.version)
    [delivery] = await world.send()
    assert delivery.content["reply_to"] == f"appeal:{appeal_id}"
    await bounces(world, delivery, GONE)
    [reply] = await world.rows(Reply)
    [appeal] = await world.rows(Appeal)
    assert (reply.state, reply.error, appeal.status) == ("failed", "5.1.1 550 <…> no such user", "registered")
    failed = [one for one in await world.tasks() if one.kind == TaskKind.DELIVERY_FAILED]
    assert [one.reply_id for one in failed] == [reply.id]


@pytest.mark.clause("2.8.9")
async def test_a_request_that_bounced_is_the_operators_task(world: World, asker: Asker) -> None:
    request_id = await world.a_request(await world.an_appeal(), asker)
    [delivery] = await world.send()
    assert delivery.content["reply_to"] == f"request:{request_id}"
    await bounces(world, delivery, Failure(recipient="liaison@lights.example", status="5.7.1", diagnostic="refused"))
    [request] = await world.rows(InformationRequest)
    assert request.delivery == "bounced"
    assert [(one.kind, one.request_id) for one in await world.tasks()] == [(TaskKind.DELIVERY_FAILED, request_id)]
