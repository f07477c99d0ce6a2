"""The channel's sending beside a bare aiosmtplib loop, each over one kept connection to the same server, mail by mail in turn.

Ours makes the mail (two looks, headers, tokens), keeps the envelope's promises (ENVID, NOTIFY) and looks after the connection; the
bare loop hands over the same bytes each time, from the same addresses, as a new one costs Postfix a look. With Debian's Postfix
where it is (TLS and a login), else with aiosmtpd in a process of its own.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiosmtplib import SMTP

from bench.house import free_port
from bench.telling import Line, tell
from channels.email.channel import EmailChannel
from channels.email.composing import Composer
from channels.email.letter import read_letter
from channels.email.options import CentreAddress, Limits, Security, Server
from channels.email.tokens import Tokens
from core.channels import Outbound
from core.clock import SystemClock
from tests.mail_servers.configuration import PASSWORD
from tests.mail_servers.servers import MailServers, address, why_not

GOAL = 0.7
WARM_UP, MAILS, QUICK_MAILS = 20, 400, 100
USER, TO = "centre-bench", "box-bench"
CENTRE = CentreAddress(address=address(USER), name="Centre")
TEXT = "Hello!\n\nYour appeal was looked into. The road is repaired by the end of the month.\n\n" * 3
PLAIN_SERVER = (
    "import sys, time; from aiosmtpd.controller import Controller; from aiosmtpd.handlers import Sink;"
    " Controller(Sink(), hostname='127.0.0.1', port=int(sys.argv[1])).start(); print('ready', flush=True); time.sleep(3600)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One of the two sides; ``send`` sends the mail with this number."""

    send: Callable[[int], Awaitable[object]]
    took: list[float]


def outbound(number: int) -> Outbound:
    """A reply such as an operator writes."""
    content = {"subject": "Your appeal", "text": TEXT, "kind": "reply", "reply_to": f"appeal:{number}"}
    return Outbound(delivery_id=number, message_id=None, recipient=address(TO), content=content)


@contextmanager
def server() -> Iterator[tuple[str, Server]]:
    """Its name and how it is reached."""
    if not why_not():
        servers = MailServers()
        try:
            servers.start()
            port, trusted = servers.ports["submission"], servers.trusted
            yield "Postfix", Server(host="localhost", port=port, user=USER, password=PASSWORD, authorities=trusted)
        finally:
            servers.stop()
        return
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", PLAIN_SERVER, str(port)], stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            child.stdout.readline()
            yield "aiosmtpd", Server(host="127.0.0.1", port=port, security=Security.NONE)
        finally:
            child.terminate()


@asynccontextmanager
async def bare(reached: Server) -> AsyncIterator[Arm]:
    """The library alone."""
    is_encrypted = reached.security is not Security.NONE
    smtp = SMTP(
        hostname=reached.host,
        port=reached.port,
        start_tls=is_encrypted,
        tls_context=reached.trust() if is_encrypted else None,
        username=reached.user or None,
        password=reached.password or None,
    )
    tokens = Tokens("bench")
    content = Composer(centre=CENTRE, tokens=tokens).compose(read_letter(outbound(1)), 1, SystemClock().now()).content
    async with smtp:
        yield Arm(send=lambda number: smtp.sendmail(CENTRE.detailed(tokens.seal("b", number)), [address(TO)], content), took=[])


@asynccontextmanager
async def ours(reached: Server) -> AsyncIterator[Arm]:
    """The channel with one connection."""

    async def no_file(key: str) -> bytes:
        raise KeyError(key)

    composer, limits = Composer(centre=CENTRE, tokens=Tokens("bench")), Limits(connections=1)
    channel = EmailChannel(reached, composer, load_file=no_file, clock=SystemClock(), limits=limits)
    try:
        yield Arm(send=lambda number: channel.send(outbound(number)), took=[])
    finally:
        await channel.close()


async def _measure(reached: Server, mails: int) -> tuple[float, float]:
    """Mails a second of the bare loop and of ours, by the median of a mail."""
    async with bare(reached) as theirs, ours(reached) as mine:
        for number in range(1, WARM_UP + mails + 1):
            for arm in (theirs, mine) if number % 2 else (mine, theirs):
                began = time.perf_counter()
                await arm.send(number)
                arm.took.append(time.perf_counter() - began)
        return 1 / statistics.median(theirs.took[WARM_UP:]), 1 / statistics.median(mine.took[WARM_UP:])


def sending(*, quick: bool) -> list[Line]:
    """The figures, the judged one last."""
    with server() as (name, reached):
        theirs, mine = asyncio.run(_measure(reached, QUICK_MAILS if quick else MAILS))
    ratio = mine / theirs
    return [
        Line(name=f"mails sent to {name}, bare aiosmtplib", figure=f"{theirs:.0f} /s"),
        Line(name=f"mails sent to {name}, ours", figure=f"{mine:.0f} /s"),
        Line(name="ours beside the bare loop", figure=f"{ratio:.2f}", goal=f">= {GOAL}", ok=ratio >= GOAL),
    ]


def main(argv: list[str]) -> int:
    """Measure and tell."""
    return tell("mail_sending", sending(quick="--quick" in argv))
