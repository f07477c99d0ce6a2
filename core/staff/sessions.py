"""Sign-in and sessions: an opaque token in the cookie, only its SHA-256 in the table, limits that hold across replicas."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, text
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Invalid, NotAllowed, NotFound
from core.staff.asker import Asker, CameBy
from core.staff.cleaning import clean_line, clean_text
from core.staff.model import StaffMember, StaffSession
from core.staff.passwords import Passwords, check_new
from core.staff.provider_port import Elsewhere
from core.staff.second_factor import NeedsCode, SecondFactor, WrongCode
from core.staff.tries import account_key, address_key, count_try, forget_tries
from core.vocabulary import Role
from db.transactions import Transactions

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
"""A shift; then the person signs in again."""
TOUCH_EVERY = timedelta(minutes=1)
HANDLE = 16
"""Hexadecimal digits of a session's hash that name it to people."""
HERE = Elsewhere()
"""Of a login by password: no provider knows of the session."""
ENDED_CHANNEL = "session_ended"
"""The PostgreSQL notification channel; its payload is the hash of the ended session's token."""

_WHO = text(
    "SELECT s.token_hash, s.seen_at, m.id, m.login, m.full_name, m.role, m.on_shift_since, m.shortcuts_on, m.notify,"
    " s.training_id, s.confirmed_at, s.came_by, m.must_change, m.totp_sealed <> '' AS has_code"
    " FROM staff_session s JOIN staff_member m ON m.id = s.staff_id"
    " WHERE s.token_hash = :hash AND m.is_active AND s.seen_at > :idle AND s.created_at > :absolute"
)
_TOUCH = text("UPDATE staff_session SET seen_at = :now WHERE token_hash = :hash AND seen_at <= :before")
_LIVE = text(
    "SELECT s.token_hash FROM staff_session s JOIN staff_member m ON m.id = s.staff_id"
    " WHERE s.token_hash IN :hashes AND m.is_active AND s.seen_at > :idle AND s.created_at > :absolute"
).bindparams(bindparam("hashes", expanding=True))
_ENDED = text("SELECT pg_notify('session_ended', :hash)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """An open session as its owner sees it; ``handle`` names it for revoking and is not the token."""

    handle: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a login comes from."""

    address: str
    agent: str = ""


class WrongPassword(NotAllowed):
    """The login or the password is wrong; which one is not said."""

    code = "wrong_password"


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Opens, recognises and ends sessions."""

    def __init__(self, *, transactions: Transactions, clock: Clock, passwords: Passwords, second: SecondFactor) -> None:
        self._transactions = transactions
        self._clock = clock
        self._passwords = passwords
        self._second = second

    async def login(self, login: str, password: str, *, address: str, agent: str = "", code: str = "") -> tuple[str, Asker]:
        """The new session's token and who it is; raises WrongPassword, NeedsCode, WrongCode and TooManyTries.

        Two transactions, because hashing takes 200 ms and must not hold a connection. The try is counted before the password is
        looked at, so parallel guesses cannot slip under the limit.
        """
        login = clean_line(login, 64).casefold()
        keys = (account_key(login), address_key(address))
        async with self._transactions.begin() as tx:
            tries = await count_try(tx, keys, self._clock.now())
            member = (await tx.exec(select(StaffMember).where(col(StaffMember.login) == login))).first()
        known = member.password_hash if member is not None and member.is_active else None
        fits, better = await self._passwords.verify(clean_text(password), known)
        if not fits or member is None:
            await self._failed(member.id if member else None)
            raise WrongPassword()
        staff_id = member.id
        try:
            async with self._transactions.begin() as tx:
                member = await tx.get_one(StaffMember, staff_id, with_for_update=True)
                if not member.is_active:
                    raise WrongPassword()
                await self._second.passes(tx, member, code)
                await forget_tries(tx, account=keys[0], tries=tries)
                if better is not None:
                    member.password_hash = better
                came = Origin(address=address, agent=agent)
                token, who = await self.open(tx, member, came, came_by=CameBy.PASSWORD, confirmed_at=self._clock.now())
        except NeedsCode:
            async with self._transactions.begin() as tx:  # the password was right: to be asked for a code is no failed try
                await forget_tries(tx, tries=tries)
            raise
        except WrongCode:
            await self._failed(staff_id)
            raise
        return token, who

    async def open(
        self,
        tx: AsyncSession,
        member: StaffMember,
        came: Origin,
        *,
        came_by: CameBy,
        confirmed_at: datetime | None,
        at: Elsewhere = HERE,
    ) -> tuple[str, Asker]:
        """A new session's token and who it is, for who has proved who they are; ``at``: their session at the provider."""
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        await tx.exec(delete(StaffSession).where(col(StaffSession.created_at) <= now - ABSOLUTE))
        fresh = StaffSession(
            token_hash=token_hash(token),
            staff_id=member.id or 0,
            created_at=now,
            seen_at=now,
            confirmed_at=confirmed_at,
            came_by=came_by,
            address=came.address[:64],
            agent=clean_line(came.agent),
            issuer=at.issuer,
            subject=at.subject,
            issuer_session=at.session,
        )
        tx.add(fresh)
        told = {} if came_by == CameBy.PASSWORD else {"by": came_by.value}
        await record(tx, now, "staff.login", f"staff:{member.id}", staff_id=member.id, **told)
        who = replace(asker_of(member, fresh.token_hash), confirmed_at=confirmed_at, came_by=came_by)
        return token, self._known(who)

    async def who(self, token: str, *, touch: bool = True) -> Asker | None:
        """Who holds the token, or None when it is unknown, idle for 30 minutes or older than 12 hours."""
        now, key = self._clock.now(), token_hash(token)
        async with self._transactions.begin_plain() as connection:
            row = (await connection.execute(_WHO, {"hash": key, "idle": now - IDLE, "absolute": now - ABSOLUTE})).first()
            if row is None:
                return None
            if touch and row.seen_at <= now - TOUCH_EVERY:
                await connection.execute(_TOUCH, {"hash": key, "now": now, "before": now - TOUCH_EVERY})
        return self._known(_asker_of_row(row))

    async def still_open(self, hashes: Collection[str]) -> set[str]:
        """Which of these sessions are still open; for the live streams."""
        if not hashes:
            return set()
        now = self._clock.now()
        async with self._transactions.begin_plain() as connection:
            found = await connection.execute(_LIVE, {"hashes": list(hashes), "idle": now - IDLE, "absolute": now - ABSOLUTE})
            return set(found.scalars())

    async def logout(self, asker: Asker) -> None:
        """End the asker's own session."""
        async with self._transactions.begin() as tx:
            await end_these(tx, [asker.session])
            await record(tx, self._clock.now(), "staff.logout", f"staff:{asker.id}", staff_id=asker.id)

    async def sessions(self, asker: Asker) -> Sequence[SessionLine]:
        """The asker's open sessions, newest first."""
        async with self._transactions.begin() as tx:
            return await open_sessions(tx, asker.id, self._clock.now(), current=asker.session)

    async def revoke(self, asker: Asker, handle: str) -> None:
        """End one of the asker's sessions by its handle; raises NotFound."""
        async with self._transactions.begin() as tx:
            await end_one(tx, asker.id, handle)
            await record(tx, self._clock.now(), "staff.session_revoked", f"staff:{asker.id}", staff_id=asker.id)

    async def change_password(self, asker: Asker, old: str, new: str) -> None:
        """Set a new password, another than before, and end all the other sessions; raises WrongPassword and Invalid. It hashes
        between two transactions, as ``login`` does."""
        check_new(clean_text(new))
        if clean_text(new) == clean_text(old):
            raise Invalid(field="new", reason="password_same")
        async with self._transactions.begin() as tx:
            await count_try(tx, (account_key(asker.login),), self._clock.now())
            known = (await tx.exec(select(StaffMember.password_hash).where(col(StaffMember.id) == asker.id))).one()
        fits, _ = await self._passwords.verify(clean_text(old), known)
        if not fits:
            raise WrongPassword()
        fresh = await self._passwords.hash(clean_text(new))
        async with self._transactions.begin() as tx:
            member = (await tx.exec(select(StaffMember).where(col(StaffMember.id) == asker.id))).one()
            member.password_hash, member.must_change = fresh, False
            await end_all(tx, asker.id, but=asker.session)
            await forget_tries(tx, account=account_key(asker.login))
            await record(tx, self._clock.now(), "staff.password_changed", f"staff:{asker.id}", staff_id=asker.id)

    def _known(self, asker: Asker) -> Asker:
        """Who came by the provider owes us no password of their own, and no second factor where the provider asked for one."""
        must_enrol = not asker.has_code and asker.came_by != CameBy.PROVIDER_STRONG and self._second.must_have(asker.role)
        return replace(asker, must_enrol=must_enrol, must_change=asker.must_change and asker.came_by == CameBy.PASSWORD)

    async def _failed(self, staff_id: int | None) -> None:
        async with self._transactions.begin() as tx:
            await record(tx, self._clock.now(), "staff.login_failed", "staff", staff_id=staff_id)


async def open_sessions(tx: AsyncSession, staff_id: int, now: datetime, *, current: str = "") -> Sequence[SessionLine]:
    """A person's open sessions, newest first; ``current`` is the hash of the one that asks."""
    wanted = select(StaffSession).where(
        col(StaffSession.staff_id) == staff_id,
        col(StaffSession.seen_at) > now - IDLE,
        col(StaffSession.created_at) > now - ABSOLUTE,
    )
    return [
        SessionLine(
            handle=one.token_hash[:HANDLE],
            created_at=one.created_at,
            seen_at=one.seen_at,
            address=one.address,
            agent=one.agent,
            current=one.token_hash == current,
        )
        for one in (await tx.exec(wanted.order_by(col(StaffSession.created_at).desc()))).all()
    ]


async def end_one(tx: AsyncSession, staff_id: int, handle: str) -> None:
    """End a session of a person by its handle; raises NotFound."""
    wanted = select(StaffSession.token_hash).where(col(StaffSession.staff_id) == staff_id)
    hashes = [one for one in (await tx.exec(wanted)).all() if len(handle) == HANDLE and one.startswith(handle)]
    if not hashes:
        raise NotFound()
    await end_these(tx, hashes)


async def end_all(tx: AsyncSession, staff_id: int, *, but: str = "") -> None:
    """End every session of a member of staff, except the one named by its hash."""
    found = await tx.exec(select(StaffSession.token_hash).where(col(StaffSession.staff_id) == staff_id))
    await end_these(tx, [one for one in found.all() if one != but])


async def end_these(tx: AsyncSession, hashes: Sequence[str]) -> None:
    """End sessions by their hashes, with their live streams."""
    await tx.exec(delete(StaffSession).where(col(StaffSession.token_hash).in_(hashes)))
    for one in hashes:
        await tx.execute(_ENDED, {"hash": one})


def asker_of(member: StaffMember, session: str) -> Asker:
    """The member of staff as the desks know them."""
    return Asker(
        id=member.id or 0,
        login=member.login,
        full_name=member.full_name,
        role=Role(member.role),
        on_shift=member.on_shift_since is not None,
        shortcuts_on=member.shortcuts_on,
        notify=member.notify,
        session=session,
        must_change=member.must_change,
        has_code=bool(member.totp_sealed),
    )


def _asker_of_row(row: Row[tuple[object, ...]]) -> Asker:
    return Asker(
        id=row.id,
        login=row.login,
        full_name=row.full_name,
        role=Role(row.role),
        on_shift=row.on_shift_since is not None,
        shortcuts_on=row.shortcuts_on,
        notify=row.notify,
        session=row.token_hash,
        training_id=row.training_id,
        confirmed_at=row.confirmed_at,
        must_change=row.must_change,
        has_code=row.has_code,
        came_by=CameBy(row.came_by),
    )
