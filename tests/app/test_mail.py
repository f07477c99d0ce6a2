"""The incoming mail as it is wired: a mail in a mailbox becomes a conversation, and its reader runs apart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import select

from app.assembly import House, open_house
from app.mail import mailboxes_of, open_reader, run_mail
from app.settings import EmailSettings, MailboxSettings, Settings
from channels.email.options import Security
from channels.email.tokens import Tokens
from core.conversations.model import Conversation
from core.deliveries.model import Delivery
from core.mail.carrying import MailCarrier
from core.mail.model import Mail, Mailbox
from core.mail.port import Answered, MailKind, RawMail
from core.mail.storing import MailStore
from db.locks import NamedLocks
from db.transactions import Transactions
from tests import patience
from tests.fakes import FakeDialogue

SECRET = "a-secret-of-the-tests"  # opens nothing
CENTRE = "centre@city.example"
GIVEN = {"MAIL_SECRET": SECRET, "MAIL_FROM": CENTRE, "IMAP_HOST": "127.0.0.1", "IMAP_USER": CENTRE, "IMAP_PASSWORD": "x"}


@pytest.fixture
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of a process with a mailbox."""
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    for name, value in {**GIVEN, "DATABASE_URL": database_url, "NLU_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.fixture
async def house(settings: Settings, transactions: Transactions) -> AsyncIterator[House]:
    """Everything that the process works with, on an empty database."""
    async with open_house(settings, dialogue=FakeDialogue()) as opened:
        yield opened


def a_raw_mail(to: str, words: str) -> bytes:
    """As a mail program writes it."""
    head = f"From: Anna <anna@example.org>\r\nTo: {to}\r\nSubject: Снег\r\nMessage-ID: <1@example.org>\r\n"
    return f"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()


async def test_a_mail_goes_all_the_way(house: House) -> None:
    came = asyncio.Event()
    store = MailStore(transactions=house.transactions, clock=house.clock, on_stored=lambda _: came.set())
    locks = NamedLocks(house.url)
    content = a_raw_mail(CENTRE, "Прошу убрать снег во дворе дома 5 по ул. Примерной.")
    async with open_reader(house.settings.email, house.settings.mailbox) as reader:
        carrier = MailCarrier(
            transactions=house.transactions, clock=house.clock, locks=locks, reader=reader, router=house.office.mail_router
        )
        await store.take([RawMail(mailbox="centre", uid_validity=1, uid=1, received_at=house.clock.now(), content=content)])
        assert came.is_set()
        assert await carrier.carry() == 1
    await locks.close()
    async with house.transactions.begin() as tx:
        mail, conversation = (await tx.exec(select(Mail))).one(), (await tx.exec(select(Conversation))).one()
        [letter] = (await tx.exec(select(Delivery))).all()
    assert (mail.state, mail.kind, mail.author, mail.subject) == ("routed", "human", "anna@example.org", "Снег")
    assert (conversation.channel, conversation.mode) == ("email", "waiting")
    assert (letter.recipient, letter.content["kind"]) == ("anna@example.org", "acknowledgement")


@pytest.mark.parametrize(
    ("secret", "answers"),
    [
        pytest.param(SECRET, (Answered(purpose="conversation", number=12),), id="sealed by us"),
        pytest.param("another-secret", (), id="forged"),
    ],
)
async def test_the_reader_opens_our_tokens_and_no_others(secret: str, answers: tuple[Answered, ...]) -> None:
    email, part = EmailSettings(mail_from=CENTRE, mail_secret=SECRET), MailboxSettings(imap_user=CENTRE)
    address = f"centre+{Tokens(secret).seal('conversation', 12)}@city.example"
    async with open_reader(email, part) as reader:
        read = await reader.read(a_raw_mail(address, "Ответ"))
    assert (read.kind, read.answers, "forged_token" in read.remarks) == (MailKind.HUMAN, answers, not answers)


def test_each_user_is_a_mailbox_with_its_password() -> None:
    part = MailboxSettings(imap_host="imap.city.example", imap_user="centre@city.example, Archive", imap_password="a\nb")
    boxes = mailboxes_of(part)
    assert [(one.name, one.user, one.password) for one in boxes] == [
        ("centre-city-example", "centre@city.example", "a"),
        ("archive", "Archive", "b"),
    ]
    assert {one.security for one in boxes} == {Security.TLS}


def test_one_password_may_be_for_all() -> None:
    part = MailboxSettings(imap_host="imap.city.example", imap_user="a,b", imap_password="x")
    assert [one.password for one in mailboxes_of(part)] == ["x", "x"]


def test_two_users_that_would_share_a_cursor_are_refused() -> None:
    part = MailboxSettings(imap_host="imap.city.example", imap_user="priem.1@city.example,priem-1@city.example", imap_password="x")
    with pytest.raises(ValueError, match="share one cursor"):
        mailboxes_of(part)


def test_without_a_host_nothing_is_read() -> None:
    assert mailboxes_of(MailboxSettings(imap_host="")) == []


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"imap_user": "a"}, id="no password"),
        pytest.param({"imap_password": "x"}, id="no user"),
        pytest.param({"imap_user": "a,b,c", "imap_password": "x\ny"}, id="a password too few"),
    ],
)
def test_a_mailbox_that_cannot_be_opened_is_refused_at_the_start(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="IMAP_HOST needs"):
        MailboxSettings(**{"imap_host": "imap.city.example", "imap_user": "", "imap_password": None, **given})


@pytest.mark.parametrize(("tls", "host"), [("none", "imap.city.example"), ("none", "10.0.0.1")])
def test_plain_text_to_another_machine_is_refused(tls: str, host: str) -> None:
    part = MailboxSettings(imap_host=host, imap_tls=tls, imap_user="a", imap_password="x")
    with pytest.raises(ValueError, match="encrypted"):
        mailboxes_of(part)


@pytest.mark.parametrize("where", ["clamd", "clamd:", ":3310", "clamd:port"])
async def test_a_scanner_is_named_in_full(where: str) -> None:
    with pytest.raises(ValueError, match="CLAMD"):
        async with open_reader(EmailSettings(), MailboxSettings(clamd=where)):
            pass


async def test_the_process_tells_how_its_mailbox_fares_and_stops_at_once(house: House, unused_tcp_port: int) -> None:
    part = house.settings.mailbox.model_copy(update={"imap_port": unused_tcp_port, "imap_tls": "none"})
    stopping = asyncio.Event()
    async with asyncio.timeout(patience.SECONDS), asyncio.TaskGroup() as tasks:
        tasks.create_task(run_mail(house, mailboxes_of(part), stopping))
        while not (told := await _told(house)) or told.phase != "failed":
            await asyncio.sleep(0.02)
        stopping.set()
    assert (told.name, told.trouble, told.last_uid) == ("centre-city-example", "closed", 0)


async def _told(house: House) -> Mailbox | None:
    async with house.transactions.begin() as tx:
        return (await tx.exec(select(Mailbox))).first()
