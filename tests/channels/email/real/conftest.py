"""The real mail servers of this run, and watchers of mailboxes on them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from channels.email.mailbox import MailboxState, Watcher
from channels.email.options import Mailbox, MailboxLimits, Security
from tests.channels.email.sinks import FakeSink
from tests.clocks import MovableClock
from tests.mail_servers.configuration import PASSWORD
from tests.mail_servers.fixture import mail_servers
from tests.mail_servers.servers import MailServers

__all__ = ["mail_servers"]

_NUMBERS = count(1)


@pytest.fixture
def box(mail_servers: MailServers) -> str:
    """The name of a mailbox that no other test uses."""
    return f"box-{next(_NUMBERS)}"


class Watched:
    """A watcher at work: what it took, and each state that it told."""

    def __init__(self, watcher: Watcher, sink: FakeSink, states: list[MailboxState], changed: asyncio.Condition) -> None:
        self.watcher, self.sink, self.states, self._changed = watcher, sink, states, changed
        self.task = asyncio.ensure_future(watcher.run())

    async def until_state(self, met: Callable[[MailboxState], bool], seconds: float = 20) -> None:
        """Wait until it told such a state, the last one or an earlier one."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: any(met(state) for state in self.states)), seconds)

    async def stop(self) -> None:
        """As the process does at its end."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


Watch = Callable[..., Watched]


def mailbox_of(servers: MailServers, box: str, **given: Any) -> Mailbox:
    """How it is reached, with TLS from the first byte."""
    options = {"security": Security.TLS, "host": "localhost", "user": box, "password": PASSWORD, "authorities": servers.trusted}
    options |= given
    port = servers.ports["imaps" if options["security"] is Security.TLS else "imap"]
    return Mailbox(**{"name": box, "port": port, **options})


@pytest.fixture
async def watch(mail_servers: MailServers, clock: MovableClock) -> AsyncIterator[Watch]:
    """``watch(box, sink=..., limits=..., held=..., **mailbox)``: watches until the test ends."""
    watched: list[Watched] = []

    def start(box: str, *, sink: Any = None, limits: MailboxLimits | None = None, held: Any = None, **given: Any) -> Watched:
        states: list[MailboxState] = []
        changed = asyncio.Condition()

        async def tell(state: MailboxState) -> None:
            states.append(state)
            async with changed:
                changed.notify_all()

        sink = sink or FakeSink()
        mailbox = mailbox_of(mail_servers, box, **given)
        watcher = Watcher(mailbox, sink, clock=clock, limits=limits, held=held, tell=tell)
        watched.append(Watched(watcher, sink, states, changed))
        return watched[-1]

    yield start
    for one in watched:
        await one.stop()


def letter(number: int | str, text: str = "Здравствуйте!") -> bytes:
    """A small mail that says which one it is."""
    return (
        f"From: Zarina <zarina@example.org>\r\nTo: centre@city.example\r\nSubject: letter {number}\r\n"
        f"Message-ID: <{number}@example.org>\r\nDate: Wed, 25 Nov 2026 12:00:00 +0300\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{text}\r\n"
    ).encode()


def subjects(sink: FakeSink) -> list[str]:
    """Of all that was taken."""
    lines = [line for content in sink.contents for line in content.splitlines() if line.startswith(b"Subject: ")]
    return [line.removeprefix(b"Subject: ").decode() for line in lines]
