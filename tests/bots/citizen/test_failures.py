"""Deliveries and downloads that fail, and what the core is told of it."""

from typing import Any

import pytest

from bots.citizen.api import SessionOptions
from bots.citizen.channel import TelegramChannel
from core.channels import DeliveryError, InboundKind
from core.files import FILE_LIMIT
from sandbox.telegram.driver import Citizen, Sandbox
from tests.bots.citizen.conftest import TOKEN, Files, HandClock
from tests.bots.citizen.peer import BUTTONS, last
from tests.bots.citizen.samples import an_outbound, payload


@pytest.mark.parametrize("order", [{"kind": "error", "code": 502}, {"kind": "reset"}])
async def test_a_retry_does_not_repeat_the_parts_that_were_sent(
    channel: TelegramChannel, citizen: Citizen, sandbox: Sandbox, clock: HandClock, order: dict[str, Any]
) -> None:
    """After the burst of five the pacer waits before the sixth part; there the line is cut."""
    text = "\n\n".join(f"{number}. " + "слово " * 500 for number in range(7))

    async def cut() -> None:
        clock.on_wait = None
        await sandbox.fault(**order, method="sendMessage", chat_id=citizen.id)

    clock.on_wait = cut
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, text=text, buttons=BUTTONS))
    assert failed.value.facts == {"parts_done": 5, "maybe_sent": True}
    clock.now += 10
    await channel.send(an_outbound(citizen.id, text=text, buttons=BUTTONS, **failed.value.facts))
    heard = [one for one in await citizen.history() if one.from_bot]
    assert [one.text[0] for one in heard] == list("0123456")
    assert [bool(one.buttons) for one in heard] == [False] * 6 + [True]


@pytest.mark.parametrize("content", [b"", b"x" * (50 * 1024 * 1024 + 1)], ids=["empty", "over 50 MB"])
async def test_a_file_that_cannot_be_sent_fails_for_good(
    channel: TelegramChannel, citizen: Citizen, files: Files, content: bytes
) -> None:
    files.kept = {"d": content}
    paper = {"key": "d", "file_name": "a.doc", "media_type": "application/msword", "kind": "document"}
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, text="я" * 2000, files=[paper]))
    assert (failed.value.permanent, failed.value.facts["parts_done"]) == (True, 1)


async def test_a_file_that_is_not_kept_any_more_fails_for_good(channel: TelegramChannel, citizen: Citizen) -> None:
    paper = {"key": "gone", "file_name": "a.doc", "media_type": "application/msword", "kind": "document"}
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, files=[paper]))
    assert failed.value.permanent


async def test_an_edit_of_a_message_that_is_not_there_fails_for_good(channel: TelegramChannel, citizen: Citizen) -> None:
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, text="a", edit_of="999999"))
    assert (failed.value.permanent, failed.value.blocked) == (True, False)


async def test_a_citizen_who_stopped_the_bot_is_noticed_both_ways(channel: TelegramChannel, citizen: Citizen) -> None:
    await citizen.blocks()
    assert (await last(channel)).kind is InboundKind.BLOCKED
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, text="a"))
    assert (failed.value.permanent, failed.value.blocked) == (True, True)
    await citizen.unblocks()
    assert (await last(channel)).kind is InboundKind.UNBLOCKED


@pytest.mark.parametrize("recipient", [1, "x", ""])
async def test_a_chat_that_is_not_there_fails_for_good(channel: TelegramChannel, sandbox: Sandbox, recipient: Any) -> None:
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(recipient, text="a"))
    assert (failed.value.permanent, failed.value.blocked) == (True, False)


@pytest.mark.parametrize("content", [{}, {"text": " "}, {"menu": True}])
async def test_an_empty_delivery_fails_for_good(channel: TelegramChannel, content: dict[str, Any]) -> None:
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(**content))
    assert failed.value.permanent


async def test_a_flood_silences_its_own_chat_only(
    channel: TelegramChannel, citizen: Citizen, sandbox: Sandbox, clock: HandClock
) -> None:
    other = await sandbox.citizen("Other")
    await other.starts()
    await sandbox.fault("flood", method="sendMessage", chat_id=citizen.id, retry_after=7)
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, text="a"))
    assert (failed.value.retry_after, failed.value.permanent) == (7.0, False)
    with pytest.raises(DeliveryError) as paced:
        await channel.send(an_outbound(citizen.id, text="a"))
    assert (paced.value.retry_after, paced.value.facts) == (7.0, {"parts_done": 0, "maybe_sent": False})
    assert len([call for call in await sandbox.calls("sendMessage") if call["params"].get("chat_id") == str(citizen.id)]) == 1
    await channel.send(an_outbound(other.id, text="b"))
    await other.hears("b")
    clock.now += 7
    await channel.send(an_outbound(citizen.id, text="a"))
    await citizen.hears("a")
    assert clock.waits == []


async def test_a_server_that_cannot_be_reached_is_a_passing_trouble(files: Files) -> None:
    channel = TelegramChannel(TOKEN, load_file=files.load, api_base="http://127.0.0.1:9", options=SessionOptions(timeout=3))
    try:
        with pytest.raises(DeliveryError) as failed:
            await channel.send(an_outbound(text="a"))
        assert (failed.value.permanent, failed.value.facts["maybe_sent"]) == (False, False)
        assert TOKEN not in str(failed.value)
        await channel.show_typing("5001")
        await channel.receive(payload("button"))
        with pytest.raises(DeliveryError):
            await channel.setup()
    finally:
        await channel.close()


async def test_an_answer_that_got_lost_is_told_as_perhaps_sent(
    channel: TelegramChannel, citizen: Citizen, sandbox: Sandbox
) -> None:
    await sandbox.fault("lost_reply", method="sendMessage", chat_id=citizen.id)
    with pytest.raises(DeliveryError) as failed:
        await channel.send(an_outbound(citizen.id, text="a"))
    assert failed.value.facts == {"parts_done": 0, "maybe_sent": True}
    await citizen.hears("a")


async def test_a_file_over_the_limit_is_refused(channel: TelegramChannel, citizen: Citizen) -> None:
    await citizen.sends_file(b"x" * 100_000, "a.pdf", mime="application/pdf")
    (file,) = (await last(channel)).files
    with pytest.raises(DeliveryError) as failed:
        await channel.fetch(file.remote_id, 99_999)
    assert failed.value.permanent


async def test_a_file_that_is_not_there_is_gone_for_good(channel: TelegramChannel, sandbox: Sandbox) -> None:
    with pytest.raises(DeliveryError) as failed:
        await channel.fetch("no-such-file", FILE_LIMIT)
    assert failed.value.permanent
