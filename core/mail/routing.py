"""Where each mail goes: one way for each kind, slow work first, then everything in the transaction that marks it as routed."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.conversations.answering import Librarian
from core.mail.addresses import note_life
from core.mail.citizens import Came, Citizens
from core.mail.departments import Departments, read_answer
from core.mail.judging import Judged, judge
from core.mail.keeping import content_of, parts_of, read_of
from core.mail.model import Mail
from core.mail.port import MailKind, ReadMail
from core.mail.reports import Reports
from core.mail.threads import Thread, find_thread, official_of
from core.mail.vocabulary import MailState, Place
from db.transactions import Transactions

REPORTS = frozenset({MailKind.BOUNCE, MailKind.DELAY, MailKind.DELIVERED})
MACHINES = frozenset({MailKind.AUTO, MailKind.LIST, MailKind.OWN})
"""Kept and shown, never answered, and no conversation begins with them."""


class Router:
    """Routes one mail; a mail that is routed already stays as it is."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        librarian: Librarian,
        reports: Reports,
        departments: Departments,
        citizens: Citizens,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._librarian = librarian
        self._reports = reports
        self._departments = departments
        self._citizens = citizens

    async def route(self, mail_id: int) -> None:
        """Raises what goes wrong: the mail then stays as it was, and is taken up again."""
        async with self._transactions.begin() as tx:
            mail = await tx.get_one(Mail, mail_id)
            if mail.state != MailState.READ:
                return
            read = read_of(mail)
            thread = await find_thread(tx, read, read.author.address)
            official = await official_of(tx, read.author.address)
        if read.kind in REPORTS:
            await self._report(mail_id, read)
        elif read.kind in MACHINES:
            await self._aside(mail_id, thread)
        elif thread.request is not None and read.kind is MailKind.HUMAN:
            await self._department(mail_id, read, thread)
        else:
            await self._citizen(mail_id, read, official)

    async def route_as_human(self, mail_id: int) -> None:
        """An operator says that a mail that was put aside is a person's."""
        async with self._transactions.begin() as tx:
            read = read_of(await tx.get_one(Mail, mail_id))
            official = await official_of(tx, read.author.address)
        await self._citizen(mail_id, read, official, again=True)

    async def _report(self, mail_id: int, read: ReadMail) -> None:
        async with self._transactions.begin() as tx:
            mail = await self._mine(tx, mail_id)
            if mail is not None:
                await self._reports.receive(tx, mail, read, self._clock.now())

    async def _aside(self, mail_id: int, thread: Thread) -> None:
        """A machine's mail is shown where it belongs, and does nothing there."""
        async with self._transactions.begin() as tx:
            mail = await self._mine(tx, mail_id)
            if mail is not None:
                mail.came_to = Place.ASIDE
                mail.request_id = thread.request.id if thread.request else None
                mail.appeal_id = thread.appeal.id if thread.appeal else None

    async def _department(self, mail_id: int, read: ReadMail, thread: Thread) -> None:
        async with self._transactions.begin() as tx:
            mail = await tx.get_one(Mail, mail_id)
            parts = [(part, await content_of(tx, part)) for part in await parts_of(tx, mail_id)]
        if thread.request is None:
            raise ValueError("a department's mail answers a request")
        answer = await read_answer(parts, mail, thread.request, self._clock.today())
        async with self._transactions.begin() as tx:
            again = await self._mine(tx, mail_id)
            if again is not None:
                await note_life(tx, read.author.address)
                await self._departments.receive(tx, again, read, thread, answer, self._clock.now())

    async def _citizen(self, mail_id: int, read: ReadMail, official: str | None, *, again: bool = False) -> None:
        is_read = read.kind is not MailKind.UNREAD
        judged = (
            await judge(read, self._librarian, official=official)
            if is_read
            else Judged(writer=read.author, words=read.reading, subject=read.subject)
        )
        async with self._transactions.begin() as tx:
            mail = await self._mine(tx, mail_id, again=again)
            if mail is None:
                return
            if not judged.writer.address:
                mail.came_to, mail.needs_look = Place.ASIDE, True
                return
            now = self._clock.now()
            if is_read:
                await note_life(tx, read.author.address)
            mail.needs_look = not is_read
            thread = await find_thread(tx, read, judged.writer.address)
            await self._citizens.receive(tx, Came(mail=mail, read=read, thread=thread, judged=judged, now=now))

    async def _mine(self, tx: AsyncSession, mail_id: int, *, again: bool = False) -> Mail | None:
        """The mail, locked and marked as routed by this transaction; None when another process was quicker."""
        mail = await tx.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
        expected = mail.conversation_id is None if again else mail.state == MailState.READ
        if not expected:
            return None
        mail.state, mail.routed_at, mail.error = MailState.ROUTED, self._clock.now(), ""
        return mail
