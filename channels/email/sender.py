"""Handing a mail to the server: the envelope, and what is known at each step (RFC 5321, delivery reports by RFC 3461)."""

from dataclasses import dataclass, field

from aiosmtplib import SMTP, SMTPRecipientRefused, SMTPResponseException, SMTPServerDisconnected

from channels.email.composing import Mail
from channels.email.options import Limits
from channels.email.pool import Pool
from channels.email.refusals import FAILURES, LEAVING, delivery_error
from core.channels import DeliveryError
from core.logs import log

_PLAIN_XTEXT = frozenset(range(0x21, 0x7F)) - set(b"+=")


@dataclass(slots=True)
class _Progress:
    """How far a try came. ``handed_over``: the mail itself was on the line."""

    was_used: bool = False
    handed_over: bool = False
    refused: list[SMTPRecipientRefused] = field(default_factory=list)


class MailSender:
    """Sends mails over a pool."""

    def __init__(self, pool: Pool, limits: Limits) -> None:
        self._pool = pool
        self._limits = limits

    async def send(self, mail: Mail) -> None:
        """Raises DeliveryError; a copy that was refused is only logged.

        A connection that rested may be gone without our knowing: when the server left before it heard of the mail, a fresh one is
        tried at once.
        """
        progress = _Progress()
        try:
            await self._try(mail, progress, fresh=False)
        except FAILURES as failure:
            if not (progress.was_used and not progress.handed_over and _has_left(failure)):
                raise delivery_error(failure, handed_over=progress.handed_over) from failure
            await self._try_afresh(mail)

    async def _try_afresh(self, mail: Mail) -> None:
        progress = _Progress()
        try:
            await self._try(mail, progress, fresh=True)
        except FAILURES as failure:
            raise delivery_error(failure, handed_over=progress.handed_over) from failure

    async def _try(self, mail: Mail, progress: _Progress, *, fresh: bool) -> None:
        async with self._pool.line(fresh=fresh) as line:
            progress.was_used = line.is_used
            await self._envelope(line.smtp, mail, progress)
            progress.handed_over = True
            await line.smtp.data(mail.content, timeout=self._limits.timeout + len(mail.content) / self._limits.slowest)
        for refused in progress.refused:
            log.warning("mail.copy_refused", delivery=mail.delivery, code=refused.code)

    async def _envelope(self, smtp: SMTP, mail: Mail, progress: _Progress) -> None:
        reports = smtp.supports_extension("dsn")
        options = [f"SIZE={len(mail.content)}"] if smtp.supports_extension("size") else []
        if mail.needs_smtputf8:
            if not smtp.supports_extension("smtputf8"):
                raise DeliveryError("the mail server takes no such address (SMTPUTF8)", permanent=True)
            options.append("SMTPUTF8")
        if reports:
            options += ["RET=HDRS", f"ENVID={_xtext(mail.envelope_id)}"]
        await smtp.mail(mail.sender, options=options, encoding=_encoding(mail))
        await self._recipient(smtp, mail, mail.to, reports=reports)
        for copy in mail.cc:
            try:
                await self._recipient(smtp, mail, copy, reports=reports)
            except SMTPRecipientRefused as refused:
                if refused.code == LEAVING:
                    raise
                progress.refused.append(refused)

    async def _recipient(self, smtp: SMTP, mail: Mail, address: str, *, reports: bool) -> None:
        options = ["NOTIFY=FAILURE,DELAY"] if reports else []
        if reports and address.isascii():
            options.append(f"ORCPT=rfc822;{_xtext(address)}")
        await smtp.rcpt(address, options=options, encoding=_encoding(mail))


def _has_left(failure: BaseException) -> bool:
    return isinstance(failure, SMTPServerDisconnected) or (isinstance(failure, SMTPResponseException) and failure.code == LEAVING)


def _encoding(mail: Mail) -> str:
    return "utf-8" if mail.needs_smtputf8 else "ascii"


def _xtext(words: str) -> str:
    """RFC 3461, 4: everything else as ``+`` and two hexadecimal digits."""
    return "".join(chr(byte) if byte in _PLAIN_XTEXT else f"+{byte:02X}" for byte in words.encode("ascii"))
