"""The incoming mail, wired by hand, and its process: one watcher for each mailbox, and one carrier for what they bring."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from app.assembly import House
from app.scanning import scanner_at
from app.settings import EmailSettings, MailboxSettings
from app.watching.mails import MailTraces, TracedSink
from channels.email.mailbox import MailboxState, Phase, Watcher
from channels.email.options import Mailbox, Security
from channels.email.reading.kinds import Own
from channels.email.reading.reader import Reader, ReaderLimits, Us
from channels.email.tokens import Tokens
from core.logs import log
from core.mail.carrying import READ_AT_ONCE, MailCarrier
from core.mail.desk import MailDesk
from core.mail.port import MailReader
from core.mail.storing import MailStore
from db.locks import NamedLocks

LOOK_EVERY = 1.0
"""Seconds between looks for mails whose next try has come, or that a crash left behind."""
NAME_LIMIT = 40
_NO_NAME = re.compile(r"[^a-z0-9]+")


def mailboxes_of(part: MailboxSettings) -> list[Mailbox]:
    """The mailboxes that are set up; each is named after its user. Raises ValueError for what must never run."""
    if not part.imap_host:
        return []
    found = [
        Mailbox(
            name=_NO_NAME.sub("-", user.lower()).strip("-")[:NAME_LIMIT],
            host=part.imap_host,
            port=part.imap_port,
            user=user,
            password=password,
            security=Security(part.imap_tls),
            folder=part.imap_folder,
            move_to=part.imap_move_to,
            authorities=part.imap_ca_file,
        )
        for user, password in zip(part.users, part.passwords, strict=True)
    ]
    if len({one.name for one in found}) < len(found):
        raise ValueError("IMAP_USER names two mailboxes that are alike in letters and digits: they would share one cursor")
    return found


async def run_mail(house: House, mailboxes: Sequence[Mailbox], stopping: asyncio.Event) -> None:
    """Watch and carry until told to stop; a mail that was being carried is taken up again by whoever comes next."""
    came, traces = asyncio.Event(), MailTraces()

    def on_stored(mails: list[int]) -> None:
        traces.note(mails)
        came.set()

    store = TracedSink(MailStore(transactions=house.transactions, clock=house.clock, on_stored=on_stored))
    async with _locks(house.url) as locks, open_reader(house.settings.email, house.settings.mailbox) as reader:
        carrier = MailCarrier(
            transactions=house.transactions,
            clock=house.clock,
            locks=locks,
            reader=reader,
            router=house.office.mail_router,
            stepping=traces.step,
        )
        watchers = [
            Watcher(mailbox, store, clock=house.clock, held=_lock_of(locks, mailbox), tell=_teller(house.office.mail))
            for mailbox in mailboxes
        ]
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(watcher.run()) for watcher in watchers]
            working.append(tasks.create_task(_carry_forever(carrier, came)))
            log.info("mail.ready", mailboxes=len(mailboxes))
            await stopping.wait()
            for task in working:
                task.cancel()


@asynccontextmanager
async def open_reader(email: EmailSettings, part: MailboxSettings) -> AsyncIterator[MailReader]:
    """The reader in its limited processes. Without MAIL_SECRET no token is believed."""
    addresses = frozenset(one.lower() for one in (email.mail_from, *part.users) if "@" in one)
    own = Own(addresses=addresses, domain=email.mail_from.rpartition("@")[2].lower())
    tokens = None if email.mail_secret is None else Tokens(email.mail_secret.get_secret_value())
    limits = ReaderLimits(processes=READ_AT_ONCE)
    reader = Reader(Us(own=own, authority=part.mail_authority), tokens=tokens, limits=limits, scanner=scanner_at(part.clamd))
    try:
        yield reader
    finally:
        await reader.close()


@asynccontextmanager
async def _locks(url: str) -> AsyncIterator[NamedLocks]:
    locks = NamedLocks(url)
    try:
        yield locks
    finally:
        await locks.close()


def _lock_of(locks: NamedLocks, mailbox: Mailbox) -> Callable[[], AbstractAsyncContextManager[bool]]:
    """One watcher among all processes."""
    return lambda: locks.hold_if_free(f"mailbox:{mailbox.name}")


def _teller(desk: MailDesk) -> Callable[[MailboxState], Awaitable[None]]:
    """Keeps what a watcher tells where the duty page reads it; a replica that only stands by has nothing to tell."""

    async def tell(state: MailboxState) -> None:
        if state.phase is not Phase.STANDBY:
            trouble = state.trouble.value if state.trouble else ""
            await desk.note_mailbox(state.name, state.phase.value, state.since, trouble=trouble, trouble_at=state.trouble_at)

    return tell


async def _carry_forever(carrier: MailCarrier, came: asyncio.Event) -> None:
    """Carry at once what was stored, and from time to time what waits for its next try."""
    while True:
        try:
            came.clear()
            await carrier.carry()
        except Exception:  # noqa: BLE001  # the outermost loop: the database may be restarting
            log.exception("mail.carry_failed")
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await came.wait()
        except TimeoutError:
            continue
