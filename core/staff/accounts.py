"""The accounts of the staff, as an administrator opens, changes and closes them (reg. 2.10; ADR 0034)."""

from sqlalchemy import text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import NEW, DraftKind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.staff.abilities import ABILITIES, Ability
from core.staff.account_reading import AccountReading
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from core.staff.model import StaffMember
from core.staff.passwords import Passwords, check_new, random_password
from core.staff.second_factor import forget_second_factor
from core.staff.sessions import end_all, end_one
from core.staff.tries import account_key, forget_tries
from core.vocabulary import Role
from db.transactions import Transactions

LOGIN_LIMIT = 64
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('staff accounts', 0))")
"""Two administrators who close each other at once must not leave the centre without one."""


class AccountChanged(Conflict):
    """Somebody else changed the account meanwhile; ``facts["present"]`` is how it stands now."""

    code = "account_changed"


class LastAdministrator(Conflict):
    """Nobody could manage accounts any more."""

    code = "last_administrator"


class OwnAccount(NotAllowed):
    """Nobody changes their own role, closes their own account or resets themselves: another administrator does."""

    code = "own_account"


class Accounts:
    """Use cases of the accounts; ``reading`` shows them."""

    def __init__(self, *, transactions: Transactions, clock: Clock, passwords: Passwords) -> None:
        self._transactions = transactions
        self._clock = clock
        self._passwords = passwords
        self.reading = AccountReading(transactions=transactions, clock=clock)

    async def create(
        self,
        *,
        login: str,
        full_name: str,
        role: Role,
        password: str,
        by: Asker | None = None,
        must_change: bool = False,
    ) -> int:
        """A new account's id; ``by`` is None outside the inbox. Raises Invalid, Conflict and NotAllowed."""
        if by is not None:
            by.must(Ability.MANAGE_STAFF)
        login, full_name = clean_line(login, LOGIN_LIMIT + 1).casefold(), clean_line(full_name)
        if not 2 <= len(login) <= LOGIN_LIMIT or not full_name:
            raise Invalid(field="login" if full_name else "full_name", reason="required")
        check_new(password)
        hashed = await self._passwords.hash(password)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await take_turn(tx)
            if (await tx.exec(select(StaffMember.id).where(col(StaffMember.login) == login))).first() is not None:
                raise Conflict(field="login", reason="login_taken")
            member = StaffMember(
                login=login, full_name=full_name, role=role, password_hash=hashed, created_at=now, must_change=must_change
            )
            tx.add(member)
            await tx.flush()
            if by is not None:
                await end_draft(tx, by.id, DraftKind.ACCOUNT, NEW, now)
            await record(tx, now, "staff.created", f"staff:{member.id}", staff_id=by.id if by else None, role=role.value)
        return member.id or 0

    async def open(self, asker: Asker, *, login: str, full_name: str, role: Role) -> tuple[int, str]:
        """A new account's id and its first password, which is told once and changed at the first login; raises as ``create``."""
        password = random_password()
        made = await self.create(login=login, full_name=full_name, role=role, password=password, by=asker, must_change=True)
        return made, password

    async def change(self, asker: Asker, staff_id: int, *, full_name: str, role: Role, version: int) -> None:
        """Name and role. With another role the person's sessions end; a shift ends where the role has none.

        Raises Invalid, NotFound, NotAllowed, AccountChanged, OwnAccount and LastAdministrator.
        """
        asker.must(Ability.MANAGE_STAFF)
        full_name = clean_line(full_name)
        if not full_name:
            raise Invalid(field="full_name", reason="required")
        async with self._transactions.begin() as tx:
            member = await _locked(tx, staff_id, version)
            before = member.role
            if before != role:
                await set_role(tx, member, role, by=asker)
            member.full_name = full_name
            told = {"role_before": before, "role": role.value} if before != role else {}
            await end_draft(tx, asker.id, DraftKind.ACCOUNT, staff_id, self._clock.now())
            await record(tx, self._clock.now(), "staff.changed", f"staff:{staff_id}", staff_id=asker.id, **told)

    async def deactivate(self, asker: Asker, staff_id: int, version: int) -> None:
        """Close an account; its sessions and its shift end, the conversations that it holds stay with it until a senior takes them.

        Raises NotFound, NotAllowed, AccountChanged, OwnAccount and LastAdministrator.
        """
        asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            member = await _locked(tx, staff_id, version)
            _must_be_another(asker, member)
            if member.role == Role.ADMINISTRATOR:
                await _must_not_be_last(tx, member)
            member.is_active = False
            member.on_shift_since = None
            await end_all(tx, staff_id)
            await record(tx, self._clock.now(), "staff.deactivated", f"staff:{staff_id}", staff_id=asker.id)

    async def reactivate(self, asker: Asker, staff_id: int, version: int) -> None:
        """Open a closed account again, with the password that it had; raises NotFound, NotAllowed, AccountChanged."""
        asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            member = await _locked(tx, staff_id, version)
            member.is_active = True
            await record(tx, self._clock.now(), "staff.reactivated", f"staff:{staff_id}", staff_id=asker.id)

    async def give_password(self, asker: Asker, staff_id: int, version: int) -> str:
        """A new password, told once and changed at the next login; the sessions end. Raises as ``deactivate``."""
        asker.must(Ability.MANAGE_STAFF)
        password = random_password()
        hashed = await self._passwords.hash(password)
        async with self._transactions.begin() as tx:
            member = await _locked(tx, staff_id, version)
            _must_be_another(asker, member)
            await self._set_password(tx, member, hashed, by=asker)
        return password

    async def reset_password(self, login: str, password: str) -> None:
        """Set a new password from the command line and end the person's sessions; raises NotFound and Invalid."""
        check_new(password)
        hashed = await self._passwords.hash(password)
        async with self._transactions.begin() as tx:
            found = await tx.exec(select(StaffMember).where(col(StaffMember.login) == login.casefold()).with_for_update())
            member = found.first()
            if member is None:
                raise NotFound("no such account")
            member.version += 1
            await self._set_password(tx, member, hashed, by=None)

    async def reset_second_factor(self, asker: Asker, staff_id: int, version: int) -> None:
        """For who lost telephone and codes: the sessions end, and the password alone is asked for; raises as ``deactivate``."""
        asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            member = await _locked(tx, staff_id, version)
            _must_be_another(asker, member)
            await forget_second_factor(tx, staff_id)
            await end_all(tx, staff_id)
            await record(tx, self._clock.now(), "staff.second_factor_taken", f"staff:{staff_id}", staff_id=asker.id)

    async def unlock(self, asker: Asker, staff_id: int) -> None:
        """Forget the failed tries of an account; raises NotFound and NotAllowed."""
        asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            member = await tx.get(StaffMember, staff_id)
            if member is None:
                raise NotFound()
            await forget_tries(tx, account=account_key(member.login))
            await record(tx, self._clock.now(), "staff.unlocked", f"staff:{staff_id}", staff_id=asker.id)

    async def end_session(self, asker: Asker, staff_id: int, handle: str) -> None:
        """End a session of another person, or of oneself; raises NotFound and NotAllowed."""
        asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            await end_one(tx, staff_id, handle)
            await record(tx, self._clock.now(), "staff.session_revoked", f"staff:{staff_id}", staff_id=asker.id)

    async def _set_password(self, tx: AsyncSession, member: StaffMember, hashed: str, *, by: Asker | None) -> None:
        member.password_hash, member.must_change = hashed, True
        await end_all(tx, member.id or 0)
        await forget_tries(tx, account=account_key(member.login))
        whose = by.id if by else None
        await record(tx, self._clock.now(), "staff.password_reset", f"staff:{member.id}", staff_id=whose)


