"""The mail sandbox: takes letters, shows them harmless, fails when it is told to."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.mail.app import create_app
from sandbox.mail.driver import Mailbox, NoLetter
from sandbox.mail.settings import Settings
from tests.serving import serve

FROM = "centre@city.example"


@dataclass(frozen=True, slots=True)
class Running:
    """Where the sandbox is."""

    base: str
    port: int
    imap_port: int = 0


@pytest.fixture(scope="module")
def mail() -> Iterator[Running]:
    """One sandbox for the module; a test has an address of its own."""
    app = create_app(Settings(smtp_port=0, biggest=100_000))
    with serve(app, before_stop=app.state.office.close) as base:
        yield Running(base, app.state.smtp_port)


@pytest.fixture
async def mailbox(mail: Running, request: pytest.FixtureRequest) -> AsyncIterator[Mailbox]:
    """The box of this test."""
    async with Mailbox(mail.base, f"{abs(hash(request.node.name))}@example.org") as box:
        yield box


def letter(to: str, subject: str = "Тема", text: str = "Здравствуйте!", html: str = "", message_id: str = "") -> EmailMessage:
    """A mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Контакт-центр администрации города <{FROM}>", to, subject
    message["Message-ID"] = message_id or f"<{hash(to)}.{subject.encode().hex()}@city.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


async def send(mail: Running, message: EmailMessage | bytes, *to: str) -> None:
    """By the standard library's client; raises what it raises."""

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", mail.port, timeout=10) as client:
            raw = message if isinstance(message, bytes) else message.as_bytes(policy=SMTP)
            client.sendmail(FROM, list(to), raw)

    await asyncio.to_thread(work)


async def test_a_letter_is_shown_to_its_addressee(mail: Running, mailbox: Mailbox) -> None:
    message = letter(mailbox.address, "Запрос З-000001")
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="octet-stream", filename="Запрос.docx")
    await send(mail, message, mailbox.address)
    got = await mailbox.gets("З-000001")
    assert (got.text.strip(), got.file_names, await got.file(0)) == ("Здравствуйте!", ["Запрос.docx"], b"PK\x03\x04")
    assert got.headers["From"] == f"Контакт-центр администрации города <{FROM}>"
    assert b"Message-ID" in await got.raw()


async def test_a_copy_lies_in_both_boxes(mail: Running, mailbox: Mailbox) -> None:
    other = "copy@example.org"
    await send(mail, letter(mailbox.address), mailbox.address, other)
    async with Mailbox(mail.base, other.upper()) as copy:
        assert (await copy.gets()).id == (await mailbox.gets()).id
    boxes = {box["address"]: box["count"] for box in await mailbox.ask("GET", "boxes")}
    assert (boxes[mailbox.address], boxes[other]) == (1, 1)


async def test_a_repeat_is_recognised(mail: Running, mailbox: Mailbox) -> None:
    for _ in range(2):
        await send(mail, letter(mailbox.address), mailbox.address)
    first, second = await mailbox.gets(), await mailbox.gets()
    assert (first.view["is_repeat"], second.view["is_repeat"]) == (False, True)


async def test_the_html_cannot_act(mail: Running, mailbox: Mailbox) -> None:
    html = (
        '<title>t</title><script>alert(1)</script><p onclick="x()" style="color:red">Ответ <a href="https://city.example/">тут</a>'
        '<a href="javascript:x()">нет</a><img src="https://track.example/p.gif"><form action="https://evil.example"><input></form>'
    )
    await send(mail, letter(mailbox.address, html=html), mailbox.address)
    got = await mailbox.gets()
    async with aiohttp.ClientSession() as session, session.get(f"{mail.base}/sandbox/api/letters/{got.id}/html") as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert '<a href="https://city.example/" target="_blank" rel="noopener noreferrer">тут</a>' in page
    assert not [bad for bad in ("alert", "onclick", "javascript:", "<form", "<input", "<title>t") if bad in page]
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy
    assert "sandbox allow-popups" in policy


