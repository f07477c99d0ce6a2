"""The centre's mailbox in the sandbox, watched as the product watches a real one."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from imaplib import IMAP4
from pathlib import Path

import pytest

from channels.email.mailbox import MailboxState, Phase, Watcher
from channels.email.options import Mailbox as Watched
from channels.email.options import MailboxLimits, Security
from core.mail.port import RawMail
from sandbox.mail.app import create_app
from sandbox.mail.delivering import Envelope, deliver
from sandbox.mail.driver import Mailbox, NoLetter
from sandbox.mail.faults import FaultKind
from sandbox.mail.office import PostOffice
from sandbox.mail.settings import CENTRE, PASSWORD, Settings
from tests import patience
from tests.clocks import MovableClock
from tests.sandbox.test_mail import Running, letter
from tests.serving import serve


class Sink:
    """Keeps what the watcher brings, as the core does: by number, with the cursor behind the last."""

    def __init__(self) -> None:
        self.taken: list[RawMail] = []
        self.at = (0, 0)
        self.generations: list[int] = []
        self._changed = asyncio.Condition()

    async def cursor(self, mailbox: str) -> tuple[int, int]:
        return self.at

    async def take(self, mails: list[RawMail]) -> None:
        async with self._changed:
            self.taken += mails
            self.at = (mails[-1].uid_validity, mails[-1].uid)
            self._changed.notify_all()

    async def start_again(self, mailbox: str, uid_validity: int) -> None:
        self.generations.append(uid_validity)
        self.at = (uid_validity, 0)

    async def gets(self, count: int) -> list[Message]:
        """Wait until so many came."""
        async with asyncio.timeout(patience.SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.taken) >= count)
        return [message_from_bytes(mail.content) for mail in self.taken]


@asynccontextmanager
async def watching(port: int, sink: Sink) -> AsyncIterator[Watcher]:
    """The product's watcher, until the block ends."""
    mailbox = Watched(name="centre", host="127.0.0.1", port=port, user=CENTRE, password=PASSWORD, security=Security.NONE)
    connected = asyncio.Event()

    async def tell(state: MailboxState) -> None:
        if state.phase is Phase.CONNECTED:
            connected.set()

    watcher = Watcher(mailbox, sink, clock=MovableClock(), limits=MailboxLimits(first_wait=0.05), tell=tell)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(watcher.run())
        await asyncio.wait_for(connected.wait(), patience.SECONDS)
        yield watcher
        running.cancel()


@pytest.fixture
def mail() -> Iterator[Running]:
    """A sandbox with a mailbox, of this test alone."""
    app = create_app(Settings(smtp_port=0, imap_port=0))
    with serve(app, before_stop=app.state.office.close) as base:
        yield Running(base, app.state.smtp_port, app.state.imap_port)


@pytest.fixture
async def sink(mail: Running) -> AsyncIterator[Sink]:
    """The centre, listening."""
    sink = Sink()
    async with watching(mail.imap_port, sink):
        yield sink


@pytest.fixture
async def citizen(mail: Running) -> AsyncIterator[Mailbox]:
    """A citizen."""
    async with Mailbox(mail.base, "zaur@pochta.example") as mailbox:
        yield mailbox


async def sends(mail: Running, sender: str, to: str, message: bytes, *options: str) -> None:
    """As the product sends: with the envelope of its own."""

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", mail.port, timeout=10) as client:
            client.sendmail(sender, [to], message, mail_options=options, rcpt_options=("NOTIFY=FAILURE,DELAY",) if options else ())

    await asyncio.to_thread(work)


async def test_a_citizens_letter_is_pushed_to_the_centre(sink: Sink, citizen: Mailbox) -> None:
    await citizen.writes("Яма", "Во дворе яма.", {"яма.txt": b"\x00\xff"}, name="Заур Примеров")
    (mail,) = await sink.gets(1)
    assert (mail["Return-Path"], mail["Delivered-To"], mail["To"]) == ("<zaur@pochta.example>", CENTRE, CENTRE)
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == ["яма.txt"]
    assert sink.taken[0].received_at.tzinfo is not None


async def test_a_mail_from_any_program_comes_to_the_centre(mail: Running, sink: Sink) -> None:
    raw = b"From: anna@org.example\r\nSubject: x\r\n\r\n.dot\r\nb\xe0d \x00 bytes\r\n"
    await sends(mail, "anna@org.example", "Centre+appeal-1-abc@vladikavkaz.example", raw)
    (came,) = await sink.gets(1)
    assert came["Delivered-To"] == "Centre+appeal-1-abc@vladikavkaz.example"
    assert sink.taken[0].content.endswith(raw)


async def test_letters_that_come_while_others_are_told_of_are_pushed_too(sink: Sink, citizen: Mailbox) -> None:
    for wave in range(1, 6):
        await asyncio.gather(*(citizen.writes(f"Письмо {wave}.{number}", "Текст") for number in range(10)))
        await sink.gets(wave * 10)
    assert [mail.uid for mail in sink.taken] == list(range(1, 51))


async def test_letters_between_others_are_none_of_the_centres_business(mail: Running, sink: Sink, citizen: Mailbox) -> None:
    await citizen.writes("Личное", "Привет", to="zarina@pochta.example")
    await citizen.writes("Центру", "Здравствуйте")
    assert [len(await sink.gets(1)), sink.taken[0].uid] == [1, 2]


