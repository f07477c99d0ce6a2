"""Nothing is lost and nothing happens twice, wherever a process dies and however often a mail is brought."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.conversations.model import Conversation, Message
from core.deliveries.model import Delivery
from core.files import StoredFile
from core.mail.carrying import WAITS
from core.mail.model import Mail, Mailbox
from core.mail.port import MailKind, RawMail
from core.mail.storing import MailStore, digest_of
from core.staff.asker import Asker
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.mail.world import World, a_mail


def raw(content: bytes = b"Message-ID: <1@example.org>\r\nFrom: a@example.org\r\n\r\nwords", **given: Any) -> RawMail:
    """A mail as it lies in a mailbox."""
    said: dict[str, Any] = {"mailbox": "centre", "uid_validity": 7, "uid": 1, "received_at": datetime(2026, 11, 25, tzinfo=UTC)}
    return RawMail(content=content, **{**said, **given})


async def test_a_mailbox_never_seen_has_no_cursor(world: World) -> None:
    assert await world.store.cursor("centre") == (0, 0)


async def test_the_cursor_moves_with_the_mails(world: World) -> None:
    told: list[list[int]] = []
    store = MailStore(transactions=world.transactions, clock=world.clock, on_stored=told.append)
    await store.take([raw(b"a", uid=3), raw(b"b", uid=5)])
    assert await store.cursor("centre") == (7, 5) and [len(mails) for mails in told] == [2]
    await store.take([raw(b"c", uid=4)])
    assert await store.cursor("centre") == (7, 5), "it never goes back"
    assert [one.uid for one in await world.rows(Mail)] == [3, 5, 4]


async def test_nothing_is_taken_when_one_mail_cannot_be_stored(world: World) -> None:
    with pytest.raises(Exception, match="uid"):
        await world.store.take([raw(b"a", uid=1), raw(b"b", uid=2**70)])
    assert await world.rows(Mail) == [] and await world.store.cursor("centre") == (0, 0)


async def test_a_mailbox_made_anew_is_read_from_its_beginning_and_doubles_nothing(world: World) -> None:
    mail = raw()
    await world.store.take([mail])
    await world.store.start_again("centre", 8)
    assert await world.store.cursor("centre") == (8, 0)
    await world.store.take([replace(mail, uid_validity=8)])
    assert await world.store.cursor("centre") == (8, 1)
    assert len(await world.rows(Mail)) == 1


async def test_one_mail_in_two_mailboxes_is_one_mail(world: World) -> None:
    mail = raw()
    again = replace(mail, mailbox="archive", content=b"Received: by mx2\r\n" + mail.content)
    await world.store.take([mail, again])
    assert len(await world.rows(Mail)) == 1
    assert {one.name for one in await world.rows(Mailbox)} == {"centre", "archive"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(b"Message-ID: <a@b>\r\n\r\n1", b"message-id:  <a@b>\r\n\r\n2", True, id="the same id in another case"),
        pytest.param(b"Message-ID:\r\n <a@b>\r\n\r\n1", b"Message-ID: <a@b>\n\n2", True, id="folded, and with bare line ends"),
        pytest.param(b"Message-ID: <a@b>\r\nFrom: x\r\n\r\n", b"Message-ID: <a@b>\r\nFrom: y\r\n\r\n", False, id="another sender"),
        pytest.param(b"From: x\r\n\r\n1", b"From: x\r\n\r\n2", False, id="no id: the whole mail counts"),
        pytest.param(b"Message-ID: \r\n\r\n1", b"Message-ID: \r\n\r\n2", False, id="an empty id"),
        pytest.param(b"\r\n\r\nMessage-ID: <a@b>\r\n1", b"\r\n\r\nMessage-ID: <a@b>\r\n2", False, id="an id in the body"),
        pytest.param(b"", b"\x00", False, id="nothing at all"),
    ],
)
def test_what_makes_a_mail_the_same(one: bytes, other: bytes, same: bool) -> None:
    assert (digest_of(one) == digest_of(other)) is same


@given(st.binary(max_size=4096))
def test_any_bytes_have_a_digest(content: bytes) -> None:
    assert len(digest_of(content)) == 64


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 3), min_size=1, max_size=12), carried=st.sets(st.integers(0, 11)))
async def test_however_often_a_mail_is_brought_it_has_one_effect(world: World, order: list[int], carried: set[int]) -> None:
    """Four mails, brought again and again in any order, carried at any moment: each is one message and at most one letter."""
    before = {table: len(await world.rows(table)) for table in (Mail, Message)}
    mark, mails = world.uid, {}
    for at, which in enumerate(order):
        if which not in mails:
            author = f"p{mark}-{which}@example.org"
            mails[which] = await world.take(a_mail("Когда уберут снег?", author=author))
        await world.store.take([mails[which], replace(mails[which], uid=mails[which].uid + 1000, uid_validity=9)])
        if at in carried:
            await world.carrier.carry()
    await world.carrier.carry()
    people = len(set(order))
    assert len(await world.rows(Mail)) - before[Mail] == people
    assert len(await world.rows(Message)) - before[Message] == 2 * people
    assert all(one.state == "routed" for one in await world.rows(Mail))


async def test_a_reader_that_fails_is_asked_again_and_the_others_go_on(world: World) -> None:
    world.reader.errors = [RuntimeError("killed")]
    await world.take(a_mail("первое", author="one@example.org"))
    await world.carrier.carry()
    await world.take(a_mail("второе", author="two@example.org"))
    await world.carrier.carry()
    assert [(one.state, one.tries) for one in await world.rows(Mail)] == [("stored", 1), ("routed", 0)]
    world.clock.move(seconds=WAITS[0])
    await world.carrier.carry()
    assert [one.state for one in await world.rows(Mail)] == ["routed", "routed"]


async def test_a_mail_that_always_fails_is_given_up_and_shown(world: World, asker: Asker) -> None:
    await world.take(a_mail("яд"))
    world.reader.errors = [RuntimeError("killed")] * (len(WAITS) + 1)
    for wait in (0, *WAITS):
        world.clock.move(seconds=wait)
        await world.carrier.carry()
    [mail] = await world.rows(Mail)
    assert (mail.state, mail.kind, mail.came_to, mail.error) == ("failed", "unread", "aside", "RuntimeError")
    assert [one.id for one in await world.desk.other(asker, only_open=True)] == [mail.id]
    world.clock.move(hours=1)
    assert await world.carrier.carry() == 0
    assert (await world.desk.raw(asker, mail.id or 0)).content.endswith(b"1"), "the mail itself is kept"


class Died(BaseException):
    """The process was killed."""


@pytest.mark.parametrize("step", ["reading", "routing", "after the commit"])
async def test_a_process_that_dies_leaves_the_mail_for_the_next(world: World, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.take(a_mail("Когда уберут снег?"))
    dying = {"reading": world.reader, "routing": world.librarian}.get(step)
    if dying is None:
        await world.carrier.carry()
    else:
        name = "read" if step == "reading" else "search"
        with monkeypatch.context() as patched, pytest.raises((Died, BaseExceptionGroup)):
            patched.setattr(dying, name, _dies)  # the fake stands for a process that was killed in the middle
            await world.carrier.carry()
    await world.carrier.carry()
    assert [one.state for one in await world.rows(Mail)] == ["routed"]
    assert len(await world.rows(Message)) == 2 and len(await world.rows(Delivery)) == 1


async def _dies(*_: object, **__: object) -> None:
    raise Died


async def test_an_effect_that_fails_leaves_nothing_of_itself(world: World) -> None:
    world.jobs.defer = _refuses  # type: ignore[method-assign]  # the queue is the last thing that is written
    await world.take(a_mail("Когда уберут снег?"))
    await world.carrier.carry()
    [mail] = await world.rows(Mail)
    assert (mail.state, mail.tries, mail.conversation_id) == ("read", 1, None)
    assert await world.rows(Message) == [] and await world.rows(Conversation) == []
    del world.jobs.defer
    world.clock.move(seconds=WAITS[0])
    await world.carrier.carry()
    assert [one.state for one in await world.rows(Mail)] == ["routed"]
    assert world.reader.read_times == 1, "what was read is not read again"


async def _refuses(*_: object, **__: object) -> None:
    raise RuntimeError("no queue")


async def test_one_carrier_at_a_time(world: World) -> None:
    await world.take(a_mail("Когда уберут снег?"))
    async with world.locks.hold("mail:carry"):
        assert await world.carrier.carry() == 0
    assert await world.carrier.carry() == 1


async def test_mails_are_routed_in_the_order_in_which_they_came(world: World) -> None:
    for number in range(25):
        await world.take(a_mail(f"письмо {number}"))
    await world.carrier.carry()
    said = [one.text for one in await world.rows(Message) if one.author == "citizen"]
    assert said == [f"письмо {number}" for number in range(25)]


async def test_what_was_read_comes_back_as_it_was(transactions: Transactions, clock: MovableClock, world: World) -> None:
    from core.mail.keeping import read_of
    from core.mail.port import Checked, Failure, Forwarded, MailFile, MailPerson, Report

    told = a_mail(
        "Слова\x00 и \ud800 знаки",
        message_id="<1@example.org>",
        in_reply_to=("<0@example.org>",),
        references=("<a@b>", "<0@example.org>"),
        reply_to=MailPerson(name="Р", address="r@example.org"),
        envelope_sender="bounce@example.org",
        to=(MailPerson(address="centre@example.org"),),
        cc=(MailPerson(name="К", address="c@example.org"),),
        sent_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        html="<p>Слова</p>",
        files=(MailFile(number=1, name="../a.txt", media_type="text/plain", content=b"a"),),
        forwarded=Forwarded(author=MailPerson(address="f@example.org"), text="т", sent_at=datetime(2026, 11, 23, tzinfo=UTC)),
        report=Report(failures=(Failure(recipient="x@example.org", status="5.1.1"),), envelope_id="b-1-a"),
        checked=Checked(spf="pass", dkim="fail", dmarc="none"),
        is_signed=True,
        remarks=("charset_guessed",),
        kind=MailKind.LIST,
    )
    await world.take(told)
    await world.carrier.carry()
    [mail] = await world.rows(Mail)
    again = read_of(mail)
    words = "Слова и  знаки"
    assert again == replace(told, text=words, reading=words, files=())
    assert len(await world.rows(StoredFile)) == 2
