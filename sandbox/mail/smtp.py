"""The server that takes every letter, unless a failure was ordered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail.faults import FaultKind
from sandbox.mail.office import PostOffice
from sandbox.mail.settings import Settings

REFUSALS = {
    FaultKind.REFUSE: "550 5.1.1 No such mailbox (sandbox)",
    FaultKind.LATER: "451 4.3.0 Try again later (sandbox)",
    FaultKind.BUSY: "421 4.3.2 Too busy (sandbox)",
}
TAKEN = "250 2.0.0 Taken (sandbox)"


class Counter:
    """aiosmtpd's handler: its methods have the names that the library looks for."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def handle_RCPT(self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """An addressee is named."""
        fault = self._office.faults.strike(address, at_address=True)
        if fault is FaultKind.BUSY:
            asyncio.get_running_loop().call_soon(_hang_up, server)
        if fault is not None:
            return REFUSALS[fault]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The mail itself is here."""
        fault = self._office.faults.strike(*envelope.rcpt_tos, at_address=False)
        content = envelope.original_content or b""
        if fault is not FaultKind.DROP:
            self._office.take(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        if fault is not None:
            _hang_up(server)
        return TAKEN


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


@asynccontextmanager
async def taking_mail(office: PostOffice, settings: Settings) -> AsyncIterator[int]:
    """Serve; gives the port. Raises OSError when it is taken."""
    loop = asyncio.get_running_loop()
    sessions: WeakSet[SMTP] = WeakSet()

    def session() -> SMTP:
        made = SMTP(Counter(office), hostname="sandbox.example", data_size_limit=settings.biggest, enable_SMTPUTF8=True, loop=loop)
        sessions.add(made)
        return made

    server = await loop.create_server(session, settings.smtp_host, settings.smtp_port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for made in sessions:
            _hang_up(made)
