"""Spans of the incoming mail: what is read, routed and answered is below the storing that brought it (ADR 0036)."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from app.watching.tracing import CARRIED, carried, span
from core.mail.port import MailSink, RawMail
from core.vocabulary import ChannelName

KEPT = 10_000
"""Mails of which it is known what brought them; the oldest is forgotten, and its trace begins with its reading."""


class MailTraces:
    """Which span each mail belongs below, as long as this process lives; knows nothing and costs nothing without a tracer."""

    def __init__(self) -> None:
        self._causes: OrderedDict[int, str] = OrderedDict()

    def note(self, mails: list[int]) -> None:
        """The present span is the cause of what becomes of these mails."""
        if cause := carried().get(CARRIED):
            self._causes.update(dict.fromkeys(mails, cause))
            while len(self._causes) > KEPT:
                self._causes.popitem(last=False)

    @contextmanager
    def step(self, name: str, mail_id: int) -> Iterator[None]:
        """One step of a mail, below what brought it; a mail that another process stored begins its trace here."""
        cause = self._causes.get(mail_id, "")
        with span(name, cause, channel=ChannelName.EMAIL):
            if not cause:
                self.note([mail_id])
            yield


class TracedSink:
    """Takes what a mailbox brought; the taking is a span."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink

    async def cursor(self, mailbox: str) -> tuple[int, int]:
        """See MailSink."""
        return await self._sink.cursor(mailbox)

    async def take(self, mails: list[RawMail]) -> None:
        """See MailSink. Mails that were fetched together are one trace."""
        with span("mail.store", channel=ChannelName.EMAIL):
            await self._sink.take(mails)

    async def start_again(self, mailbox: str, uid_validity: int) -> None:
        """See MailSink."""
        await self._sink.start_again(mailbox, uid_validity)