async def take_turn(tx: AsyncSession) -> None:
    """Accounts are changed one at a time."""
    await tx.execute(_ONE_AT_A_TIME)


async def set_role(tx: AsyncSession, member: StaffMember, role: Role, *, by: Asker | None) -> None:
    """Another role: the sessions end; ``by`` None: the identity provider says so. Raises OwnAccount and LastAdministrator."""
    if by is not None:
        _must_be_another(by, member)
    if member.role == Role.ADMINISTRATOR and member.is_active:
        await _must_not_be_last(tx, member)
    member.role = role
    if Ability.WORK_SHIFT not in ABILITIES[role]:
        member.on_shift_since = None
    await end_all(tx, member.id or 0)


async def _locked(tx: AsyncSession, staff_id: int, version: int) -> StaffMember:
    """The account, locked, its version counted up; raises NotFound and AccountChanged."""
    await take_turn(tx)
    member = await tx.get(StaffMember, staff_id, with_for_update=True)
    if member is None:
        raise NotFound()
    if member.version != version:
        present = {name: getattr(member, name) for name in ("full_name", "role", "is_active", "version")}
        raise AccountChanged(present=present)
    member.version += 1
    return member


def _must_be_another(asker: Asker, member: StaffMember) -> None:
    if member.id == asker.id:
        raise OwnAccount()


async def _must_not_be_last(tx: AsyncSession, member: StaffMember) -> None:
    others = select(func.count()).where(
        col(StaffMember.role) == Role.ADMINISTRATOR, col(StaffMember.is_active), col(StaffMember.id) != member.id
    )
    if not (await tx.exec(others)).one():
        raise LastAdministrator()
