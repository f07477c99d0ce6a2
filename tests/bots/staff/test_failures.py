"""Deliveries that fail, and what the core is told of it."""

from typing import Any

import pytest

from bots.staff.api import DutyBot, SessionOptions
from bots.staff.channel import DutyChannel
from core.channels import DeliveryError, Outbound
from core.duty.inbound import Notice
from core.duty.topics import GENERAL
from tests.bots.staff.conftest import TOKEN, Duty, FakeTopics


async def _fails(duty: Duty, recipient: str = GENERAL, **content: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as failed:
        await duty.send(recipient, **{"do": "post", "text": "слово", **content})
    return failed.value


async def test_a_429_waits_as_long_as_telegram_says_and_silences_the_whole_chat(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.sandbox.fault("flood", method="sendMessage", chat_id=duty.group, retry_after=30)
    failed = await _fails(duty)
    assert (failed.retry_after, failed.permanent) == (30.0, False)
    calls = len(await duty.sandbox.calls())
    waits = await _fails(duty, "topic:conversation:1")
    assert waits.retry_after == pytest.approx(30.0), "another topic of the same chat waits too, without asking Telegram"
    assert len(await duty.sandbox.calls()) == calls
    duty.clock.now += 30
    await duty.send(GENERAL, do="post", text="теперь")
    assert [one.text for one in await duty.member.reads(None)] == ["теперь"]


async def test_a_retry_does_not_repeat_what_was_sent(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.card(1)
    await duty.sandbox.fault("error", method="sendDocument", code=502)
    duty.files.kept = {"d": b"%PDF-1.7"}
    content = {"text": "я" * 1500, "files": [{"key": "d", "file_name": "a.pdf", "media_type": "application/pdf"}]}
    failed = await _fails(duty, "topic:conversation:1", **content)
    assert failed.facts == {"parts_done": 1, "maybe_sent": True}
    await duty.post(1, **content, parts_done=1)
    assert len(await duty.member.reads(duty.thread(1))) == 3


async def test_a_topic_that_was_made_is_not_made_again_when_its_card_fails(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.sandbox.fault("error", method="sendMessage", code=500)
    await _fails(duty, "topic:conversation:1", do="card")
    await duty.card(1)
    assert len(await duty.member.topics()) == 1


@pytest.mark.parametrize(
    ("order", "permanent", "retry_after", "maybe_sent"),
    [
        pytest.param({"kind": "error", "code": 400, "description": "Bad Request: wrong"}, True, None, False, id="our mistake"),
        pytest.param({"kind": "error", "code": 400, "description": "Bad Request: chat not found"}, False, 60, False, id="no chat"),
        pytest.param(
            {"kind": "error", "code": 400, "description": "Bad Request: not enough rights to send"},
            False,
            60,
            False,
            id="no rights",
        ),
        pytest.param({"kind": "error", "code": 403, "description": "Forbidden: bot was kicked"}, False, 60, False, id="kicked"),
        pytest.param({"kind": "error", "code": 401, "description": "Unauthorized"}, False, 60, False, id="a wrong token"),
        pytest.param({"kind": "error", "code": 502, "description": "Bad Gateway"}, False, None, True, id="a gateway"),
        pytest.param({"kind": "reset"}, False, None, True, id="the line was cut"),
        pytest.param({"kind": "lost_reply"}, False, None, True, id="the answer was lost"),
    ],
)
async def test_each_failure_has_its_end(
    duty: Duty, order: dict[str, Any], permanent: bool, retry_after: float | None, maybe_sent: bool
) -> None:
    await duty.sandbox.fault(**order, method="sendMessage", chat_id=duty.group)
    failed = await _fails(duty)
    assert (failed.permanent, failed.retry_after, failed.facts["maybe_sent"]) == (permanent, retry_after, maybe_sent)
    assert TOKEN.partition(":")[2] not in str(failed)


@pytest.mark.parametrize(
    ("recipient", "content"),
    [
        pytest.param("topic:conversation:404", {}, id="no such topic"),
        pytest.param("nobody", {}, id="no such recipient"),
        pytest.param(GENERAL, {"text": ""}, id="nothing to say"),
        pytest.param(GENERAL, {"files": [{"key": "gone", "file_name": "a", "media_type": "a/b"}]}, id="a file that is not kept"),
    ],
)
async def test_what_can_never_be_sent_fails_for_good(duty: Duty, recipient: str, content: dict[str, Any]) -> None:
    assert (await _fails(duty, recipient, **content)).permanent


async def test_an_empty_file_fails_for_good(duty: Duty) -> None:
    duty.files.kept = {"e": b""}
    assert (await _fails(duty, files=[{"key": "e", "file_name": "a", "media_type": "a/b"}])).permanent


async def test_a_server_that_is_not_there_is_tried_again_and_nothing_was_sent() -> None:
    bot = DutyBot(TOKEN, "http://127.0.0.1:9", SessionOptions(timeout=1), group_rate=1)

    async def load(key: str) -> bytes:
        raise NotImplementedError

    channel = DutyChannel(bot, -1, topics=FakeTopics(), load_file=load)
    with pytest.raises(DeliveryError) as failed:
        await channel.send(Outbound(delivery_id=1, message_id=None, recipient=GENERAL, content={"do": "post", "text": "a"}))
    assert (failed.value.permanent, failed.value.facts["maybe_sent"]) == (False, False)
    await channel.close()


async def test_without_the_right_to_pin_the_card_is_there_all_the_same(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.sandbox.fault(
        "error", method="pinChatMessage", code=400, description="Bad Request: not enough rights to manage pins"
    )
    assert await duty.card(1)


async def test_an_answer_to_a_button_that_is_too_old_harms_nobody(duty: Duty) -> None:
    await duty.listener.answer("12345", Notice(text="поздно"))
