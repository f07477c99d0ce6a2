"""A few connections to the outgoing server, kept while there is something to say (RFC 5321)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

from channels.email.options import Limits, Security, Server, is_loopback
from channels.email.refusals import FAILURES, LEAVING, delivery_error, is_tls_failure
from core.channels import DeliveryError
from core.logs import log

FAREWELL = 2.0
LIVELY = 5.0
"""Seconds for the answer to a QUIT and to a NOOP; a server that does not say goodbye is left anyhow."""


@dataclass(slots=True)
class Line:
    """One open connection: how many mails it took or refused, and when it was laid down."""

    smtp: SMTP
    mails: int = 0
    rested_at: float = 0.0
    timer: asyncio.TimerHandle | None = None

    @property
    def is_used(self) -> bool:
        """A connection that rested may have been closed at the other end without our knowing."""
        return self.mails > 0


class Pool:
    """Lends connections, at most ``limits.connections`` at once. Belongs to one event loop."""

    def __init__(self, server: Server, limits: Limits, *, hello: str) -> None:
        """``hello`` is how we name ourselves to the server."""
        self._server = server
        self._limits = limits
        self._hello = hello
        self._trust = server.trust()
        self._free = asyncio.Semaphore(limits.connections)
        self._resting: list[Line] = []
        self._is_closed = False

    @asynccontextmanager
    async def line(self, *, fresh: bool = False) -> AsyncIterator[Line]:
        """A connection that is ready for a mail; after a failure inside it is closed, else kept for the next one.

        ``fresh``: never one that was used before. Raises DeliveryError (temporary) when none can be opened.
        """
        async with self._free:
            line = None if fresh else await self._rested()
            if line is None:
                line = Line(smtp=await self._open())
            try:
                yield line
            except SMTPResponseException as refused:
                await self._after_refusal(line, refused)
                raise
            except BaseException:
                line.smtp.close()
                raise
            await self._lay_down(line)

    async def close(self) -> None:
        """Say goodbye on every connection that rests; those at work are closed when they come back."""
        self._is_closed = True
        while (line := self._woken()) is not None:
            await _quit(line)

    async def _rested(self) -> Line | None:
        while (line := self._woken()) is not None:
            if time.monotonic() - line.rested_at < self._limits.check_after and line.smtp.is_connected:
                return line
            try:
                await line.smtp.noop(timeout=LIVELY)
            except FAILURES:
                line.smtp.close()
            else:
                return line
        return None

    def _woken(self) -> Line | None:
        if not self._resting:
            return None
        line = self._resting.pop()
        if line.timer is not None:
            line.timer.cancel()
        return line

    async def _after_refusal(self, line: Line, refused: SMTPResponseException) -> None:
        """A refused mail says nothing against the connection, unless the server is leaving."""
        try:
            if refused.code == LEAVING:
                raise refused
            await line.smtp.rset()
        except FAILURES:
            line.smtp.close()
        else:
            await self._lay_down(line)

    async def _lay_down(self, line: Line) -> None:
        line.mails += 1
        if self._is_closed or line.mails >= self._limits.mails:
            await _quit(line)
            return
        line.rested_at = time.monotonic()
        line.timer = asyncio.get_running_loop().call_later(self._limits.rest, self._leave, line)
        self._resting.append(line)

    def _leave(self, line: Line) -> None:
        self._resting.remove(line)
        line.smtp.close()

    async def _open(self) -> SMTP:
        server = self._server
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=self._hello,
            use_tls=server.security is Security.TLS,
            start_tls=False,
            tls_context=None if server.security is Security.NONE else self._trust,
            timeout=self._limits.timeout,
        )
        try:
            await smtp.connect()
            await self._secure(smtp)
            await self._log_in(smtp)
        except BaseException as failure:
            smtp.close()
            if not isinstance(failure, FAILURES):
                raise
            self._complain(failure)
            raise delivery_error(failure) from failure
        return smtp

    async def _secure(self, smtp: SMTP) -> None:
        """Raises DeliveryError when the connection is not what was asked for; nothing was said on it yet."""
        await smtp.ehlo()
        if self._server.security is Security.NONE:
            peer = smtp.get_transport_info("peername")
            if not peer or not is_loopback(str(peer[0])):
                raise DeliveryError("the sandbox's mail server is not on this machine")
            return
        if self._server.security is Security.STARTTLS:
            if not smtp.supports_extension("starttls"):
                log.error("mail.no_tls", server=self._server.host)
                raise DeliveryError("the mail server offers no STARTTLS")
            await smtp.starttls()
            await smtp.ehlo()

    async def _log_in(self, smtp: SMTP) -> None:
        if not self._server.user:
            return
        if smtp.get_transport_info("sslcontext") is None:
            raise DeliveryError("a login is never sent in plain text")
        await smtp.login(self._server.user, self._server.password)

    def _complain(self, failure: BaseException) -> None:
        """A certificate or a password does not cure itself: somebody must be told at once."""
        if is_tls_failure(failure):
            log.error("mail.tls_failed", server=self._server.host)
        elif isinstance(failure, SMTPAuthenticationError):
            log.error("mail.login_refused", server=self._server.host, code=failure.code)
        elif type(failure) is SMTPException:
            log.error("mail.login_impossible", server=self._server.host)


async def _quit(line: Line) -> None:
    try:
        await line.smtp.quit(timeout=FAREWELL)
    except FAILURES:
        log.debug("mail.no_farewell")
    finally:
        line.smtp.close()
