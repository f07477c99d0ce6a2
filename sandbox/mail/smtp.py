"""The server that takes every letter, unless a failure was ordered."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction

from sandbox.mail.delivering import Envelope, deliver
from sandbox.mail.faults import FaultKind, Stage
from sandbox.mail.office import PostOffice
from sandbox.mail.settings import HOST, Settings

REFUSALS = {
    FaultKind.REFUSE: "550 5.1.1 No such mailbox (sandbox)",
    FaultKind.LATER: "451 4.3.0 Try again later (sandbox)",
    FaultKind.BUSY: "421 4.3.2 Too busy (sandbox)",
}
TAKEN = "250 2.0.0 Taken (sandbox)"
_REPORTING = re.compile(r"\s(ENVID|RET|NOTIFY|ORCPT)=(\S*)", re.IGNORECASE)
_HEX = re.compile(r"\+([0-9A-F]{2})")


class Counter:
    """aiosmtpd's handler: its methods have the names that the library looks for."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Transaction, hostname: str, lines: list[str]
    ) -> list[str]:
        """Reports are given as RFC 3461 says."""
        session.host_name = hostname
        return [lines[0], "250-DSN", *lines[1:]]

    async def handle_RCPT(self, server: SMTP, _session: Session, envelope: Transaction, address: str, options: list[str]) -> str:
        """An addressee is named."""
        fault = self._office.faults.strike(address, stage=Stage.ADDRESS)
        if fault is FaultKind.BUSY:
            asyncio.get_running_loop().call_soon(_hang_up, server)
        if fault is not None:
            return REFUSALS[fault]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Transaction) -> str:
        """The mail itself is here."""
        fault = self._office.faults.strike(*envelope.rcpt_tos, stage=Stage.CONTENT)
        if fault is not FaultKind.DROP:
            name = server.envelope_id if isinstance(server, _Server) else ""
            heading = Envelope(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), id=name)
            deliver(self._office, heading, envelope.original_content or b"")
        if fault is not None:
            _hang_up(server)
        return TAKEN


class _Server(SMTP):
    """The library knows no DSN (RFC 3461): its parameters are read, or passed over, before the library sees them."""

    envelope_id = ""

    async def smtp_MAIL(self, arg: str | None) -> None:
        asked = {name.upper(): value for name, value in _REPORTING.findall(arg or "")}
        self.envelope_id = _HEX.sub(lambda found: chr(int(found[1], 16)), asked.get("ENVID", ""))
        await super().smtp_MAIL(None if arg is None else _REPORTING.sub("", arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        await super().smtp_RCPT(None if arg is None else _REPORTING.sub("", arg))


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


@asynccontextmanager
async def taking_mail(office: PostOffice, settings: Settings) -> AsyncIterator[int]:
    """Serve; gives the port. Raises OSError when it is taken."""
    loop = asyncio.get_running_loop()
    sessions: WeakSet[SMTP] = WeakSet()

    def session() -> SMTP:
        made = _Server(Counter(office), hostname=HOST, data_size_limit=settings.biggest, enable_SMTPUTF8=True, loop=loop)
        sessions.add(made)
        return made

    server = await loop.create_server(session, settings.smtp_host, settings.smtp_port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for made in sessions:
            _hang_up(made)
