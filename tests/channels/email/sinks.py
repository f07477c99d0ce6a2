"""A core that takes mails into memory, as honest as the real one: a repeat has no effect, and the cursor moves with the mails."""

import asyncio
from collections.abc import Callable

from core.mail.port import RawMail


class FakeSink:
    """Implements core.mail.port.MailSink. ``refusals`` are raised one by one instead.

    ``repeats`` counts what came twice.
    """

    def __init__(self) -> None:
        self.taken: dict[tuple[str, int, int], RawMail] = {}
        self.cursors: dict[str, tuple[int, int]] = {}
        self.refusals: list[Exception] = []
        self.repeats = 0
        self.began_again: list[int] = []
        self.changed = asyncio.Condition()

    async def cursor(self, mailbox: str) -> tuple[int, int]:
        return self.cursors.get(mailbox, (0, 0))

    async def take(self, mails: list[RawMail]) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        for mail in mails:
            identity = (mail.mailbox, mail.uid_validity, mail.uid)
            self.repeats += identity in self.taken
            self.taken.setdefault(identity, mail)
            self.cursors[mail.mailbox] = (mail.uid_validity, mail.uid)
        async with self.changed:
            self.changed.notify_all()

    async def start_again(self, mailbox: str, uid_validity: int) -> None:
        self.began_again.append(uid_validity)
        self.cursors[mailbox] = (uid_validity, 0)

    @property
    def contents(self) -> list[bytes]:
        """Of all mails, in the order in which they were taken."""
        return [mail.content for mail in self.taken.values()]

    async def until(self, met: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until enough was taken."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(met), seconds)

    async def until_count(self, count: int, seconds: float = 20) -> None:
        """Wait until so many were taken."""
        await self.until(lambda: len(self.taken) >= count, seconds)
