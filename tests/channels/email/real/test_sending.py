"""The channel against the real Postfix: what leaves, what comes back, what an outage and a big file do to it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from sqlmodel import col, select

from channels.email.channel import ATTACHED_LIMIT, EmailChannel
from channels.email.composing import Composer
from channels.email.options import CentreAddress, Limits, Security, Server
from channels.email.reading.bounces import report_of
from channels.email.tokens import Tokens
from core.channels import DeliveryError
from core.deliveries.desk import BACKOFF, DeliveryDesk, Lane
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.vocabulary import DeliveryState
from db.locks import NamedLocks
from db.transactions import Transactions
from tests.channels.email.conftest import outbound
from tests.channels.email.real.conftest import Watch
from tests.clocks import MovableClock
from tests.fakes import FakeJobs
from tests.mail_servers.configuration import PASSWORD
from tests.mail_servers.servers import MailServers, address

TOKENS = Tokens("test")
Send = Callable[..., EmailChannel]


@pytest.fixture
async def sender(mail_servers: MailServers, clock: MovableClock) -> AsyncIterator[Send]:
    """``sender(box, files=..., **server)``: writes as that mailbox over the submission, logged in and encrypted."""
    async with AsyncExitStack() as stack:

        def make(box: str, *, files: dict[str, bytes] | None = None, **given: Any) -> EmailChannel:
            async def load(key: str) -> bytes:
                return (files or {})[key]

            server: dict[str, Any] = {"security": Security.STARTTLS, "user": box, "password": PASSWORD, **given}
            server = {"host": "localhost", "port": mail_servers.ports["submission"], "authorities": mail_servers.trusted, **server}
            composer = Composer(centre=CentreAddress(address=address(box), name="Контакт-центр города"), tokens=TOKENS)
            limits = Limits(timeout=30.0)
            channel = EmailChannel(Server(**server), composer, load_file=load, clock=clock, limits=limits)
            stack.push_async_callback(channel.close)
            return channel

        yield make


def parsed(content: bytes) -> EmailMessage:
    """Taken apart by the standard library."""
    return BytesParser(policy=default).parsebytes(content)


def report_in(mail: EmailMessage) -> dict[str, str]:
    """The fields of a delivery report, of the mail and of its recipient (RFC 3464)."""
    assert (mail.get_content_type(), mail.get_param("report-type")) == ("multipart/report", "delivery-status")
    [status] = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    return {name: str(value) for part in status.get_payload() for name, value in part.items()}


async def test_a_letter_leaves_encrypted_and_logged_in(mail_servers: MailServers, box: str, sender: Send) -> None:
    message_id = await sender(box).send(outbound(f"good-{box}@out.example"))
    [mail] = await asyncio.to_thread(mail_servers.world.wait_for, f"good-{box}@out.example", 1)
    assert (mail["Message-ID"], mail["Subject"]) == (message_id, "Ответ на обращение")
    assert "with ESMTPSA" in mail["Received"]


async def test_a_wrong_password_and_a_strangers_certificate_keep_the_letter_waiting(
    mail_servers: MailServers, box: str, sender: Send
) -> None:
    with pytest.raises(DeliveryError) as refused:
        await sender(box, password="wrong").send(outbound())
    assert not refused.value.permanent
    with pytest.raises(DeliveryError, match="TLS") as mistrusted:
        await sender(box, authorities=None).send(outbound())
    assert not mistrusted.value.permanent


@pytest.mark.parametrize(
    ("who", "status", "action", "words"),
    [
        ("unknown", "5.1.1", "failed", "No such user here"),
        ("spam", "5.7.1", "failed", "Looks like spam"),
        ("full", "4.2.2", "delayed", "Mailbox full"),
    ],
    ids=["nobody is there", "it is refused", "it is late"],
)
async def test_a_report_comes_back_and_names_its_delivery(
    mail_servers: MailServers, box: str, sender: Send, watch: Watch, who: str, status: str, action: str, words: str
) -> None:
    watched = watch(box)
    recipient = f"{who}-{box}@out.example"
    message_id = await sender(box).send(outbound(recipient, delivery=4711))
    await watched.sink.until_count(1)
    mail = parsed(watched.sink.contents[0])
    report, token = report_in(mail), TOKENS.seal("b", 4711)
    assert (report["Action"], report["Status"]) == (action, status)
    assert report["Original-Envelope-Id"] == token
    assert report["Original-Recipient"].endswith(recipient)
    assert words in report["Diagnostic-Code"]
    assert mail["Delivered-To"] == address(box, token)
    assert mail["Return-Path"] == "<>"
    found = report_of(mail)
    assert found is not None
    assert (found.envelope_id, found.message_id) == (token, message_id)
    assert [(one.recipient, one.status) for one in found.failures] == [(recipient, status)]


class Outage:
    """Letters to one person through the outbox, the desk and the real Postfix."""

    def __init__(self, transactions: Transactions, clock: MovableClock, desk: DeliveryDesk, to: str) -> None:
        self.transactions, self.clock, self.desk, self.to = transactions, clock, desk, to

    async def write(self, count: int) -> None:
        """Write so many numbered letters."""
        for number in range(count):
            async with self.transactions.begin() as tx:
                content = {"subject": f"letter {number}", "text": "Здравствуйте!", "kind": "reply"}
                now = self.clock.now()
                await Outbox(FakeJobs()).write_letter(
                    tx, channel="email", recipient=self.to, content=content, now=now, subject="request:5"
                )

    async def drain(self) -> list[Delivery]:
        """As the worker does; gives the deliveries."""
        await self.desk.drain(Lane(channel="email", recipient=self.to))
        async with self.transactions.begin() as tx:
            return list(await tx.exec(select(Delivery).order_by(col(Delivery.id))))


@pytest.fixture
async def outage(
    transactions: Transactions, database_url: str, clock: MovableClock, sender: Send, box: str
) -> AsyncIterator[Outage]:
    """Everything real but the jobs."""
    locks = NamedLocks(database_url)
    desk = DeliveryDesk(transactions=transactions, locks=locks, channels={"email": sender(box)}, clock=clock)
    yield Outage(transactions, clock, desk, f"good-{box}@out.example")
    await locks.close()


async def test_after_an_hour_without_a_server_the_backlog_leaves_in_order_and_once(
    mail_servers: MailServers, outage: Outage
) -> None:
    await asyncio.to_thread(mail_servers.kill, "postfix")
    before = len(taken_by(mail_servers))
    try:
        await outage.write(50)
        passed = 0
        for wait in BACKOFF:
            await outage.drain()
            if passed >= 3600:
                break
            outage.clock.move(seconds=wait)
            passed += wait
        waiting = await outage.drain()
        assert {one.state for one in waiting} == {DeliveryState.WAITING}
    finally:
        await asyncio.to_thread(mail_servers.start_postfix)
    outage.clock.move(seconds=BACKOFF[-1])
    sent = await outage.drain()
    assert [one.state for one in sent] == [DeliveryState.SENT] * 50
    assert [one.id for one in sorted(sent, key=lambda one: (one.sent_at, one.id))] == [one.id for one in sent]
    mails = await asyncio.to_thread(mail_servers.world.wait_for, outage.to, 50)
    assert len(mails) == 50
    assert taken_by(mail_servers)[before:] == [one.provider_id for one in sent]


def taken_by(servers: MailServers) -> list[str]:
    """The ids of the mails in the order in which Postfix took them."""
    lines = (servers.home / "postfix.log").read_text().splitlines()
    return [line.rpartition("message-id=")[2] for line in lines if "message-id=" in line]


async def test_a_file_of_25_megabytes_goes_out_and_comes_in_unchanged(
    mail_servers: MailServers, box: str, sender: Send, watch: Watch
) -> None:
    content = hashlib.shake_128(b"a plan of the city").digest(ATTACHED_LIMIT)
    file = {"key": "plan", "file_name": "План.pdf", "media_type": "application/pdf"}
    watched = watch(f"{box}-in")
    await sender(box, files={"plan": content}).send(outbound(address(f"{box}-in"), files=[file]))
    await watched.sink.until_count(1, 60)
    [attached] = parsed(watched.sink.contents[0]).iter_attachments()
    assert attached.get_filename() == "План.pdf"
    assert hashlib.sha256(attached.get_payload(decode=True)).digest() == hashlib.sha256(content).digest()
