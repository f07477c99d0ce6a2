"""The watcher beside a server that misbehaves: what is refused, what is waited for, and what is never lost for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from channels.email.aside import Aside
from channels.email.mailbox import MailboxState, Phase, Watcher
from channels.email.mailbox_batches import Batches
from channels.email.mailbox_session import TOO_BIG, Listed
from channels.email.mailbox_trouble import Trouble
from channels.email.options import Mailbox, MailboxLimits, Security
from tests.channels.email.imap_peer import DATE, DROP, Peer
from tests.channels.email.sinks import FakeSink
from tests.clocks import MovableClock

LIMITS = MailboxLimits(renew=0.05, poll=0.01, first_wait=0.005, longest_wait=0.02, closed_wait=0.02, read=2.0, connect=2.0)
GIVEN: dict[str, Any] = {"name": "centre", "host": "127.0.0.1", "port": 143, "user": "centre", "password": "secret"}
Watch = Callable[..., "Watched"]


class Watched:
    """A watcher at work, what it took and what it told."""

    def __init__(self, watcher: Watcher, sink: FakeSink, told: list[MailboxState]) -> None:
        self.watcher, self.sink, self.told = watcher, sink, told

    @property
    def troubles(self) -> list[Trouble | None]:
        """Why it failed, each time."""
        return [state.trouble for state in self.told if state.phase is Phase.FAILED]


@pytest.fixture
async def watch(clock: MovableClock) -> AsyncIterator[Watch]:
    """``await watch(peer, limits=..., **mailbox)``: watches that server until the test ends."""
    async with AsyncExitStack() as stack:

        async def start(peer: Peer, *, limits: MailboxLimits = LIMITS, sink: FakeSink | None = None, **given: Any) -> Watched:
            server = await asyncio.start_server(peer.talk, "127.0.0.1", 0)
            stack.callback(server.close)
            mailbox = Mailbox(**{**GIVEN, "security": Security.NONE, "port": server.sockets[0].getsockname()[1], **given})
            told: list[MailboxState] = []

            async def tell(state: MailboxState) -> None:
                told.append(state)
                async with peer.changed:
                    peer.changed.notify_all()

            taking = sink or FakeSink()
            watched = Watched(Watcher(mailbox, taking, clock=clock, limits=limits, tell=tell), taking, told)
            task = asyncio.ensure_future(watched.watcher.run())
            stack.push_async_callback(_stop, task)
            return watched

        yield start


async def _stop(task: asyncio.Future[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def mail(number: int, size: int = 0) -> bytes:
    """A mail that says which one it is."""
    return f"Subject: letter {number}\r\n\r\n".encode() + b"x" * size


async def test_a_server_without_idle_is_asked_again_and_again(watch: Watch) -> None:
    peer = Peer(mails={1: mail(1)}, capabilities="IMAP4rev1 AUTH=PLAIN")
    watched = await watch(peer)
    await watched.sink.until_count(1)
    peer.mails[4] = mail(4)
    await watched.sink.until_count(2)
    assert watched.sink.contents == [mail(1), mail(4)]
    assert "IDLE" not in peer.heard


async def test_a_mail_that_comes_between_the_search_and_the_wait_is_not_left_lying(watch: Watch) -> None:
    peer = Peer(mails={1: mail(1)})
    peer.says["IDLE"] = ["+ idling", "* 2 EXISTS"]
    watched = await watch(peer, limits=replace(LIMITS, renew=600.0))
    await watched.sink.until_count(1)
    peer.mails[2] = mail(2)
    await peer.until(lambda: "IDLE" in peer.heard)
    await watched.sink.until_count(2, 5)
    assert watched.troubles == []


async def test_a_mail_that_is_told_with_another_one_is_not_left_lying(watch: Watch) -> None:
    peer = Peer(mails={1: b"hi\r\n"})
    told = [f"* 1 FETCH (UID 1 INTERNALDATE {DATE} BODY[] {{{{4}}}}", "hi", ")", "* 2 EXISTS", "{tag} OK done"]
    peer.says["UID FETCH 1 (INTERNALDATE"] = told
    watched = await watch(peer, limits=replace(LIMITS, renew=600.0))
    await watched.sink.until_count(1)
    peer.mails[2] = mail(2)
    await watched.sink.until_count(2, 5)
    assert watched.troubles == []


async def test_a_connection_that_ends_while_it_waits_is_noticed_at_once(watch: Watch) -> None:
    peer = Peer()
    peer.says["IDLE"] = ["+ idling", DROP]
    watched = await watch(peer, limits=replace(LIMITS, renew=600.0))
    await peer.until(lambda: len(watched.troubles) >= 2)
    assert set(watched.troubles) == {Trouble.LOST}


async def test_a_server_that_hides_starttls_hears_no_password(watch: Watch) -> None:
    peer = Peer()
    watched = await watch(peer, security=Security.STARTTLS)
    await peer.until(lambda: bool(watched.troubles))
    assert watched.troubles[0] is Trouble.NOT_ENCRYPTED
    assert not [command for command in peer.heard if command.startswith(("AUTHENTICATE", "LOGIN"))]


async def test_a_server_that_lets_everybody_in_before_tls_is_left(watch: Watch) -> None:
    peer = Peer(greeting="* PREAUTH welcome", capabilities="IMAP4rev1 STARTTLS IDLE")
    watched = await watch(peer, security=Security.STARTTLS)
    await peer.until(lambda: bool(watched.troubles))
    assert watched.troubles[0] is Trouble.NOT_ENCRYPTED
    assert not [command for command in peer.heard if command.startswith(("SELECT", "EXAMINE"))]


@pytest.mark.parametrize(
    ("command", "answer", "trouble"),
    [
        ("AUTHENTICATE", "{tag} NO [AUTHENTICATIONFAILED] no", Trouble.LOGIN_REFUSED),
        ("AUTHENTICATE", "{tag} NO [UNAVAILABLE] starting", Trouble.REFUSED),
        ("EXAMINE", "{tag} NO no such folder", Trouble.NO_FOLDER),
        ("EXAMINE", "* 1 EXISTS\r\n{tag} OK without a validity", Trouble.REFUSED),
        ("UID SEARCH", "{tag} BAD what", Trouble.REFUSED),
        ("UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE ((\r\n{tag} OK done", Trouble.REFUSED),
        ("UID FETCH", "* BYE tired", Trouble.LOST),
    ],
    ids=["a wrong password", "a server that starts", "no folder", "no UIDVALIDITY", "a refusal", "nonsense", "a farewell"],
)
async def test_what_a_server_refuses_is_named_and_tried_again(watch: Watch, command: str, answer: str, trouble: Trouble) -> None:
    peer = Peer(mails={1: mail(1)})
    peer.says[command] = [answer] if "BYE" not in answer else []
    watched = await watch(peer)
    await peer.until(lambda: len(watched.troubles) >= 2)
    assert watched.troubles[0] is trouble
    peer.says.clear()
    await watched.sink.until_count(1)


async def test_a_mail_that_the_server_cannot_give_keeps_no_other_and_is_registered(watch: Watch) -> None:
    peer = Peer(mails={number: mail(number) for number in (1, 2, 3)})
    peer.says["UID FETCH 1,2,3 (INTERNALDATE"] = ["{tag} NO the disk is broken"]
    peer.says["UID FETCH 2 (INTERNALDATE"] = ["{tag} NO the disk is broken"]
    peer.says["UID FETCH 2,3 (INTERNALDATE"] = ["{tag} NO the disk is broken"]
    watched = await watch(peer, limits=replace(LIMITS, refusals=3))
    await watched.sink.until_count(3)
    first, second, third = watched.sink.contents
    assert (first, third) == (mail(1), mail(3))
    assert second.startswith(f"{TOO_BIG}: {len(mail(2))}\r\n".encode())
    assert b"centre/7/2" in second
    assert watched.sink.repeats == 0


async def test_the_headers_of_a_big_mail_are_cut_too(watch: Watch) -> None:
    big = b"Subject: big\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\nbody"
    watched = await watch(Peer(mails={1: big}), limits=replace(LIMITS, biggest=1000))
    await watched.sink.until_count(1)
    [content] = watched.sink.contents
    assert content.startswith(f"{TOO_BIG}: {len(big)}\r\nSubject: big\r\n".encode())
    assert len(content) < 70_000


async def test_a_mailbox_with_very_many_mails_is_searched_in_parts(watch: Watch) -> None:
    peer = Peer(mails={120_001: mail(1), 120_005: mail(5)})
    peer.says["EXAMINE"] = ["* 60000 EXISTS", "* OK [UIDVALIDITY 7] valid", "* OK [UIDNEXT 120006] next", "{tag} OK done"]
    for parts in ("UID SEARCH UID 1:50000", "UID SEARCH UID 50001:100000"):
        peer.says[parts] = ["* SEARCH", "{tag} OK done"]
    watched = await watch(peer)
    await watched.sink.until_count(2)
    asked = [command for command in peer.heard if command.startswith("UID SEARCH")][:4]
    assert asked == [f"UID SEARCH UID {part}" for part in ("1:50000", "50001:100000", "100001:120005", "120006:*")]


async def test_what_the_page_shows_never_stops_a_mail(clock: MovableClock) -> None:
    peer, sink = Peer(mails={1: mail(1)}), FakeSink()
    server = await asyncio.start_server(peer.talk, "127.0.0.1", 0)

    async def tell(state: MailboxState) -> None:
        raise OSError("the database is restarting")

    mailbox = Mailbox(**{**GIVEN, "security": Security.NONE, "port": server.sockets[0].getsockname()[1]})
    task = asyncio.ensure_future(Watcher(mailbox, sink, clock=clock, limits=LIMITS, tell=tell).run())
    await sink.until_count(1)
    await _stop(task)
    server.close()


async def test_a_port_where_nobody_listens_is_tried_again(watch: Watch) -> None:
    peer = Peer()
    watched = await watch(peer, port=1)
    await peer.until(lambda: len(watched.troubles) >= 3)
    assert set(watched.troubles) == {Trouble.CLOSED}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"host": "mail.city.example", "security": Security.NONE}, "encrypted"),
        ({"user": ""}, "user and a password"),
        ({"password": ""}, "user and a password"),
        ({"name": "Почта"}, "named in Latin"),
        ({"move_to": "INBOX"}, "another one"),
        ({"folder": ""}, "needs a folder"),
    ],
    ids=["plain text to another machine", "no user", "no password", "a name", "moving onto itself", "no folder"],
)
def test_a_mailbox_that_must_not_or_cannot_be_read_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Mailbox(**{**GIVEN, **given})


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(Mailbox(**GIVEN))


def test_fetches_stay_within_the_limits_and_a_big_mail_goes_alone() -> None:
    batches = Batches(MailboxLimits(fetch_mails=3, fetch_bytes=100, biggest=1000))
    sizes = [10, 10, 10, 10, 95, 500, 5, 5000, 5]
    cut = list(batches.of([Listed(uid=uid, size=size) for uid, size in enumerate(sizes, 1)]))
    assert [[one.uid for one in batch] for batch in cut] == [[1, 2, 3], [4], [5], [6], [7, 8, 9]]


async def test_an_abandoned_call_keeps_nobody_waiting() -> None:
    aside, blocked = Aside("test"), asyncio.Event()
    loop = asyncio.get_running_loop()
    release = Event()
    call = asyncio.ensure_future(aside.call(lambda: (loop.call_soon_threadsafe(blocked.set), release.wait(10))))
    await blocked.wait()
    call.cancel()
    assert not await aside.end(0.05)
    release.set()
    assert await aside.end(5)


async def test_a_call_gives_what_it_gives_and_raises_what_it_raises() -> None:
    aside = Aside("test")
    assert await aside.call(lambda: 6 * 7) == 42
    with pytest.raises(ZeroDivisionError):
        await aside.call(lambda: 1 // 0)
    assert await aside.end(5)
