"""Who of the staff is who in the duty chat: bound by a one-time code from the inbox."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.duty.model import DutyCode, DutyMember
from core.errors import NotAllowed, NotFound, TooManyTries
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.desk import StaffDesk
from core.staff.model import LoginTry, StaffMember
from db.transactions import Transactions

CODE_LIVES = timedelta(minutes=10)
CODE_SIGNS = 8
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No sign that is read as another one from a screen."""
TRIES = 5
TRY_WINDOW = timedelta(minutes=15)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_TRIES = text("SELECT count(*) FROM login_try WHERE key = :key AND tried_at > :since")
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]+")


class WrongCode(NotAllowed):
    """No such code, or one that was used or has expired; which of them is not said."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A member of staff in the duty chat, as the inbox shows it."""

    staff_id: int
    full_name: str
    bound_at: datetime


class DutyDesk:
    """Binds accounts of Telegram to members of staff, and knows them again."""

    def __init__(self, *, transactions: Transactions, clock: Clock, staff: StaffDesk) -> None:
        self._transactions = transactions
        self._clock = clock
        self._staff = staff

    async def binding_code(self, asker: Asker) -> str:
        """A fresh code of eight signs for the asker, good once within ten minutes; earlier ones are void. Raises NotAllowed."""
        asker.must(Ability.TAKE)
        now, code = self._clock.now(), "".join(secrets.choice(SIGNS) for _ in range(CODE_SIGNS))
        async with self._transactions.begin() as tx:
            outdated = (col(DutyCode.staff_id) == asker.id) | (col(DutyCode.expires_at) < now)
            await tx.exec(delete(DutyCode).where(outdated))
            tx.add(DutyCode(code_hash=_hash(code), staff_id=asker.id, expires_at=now + CODE_LIVES))
            await record(tx, now, "duty.code_made", f"staff:{asker.id}", staff_id=asker.id)
        return code

    async def bind(self, telegram_id: int, code: str) -> Membership:
        """Bind the account to whose code it is; a binding that either of them had ends. Raises WrongCode and TooManyTries.

        Two transactions: a wrong try must be kept although it is refused.
        """
        key = f"duty:{telegram_id}"
        async with self._transactions.begin() as tx:
            await self._count_try(tx, key)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            found = await tx.get(DutyCode, _hash(normal_code(code)), with_for_update=True)
            if found is None or found.used_at is not None or found.expires_at <= now:
                raise WrongCode()
            member = await tx.get(StaffMember, found.staff_id)
            if member is None or not member.is_active:
                raise WrongCode()
            found.used_at = now
            await tx.exec(delete(LoginTry).where(col(LoginTry.key) == key))
            return await self._bind(tx, member, telegram_id, now)

    async def bind_known(self, login: str, telegram_id: int) -> bool:
        """Bind without a code, for the demo accounts and the people of the sandbox; False when there is no such account or when it
        is bound already."""
        async with self._transactions.begin() as tx:
            member = (await tx.exec(select(StaffMember).where(col(StaffMember.login) == login))).first()
            taken = (col(DutyMember.telegram_id) == telegram_id) | (col(DutyMember.staff_id) == (member.id if member else 0))
            if member is None or (await tx.exec(select(DutyMember.id).where(taken))).first() is not None:
                return False
            await self._bind(tx, member, telegram_id, self._clock.now())
            return True

    async def unbind(self, asker: Asker, staff_id: int | None = None) -> None:
        """End the asker's own binding, or a colleague's for who manages the staff; raises NotFound and NotAllowed."""
        wanted = asker.id if staff_id is None else staff_id
        if wanted != asker.id:
            asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            bound = (await tx.exec(select(DutyMember).where(col(DutyMember.staff_id) == wanted))).first()
            if bound is None:
                raise NotFound("not bound")
            await tx.delete(bound)
            await record(tx, self._clock.now(), "duty.unbound", f"staff:{wanted}", staff_id=asker.id)

    async def membership(self, asker: Asker) -> Membership | None:
        """The asker's own binding."""
        async with self._transactions.begin() as tx:
            bound = (await tx.exec(select(DutyMember).where(col(DutyMember.staff_id) == asker.id))).first()
        return None if bound is None else Membership(staff_id=asker.id, full_name=asker.full_name, bound_at=bound.bound_at)

    async def member(self, telegram_id: int) -> Asker | None:
        """Who of the staff this account is; None for a stranger and for a closed account."""
        async with self._transactions.begin() as tx:
            found = await tx.exec(select(DutyMember.staff_id).where(col(DutyMember.telegram_id) == telegram_id))
            staff_id = found.first()
        if staff_id is None:
            return None
        try:
            return await self._staff.asker_for(staff_id)
        except NotFound:
            return None

    async def _bind(self, tx: AsyncSession, member: StaffMember, telegram_id: int, now: datetime) -> Membership:
        staff_id = member.id or 0
        await tx.exec(
            delete(DutyMember).where((col(DutyMember.telegram_id) == telegram_id) | (col(DutyMember.staff_id) == staff_id))
        )
        tx.add(DutyMember(staff_id=staff_id, telegram_id=telegram_id, bound_at=now))
        await record(tx, now, "duty.bound", f"staff:{staff_id}", staff_id=staff_id)
        return Membership(staff_id=staff_id, full_name=member.full_name, bound_at=now)

    async def _count_try(self, tx: AsyncSession, key: str) -> None:
        """Counted before the code is looked at, so that parallel guesses cannot slip under the limit."""
        now = self._clock.now()
        since = now - TRY_WINDOW
        await tx.execute(_LOCK, {"key": key})
        if int((await tx.execute(_TRIES, {"key": key, "since": since})).scalar_one()) >= TRIES:
            raise TooManyTries(retry_after=int(TRY_WINDOW.total_seconds()))
        tx.add(LoginTry(key=key, tried_at=now))


def normal_code(code: str) -> str:
    """The code as it was made: people put spaces and dashes between the signs and do not press Shift."""
    return _BETWEEN.sub("", code).upper()


def looks_like_code(text: str) -> bool:
    """Whether somebody may have meant a code; everything else of a stranger is not even looked at."""
    return len(text) <= 4 * CODE_SIGNS and re.fullmatch(f"[{SIGNS}]{{{CODE_SIGNS}}}", normal_code(text)) is not None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