@pytest.mark.parametrize(
    ("kind", "code"), [("refuse", 550), ("later", 451), ("busy", 421)], ids=["no such mailbox", "try later", "too busy"]
)
async def test_an_address_refuses_when_it_is_told_to(mail: Running, mailbox: Mailbox, kind: str, code: int) -> None:
    await mailbox.fails(kind, times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        await send(mail, letter(mailbox.address), mailbox.address)
    assert caught.value.recipients[mailbox.address][0] == code
    await send(mail, letter(mailbox.address), mailbox.address)
    assert await mailbox.count() == 1


@pytest.mark.parametrize(("kind", "kept"), [("drop", 0), ("lose_answer", 1)])
async def test_the_connection_breaks_when_it_is_told_to(mail: Running, mailbox: Mailbox, kind: str, kept: int) -> None:
    await mailbox.fails(kind)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await send(mail, letter(mailbox.address), mailbox.address)
    assert await mailbox.count() == kept
    await mailbox.works()
    await send(mail, letter(mailbox.address), mailbox.address)
    assert await mailbox.count() == kept + 1


async def test_one_addressee_may_fail_while_another_gets_letters(mail: Running, mailbox: Mailbox) -> None:
    await mailbox.fails("refuse")
    await send(mail, letter(mailbox.address), mailbox.address, "second@example.org")
    async with Mailbox(mail.base, "second@example.org") as second:
        assert (await second.gets()).subject == "Тема"
    assert await mailbox.count() == 0


async def test_an_order_that_nobody_knows_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(ValueError, match="422"):
        await mailbox.fails("explode")


async def test_a_letter_that_is_too_big_is_refused(mail: Running, mailbox: Mailbox) -> None:
    with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as caught:
        await send(mail, letter(mailbox.address, text="x" * 90 + "\n" + "y\n" * 60_000), mailbox.address)
    assert caught.value.smtp_code == 552


async def test_a_letter_that_does_not_come_is_missed(mailbox: Mailbox) -> None:
    with pytest.raises(NoLetter, match="awaited 'never'"):
        await mailbox.gets("never", within=0.01)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers at all",
        b"Subject: =?utf-8?b?////?=\r\nFrom: <<<>>>@\r\nContent-Type: multipart/mixed\r\n\r\nx",
        b"Subject: x\r\nContent-Type: text/plain; charset=no-such\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nA: in\r\n\r\nx\r\n--b--",
    ],
    ids=["empty", "no headers", "broken headers", "unknown charset", "a letter in a letter"],
)
async def test_a_bad_letter_is_kept_and_shown(mail: Running, mailbox: Mailbox, raw: bytes) -> None:
    await send(mail, raw, mailbox.address)
    got = await mailbox.gets()
    assert isinstance(got.text, str)
    assert all([await got.file(number) is not None for number in range(len(got.file_names))])


@pytest.mark.parametrize("path", ["letters/999999", "letters/999999/html", "letters/999999/raw", "letters/999999/files/0"])
async def test_a_letter_that_is_not_there_is_not_found(mailbox: Mailbox, path: str) -> None:
    with pytest.raises(ValueError, match="404"):
        await mailbox.ask("GET", path)


async def test_another_sites_page_orders_nothing(mail: Running) -> None:
    foreign = aiohttp.ClientSession(headers={"Origin": "https://evil.example"})
    async with foreign as session, session.delete(f"{mail.base}/sandbox/api/letters") as answer:
        assert answer.status == 403


async def test_letters_last_in_their_folder(tmp_path: Path) -> None:
    def opened() -> Any:
        app = create_app(Settings(smtp_port=0, data_dir=tmp_path))
        return app, serve(app, before_stop=app.state.office.close)

    app, serving = opened()
    with serving as base:
        await send(Running(base, app.state.smtp_port), letter("a@example.org", "Первое"), "a@example.org")
    app, serving = opened()
    with serving as base:
        async with Mailbox(base, "a@example.org") as box:
            assert (await box.gets()).subject == "Первое"
            await send(Running(base, app.state.smtp_port), letter("a@example.org", "Второе"), "a@example.org")
            assert (await box.gets()).subject == "Второе"
            await box.ask("DELETE", "letters")
            assert await box.count() == 0
    assert list(tmp_path.iterdir()) == []
