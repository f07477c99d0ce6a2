"""Mails that were stored are read and routed, one after another in the order in which they came, however often a process dies."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from sqlalchemy import text

from core.clock import Clock
from core.errors import OfficeError
from core.files import load_file
from core.logs import log
from core.mail.keeping import keep_read
from core.mail.model import Mail
from core.mail.port import MailKind, MailReader
from core.mail.routing import Router
from core.mail.vocabulary import MailState, Place
from db.locks import NamedLocks
from db.transactions import Transactions

LOCK = "mail:carry"
BATCH = 20
READ_AT_ONCE = 2
"""Mails that are read side by side; they are routed one by one."""
WAITS = (1, 10, 60, 300)
"""Seconds before a mail is tried again; after the last of them it is given up and shown to operators."""

Stepping = Callable[[str, int], AbstractContextManager[object]]
"""What a step of a mail is done in: the name of the step and the mail's number; leaves errors as they are."""

_FAILED = {"mail.read": "mail.not_read", "mail.route": "mail.not_routed"}
_DUE = text("SELECT id, state FROM mail WHERE state IN ('stored', 'read') AND next_try_at <= :now ORDER BY id LIMIT :most")


class MailCarrier:
    """Carries what waits. Any process may: the lock lets one at a time, and the state of a mail lets each step happen once."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        locks: NamedLocks,
        reader: MailReader,
        router: Router,
        stepping: Stepping = lambda *_: nullcontext(),
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._locks = locks
        self._reader = reader
        self._router = router
        self._stepping = stepping

    async def carry(self) -> int:
        """Everything that is due, unless another process is at it; gives how many mails were taken up."""
        async with self._locks.hold_if_free(LOCK) as held:
            taken = 0
            while held and (due := await self._due()):
                taken += len(due)
                await self._carry(due)
            return taken

    async def _carry(self, due: list[tuple[int, str]]) -> None:
        room = asyncio.Semaphore(READ_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            readings = {
                mail_id: tasks.create_task(self._in_room(room, mail_id)) for mail_id, state in due if state == MailState.STORED
            }
        for mail_id, _ in due:
            if mail_id not in readings or readings[mail_id].result():
                await self._step(mail_id, "mail.route")

    async def _in_room(self, room: asyncio.Semaphore, mail_id: int) -> bool:
        async with room:
            return await self._step(mail_id, "mail.read")

    async def _step(self, mail_id: int, step: str) -> bool:
        """Read, or route, one mail; False when it failed and waits for its next try."""
        try:
            with self._stepping(step, mail_id):
                await (self._read if step == "mail.read" else self._router.route)(mail_id)
        except OfficeError as refused:
            log.warning(_FAILED[step], mail=mail_id, code=refused.code)
            await self._failed(mail_id, refused.code)
            return False
        except Exception as error:  # noqa: BLE001  # the outermost loop: one mail must not hold up the others
            log.exception(_FAILED[step], mail=mail_id)
            await self._failed(mail_id, type(error).__name__)
            return False
        return True

    async def _read(self, mail_id: int) -> None:
        async with self._transactions.begin() as tx:
            content = (await load_file(tx, (await tx.get_one(Mail, mail_id)).raw_key)).content
        read = await self._reader.read(content)
        async with self._transactions.begin() as tx:
            mail = await tx.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
            if mail.state == MailState.STORED:
                await keep_read(tx, mail, read, self._clock.now())

    async def _failed(self, mail_id: int, error: str) -> None:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            mail = await tx.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
            mail.tries, mail.error = mail.tries + 1, error[:300]
            if mail.tries <= len(WAITS):
                mail.next_try_at = now + timedelta(seconds=WAITS[mail.tries - 1])
                return
            mail.state, mail.came_to, mail.needs_look, mail.routed_at = MailState.FAILED, Place.ASIDE, True, now
            mail.kind = mail.kind or MailKind.UNREAD

    async def _due(self) -> list[tuple[int, str]]:
        async with self._transactions.begin() as tx:
            found = await tx.execute(_DUE, {"now": self._clock.now(), "most": BATCH})
            return [(row.id, row.state) for row in found]
