"""Watching a mailbox: every mail is given to the core once it is there, and its place is kept by the core alone.

Nothing is deleted, and nothing is marked as seen. The cursor moves with the commit of the raw mails, so whatever stops in between,
the same mails come again and have no effect; what is moved to another folder is moved after that.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from channels.email.aside import Aside
from channels.email.mailbox_batches import Batches
from channels.email.mailbox_session import Listed, Session
from channels.email.mailbox_trouble import LASTING, MailboxFailed, Trouble
from channels.email.options import Mailbox, MailboxLimits
from core.clock import Clock
from core.logs import log
from core.mail.port import MailSink, RawMail

PATIENCE = 1.5
"""Seconds that a stop waits for the thread; a call that cannot be ended (a name server's silence) is left to itself."""


class Phase(StrEnum):
    """``standby``: another replica watches this mailbox; ``failed``: it is tried again shortly."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    STANDBY = "standby"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """What the duty page shows of a mailbox. ``since``: when this phase began; ``trouble``: the last one, with its time."""

    name: str
    phase: Phase
    since: datetime
    last_mail_at: datetime | None = None
    trouble: Trouble | None = None
    trouble_at: datetime | None = None


Held = Callable[[], AbstractAsyncContextManager[bool]]
"""The lock of this mailbox among replicas, for as long as the block lasts; gives whether it is ours."""
Tell = Callable[[MailboxState], Awaitable[None]]


class Watcher:
    """Watches one mailbox. ``state`` is what it is like now."""

    def __init__(
        self,
        mailbox: Mailbox,
        sink: MailSink,
        *,
        clock: Clock,
        limits: MailboxLimits | None = None,
        held: Held | None = None,
        tell: Tell | None = None,
    ) -> None:
        """``tell`` is awaited at each change of phase, and while connected at least every ``limits.renew`` seconds.

        What it raises is logged. Raises OSError when the authorities cannot be read.
        """
        self._mailbox = mailbox
        self._sink = sink
        self._clock = clock
        self._limits = limits or MailboxLimits()
        self._held = held or _always
        self._tell = tell
        self._trust = mailbox.trust()
        self._batches = Batches(self._limits)
        self._wait = self._limits.first_wait
        self.state = MailboxState(name=mailbox.name, phase=Phase.CONNECTING, since=clock.now())

    async def run(self) -> None:
        """Watch until cancelled; ends within two seconds then."""
        aside = Aside(f"mailbox-{self._mailbox.name}")
        try:
            while True:
                await asyncio.sleep(await self._turn(aside))
        finally:
            if not await aside.end(PATIENCE):
                log.warning("mailbox.thread_left", mailbox=self._mailbox.name)

    async def _turn(self, aside: Aside) -> float:
        """One connection from beginning to end; gives the seconds until the next one."""
        started = asyncio.get_running_loop().time()
        try:
            async with self._held() as is_ours:
                if not is_ours:
                    await self._enter(Phase.STANDBY)
                    return self._limits.standby
                await self._attend(aside)
        except MailboxFailed as failure:
            trouble = failure.trouble
        except Exception:  # noqa: BLE001  the outermost loop: the database may be restarting
            log.exception("mailbox.not_stored", mailbox=self._mailbox.name)
            trouble = Trouble.NOT_STORED
        else:
            self._wait = self._limits.first_wait
            return 0.0
        if asyncio.get_running_loop().time() - started >= self._limits.steady:
            self._wait = self._limits.first_wait
        return await self._failed(trouble)

    async def _failed(self, trouble: Trouble) -> float:
        longest = self._limits.closed_wait if trouble is Trouble.CLOSED else self._limits.longest_wait
        wait = longest if trouble is Trouble.LOGIN_REFUSED else min(self._wait, longest)
        self._wait = min(self._wait * 2, self._limits.longest_wait)
        say = log.error if trouble in LASTING else log.warning
        say("mailbox.failed", mailbox=self._mailbox.name, why=trouble.value, wait=wait)
        self.state = replace(self.state, trouble=trouble, trouble_at=self._clock.now())
        await self._enter(Phase.FAILED)
        return wait

    async def _attend(self, aside: Aside) -> None:
        session = Session(self._mailbox, self._limits, self._trust)
        try:
            await self._enter(Phase.CONNECTING)
            await aside.call(session.open)
            await self._serve(aside, session)
        finally:
            session.abort()
            aside.leave(session.close)

    async def _serve(self, aside: Aside, session: Session) -> None:
        """Bring what is there, then wait for more, until this connection is old."""
        until = asyncio.get_running_loop().time() + self._limits.session
        last = await self._cursor(session)
        await aside.call(lambda: session.move(session.left_behind(last)))
        last = await self._bring(aside, session, last)
        await self._enter(Phase.CONNECTED)
        if not session.can_idle:
            log.info("mailbox.polled", mailbox=self._mailbox.name)
        while asyncio.get_running_loop().time() < until:
            if session.can_idle:
                await aside.call(session.wait)
            else:
                await asyncio.sleep(self._limits.poll)
            before, last = last, await self._bring(aside, session, last)
            if last == before:
                # Silence may also mean that the folder was deleted; and who always tells, but nothing new, must not keep us busy.
                await asyncio.sleep(self._limits.first_wait)
                await aside.call(session.select)
                last = await self._bring(aside, session, last)
            await self._told()

    async def _cursor(self, session: Session) -> int:
        known, last = await self._sink.cursor(self._mailbox.name)
        if known == session.uid_validity:
            return last
        if known:
            log.warning("mailbox.made_anew", mailbox=self._mailbox.name)
            await self._sink.start_again(self._mailbox.name, session.uid_validity)
        self._batches.start_again()
        return 0

    async def _bring(self, aside: Aside, session: Session, last: int) -> int:
        """Everything after this UID; gives the last one that is stored."""
        for batch in self._batches.of(await aside.call(partial(session.list_after, last))):
            mails = await self._fetch(aside, session, batch)
            if mails:
                await self._sink.take(mails)
                log.info("mailbox.took", mailbox=self._mailbox.name, count=len(mails), last=mails[-1].uid)
                self._batches.was_taken(batch)
                await aside.call(partial(session.move, [mail.uid for mail in mails]))
                self.state = replace(self.state, last_mail_at=self._clock.now())
            last = batch[-1].uid
        return last

    async def _fetch(self, aside: Aside, session: Session, batch: list[Listed]) -> list[RawMail]:
        if self._batches.is_hopeless(batch):
            log.error("mailbox.not_given", mailbox=self._mailbox.name, uid=batch[0].uid)
            return [session.without_content(batch[0], self._clock.now())]
        try:
            return await aside.call(partial(session.fetch, batch))
        except MailboxFailed as failure:
            if failure.trouble in (Trouble.REFUSED, Trouble.LOST):
                self._batches.was_refused(batch)
            raise

    async def _enter(self, phase: Phase) -> None:
        if phase is self.state.phase:
            return
        if phase is Phase.CONNECTED:
            log.info("mailbox.connected", mailbox=self._mailbox.name)
        self.state = replace(self.state, phase=phase, since=self._clock.now())
        if phase is not Phase.STANDBY:  # the replica that watches tells what it is like
            await self._told()

    async def _told(self) -> None:
        if self._tell is None:
            return
        try:
            await self._tell(self.state)
        except Exception:  # noqa: BLE001  mails matter more than what is shown of their mailbox
            log.exception("mailbox.state_not_told", mailbox=self._mailbox.name)


@asynccontextmanager
async def _always() -> AsyncIterator[bool]:
    yield True
