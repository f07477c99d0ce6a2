"""From Postfix taking a mail to the core's sink having it, and to the inbox being told: seconds, beside the goal of one second.

Dovecot itself waits about half a second before it tells (it watches the folder, and gathers what comes together). Needs Debian's
Postfix and Dovecot and root, as the tests do (.ci/system-packages).
"""

import asyncio
import statistics
import time

from bench.mail_arrivals import inbox_pushes
from bench.telling import Line, percentile, tell
from channels.email.mailbox import Watcher
from channels.email.options import Mailbox
from core.clock import SystemClock
from core.mail.port import RawMail
from tests.mail_servers.configuration import PASSWORD
from tests.mail_servers.servers import MailServers, address, why_not

BOX = "box-bench"
MAILS, BACKLOG, QUICK_BACKLOG = 20, 300, 50
GOAL = 1.0
"""Seconds; issue 4."""
WAIT = 60.0


class Arrivals:
    """Implements core.mail.port.MailSink in memory: when each mail was there, by its subject."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self._last = (0, 0)
        self._changed = asyncio.Condition()

    async def cursor(self, mailbox: str) -> tuple[int, int]:
        """How far it came."""
        return self._last

    async def take(self, mails: list[RawMail]) -> None:
        """Note the time."""
        now = time.perf_counter()
        for mail in mails:
            subject = mail.content.partition(b"\r\nSubject: ")[2].partition(b"\r\n")[0].decode()
            self.at[subject] = now
            self._last = (mail.uid_validity, mail.uid)
        async with self._changed:
            self._changed.notify_all()

    async def start_again(self, mailbox: str, uid_validity: int) -> None:
        """From the beginning."""
        self._last = (uid_validity, 0)

    async def until(self, count: int) -> None:
        """Wait until so many are there."""
        async with self._changed, asyncio.timeout(WAIT):
            await self._changed.wait_for(lambda: len(self.at) >= count)


def _letter(subject: str) -> bytes:
    return f"From: zarina@example.org\r\nTo: {address(BOX)}\r\nSubject: {subject}\r\n\r\nhello\r\n".encode()


async def _pushes(servers: MailServers, arrivals: Arrivals) -> list[float]:
    """Seconds of each mail, one after another."""
    took = []
    for number in range(MAILS):
        subject = f"push-{number}"
        await asyncio.to_thread(servers.post, address(BOX), _letter(subject))
        posted = time.perf_counter()
        await arrivals.until(number + 1)
        took.append(max(0.0, arrivals.at[subject] - posted))
    return took


async def _measure(servers: MailServers, backlog: int) -> tuple[list[float], float]:
    mailbox = Mailbox(
        name=BOX, host="localhost", port=servers.ports["imaps"], user=BOX, password=PASSWORD, authorities=servers.trusted
    )
    arrivals = Arrivals()
    task = asyncio.ensure_future(Watcher(mailbox, arrivals, clock=SystemClock()).run())
    try:
        took = await _pushes(servers, arrivals)
        began = time.perf_counter()
        await asyncio.to_thread(servers.post_many, address(BOX), [_letter(f"many-{number}") for number in range(backlog)])
        await arrivals.until(MAILS + backlog)
        return took, backlog / (time.perf_counter() - began)
    finally:
        task.cancel()
        await asyncio.wait([task])


def main(argv: list[str]) -> int:
    """Measure and tell; where the servers cannot run, say so."""
    reason = why_not()
    if reason:
        print(f"mailbox: {reason}")
        return 0
    servers = MailServers()
    try:
        servers.start()
        took, rate = asyncio.run(_measure(servers, QUICK_BACKLOG if "--quick" in argv else BACKLOG))
        shown = inbox_pushes(servers)
    finally:
        servers.stop()
    p95 = percentile(shown, 0.95)
    lines = [
        Line(name="a mail pushed to the sink, median", figure=f"{statistics.median(took):.2f} s"),
        Line(name="the slowest of them", figure=f"{max(took):.2f} s"),
        Line(name=f"mails of a burst, SMTP to sink, of {len(took)} and more", figure=f"{rate:.0f} /s"),
        Line(name="a mail pushed to the sink, p95", figure=f"{percentile(took, 0.95):.2f} s"),
        Line(name="a mail shown in the inbox, median", figure=f"{statistics.median(shown):.2f} s"),
        Line(name="a mail shown in the inbox, p95", figure=f"{p95:.2f} s", goal=f"<= {GOAL:.0f} s", ok=p95 <= GOAL),
    ]
    return tell("mailbox", lines)