async def test_an_answer_goes_to_the_centre_in_its_thread_with_the_letter_quoted(
    mail: Running, sink: Sink, citizen: Mailbox
) -> None:
    asked = letter(citizen.address, "Ваше обращение", "Отвечаем Вам.", message_id="<delivery.1.abc@vladikavkaz.example>")
    asked["Reply-To"] = "centre+appeal-1-abc@vladikavkaz.example"
    asked["References"] = "<first@pochta.example>"
    await sends(mail, CENTRE, citizen.address, asked.as_bytes())
    got = await citizen.gets("Ваше обращение")
    await got.answer("Спасибо!")
    (answer,) = await sink.gets(1)
    assert answer["Delivered-To"] == answer["To"] == "centre+appeal-1-abc@vladikavkaz.example"
    assert answer["In-Reply-To"] == "<delivery.1.abc@vladikavkaz.example>"
    assert answer["References"] == "<first@pochta.example> <delivery.1.abc@vladikavkaz.example>"
    words = answer.get_payload(decode=True).decode().splitlines()
    assert (words[0], words[-1]) == ("Спасибо!", "> Отвечаем Вам.")
    (thread,) = await citizen.ask("GET", "threads", params={"box": citizen.address})
    assert [one["subject"] for one in thread["letters"]] == ["Ваше обращение", "Re: Ваше обращение"]


@pytest.mark.parametrize(
    ("kind", "status", "arrives"),
    [("unknown", "5.1.1", False), ("full", "5.2.2", False), ("delay", "4.4.1", True)],
    ids=["no such mailbox", "mailbox full", "late"],
)
async def test_a_report_comes_back_to_the_letters_own_address(
    mail: Running, sink: Sink, citizen: Mailbox, kind: str, status: str, arrives: bool
) -> None:
    await citizen.fails(kind, times=1)
    sender = "centre+b-7-abc@vladikavkaz.example"
    message = letter(citizen.address, "Ответ", message_id="<delivery.7.abc@vladikavkaz.example>").as_bytes()
    await sends(mail, sender, citizen.address, message, "RET=HDRS", "ENVID=b-7+2Babc")
    (came,) = await sink.gets(1)
    assert (came["Return-Path"], came["Delivered-To"], came.get_content_type()) == ("<>", sender, "multipart/report")
    told, returned = came.get_payload(1).get_payload(), came.get_payload(2).get_payload()
    assert (told[0]["Original-Envelope-Id"], told[1]["Status"]) == ("b-7+abc", status)
    assert told[1]["Final-Recipient"] == f"rfc822; {citizen.address}"
    assert "<delivery.7.abc@vladikavkaz.example>" in returned
    assert await citizen.count() == int(arrives)


async def test_a_machine_answers_for_who_is_away(mail: Running, sink: Sink, citizen: Mailbox) -> None:
    await citizen.fails("away")
    await sends(mail, CENTRE, citizen.address, letter(citizen.address, "Ответ", message_id="<one@x.example>").as_bytes())
    (came,) = await sink.gets(1)
    assert (came["Auto-Submitted"], came["In-Reply-To"], came["From"]) == ("auto-replied", "<one@x.example>", citizen.address)
    assert await citizen.count() == 1


def test_nothing_is_reported_of_a_report() -> None:
    office = PostOffice(Settings())
    office.faults.add(FaultKind.UNKNOWN, CENTRE)
    heading = {"recipients": (CENTRE,)}
    assert deliver(office, Envelope(sender="", **heading), b"Subject: Undelivered\r\n\r\n") is None
    assert office.letters() == []
    assert deliver(office, Envelope(sender="zaur@pochta.example", **heading), b"Subject: x\r\n\r\n") is None
    assert [letter.subject for letter in office.letters("zaur@pochta.example")] == ["Undelivered Mail Returned to Sender"]
    office.close()


async def test_a_letter_that_the_mailbox_cannot_hold_is_sent_back(mail: Running, sink: Sink, citizen: Mailbox) -> None:
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"x"
    await sends(mail, citizen.address, CENTRE, nested)
    assert "5.6.0" in (await (await citizen.gets("Undelivered")).raw()).decode()
    await citizen.writes("Другое", "Текст")
    assert len(await sink.gets(1)) == 1


async def test_a_wrong_password_opens_nothing(mail: Running) -> None:
    def work() -> None:
        with IMAP4("127.0.0.1", mail.imap_port, timeout=10) as client:
            client.login(CENTRE, "guessed")

    with pytest.raises(IMAP4.error, match="AUTHENTICATIONFAILED"):
        await asyncio.to_thread(work)


async def test_the_numbers_of_letters_last_until_all_are_thrown_away(tmp_path: Path) -> None:
    async def seen(sink: Sink, *subjects: str) -> tuple[list[int], int]:
        wanted = len(sink.taken) + len(subjects)
        app = create_app(Settings(smtp_port=0, imap_port=0, data_dir=tmp_path))
        with serve(app, before_stop=app.state.office.close) as base:
            async with Mailbox(base, "zaur@pochta.example") as citizen, watching(app.state.imap_port, sink):
                for subject in subjects:
                    await citizen.writes(subject, "Текст")
                await sink.gets(wanted)
                uids = [mail.uid for mail in sink.taken]
                if "last" in subjects:
                    await citizen.ask("DELETE", "letters")
        return uids, sink.at[0]

    sink = Sink()
    assert (await seen(sink, "one"))[0] == [1]
    before = await seen(sink, "two", "last")
    assert before[0] == [1, 2, 3]
    (tmp_path / "generation").write_text(str(before[1] + 1))
    after = await seen(sink, "four")
    assert after == ([1, 2, 3, 1], before[1] + 1)
    assert sink.generations == [before[1] + 1]


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "x\n@y.example"])
async def test_a_letter_of_nobody_is_refused(mail: Running, address: str) -> None:
    async with Mailbox(mail.base, address) as nobody:
        with pytest.raises(ValueError, match="422"):
            await nobody.writes("Тема", "Текст")
        with pytest.raises(NoLetter):
            await nobody.gets("Тема", within=0.01)
