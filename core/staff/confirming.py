"""Dangerous deeds ask once more who it is: the password or a code, given in this session a short while ago (ADR 0034)."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Invalid, NotAllowed
from core.staff.asker import Asker, CameBy
from core.staff.cleaning import clean_text
from core.staff.model import StaffMember, StaffSession
from core.staff.passwords import Passwords
from core.staff.second_factor import NeedsCode, SecondFactor, WrongCode
from core.staff.tries import account_key, count_try, forget_tries
from db.transactions import Transactions

CONFIRMED_FOR = timedelta(minutes=10)
"""How long a login or a confirmation is enough."""


class NeedsConfirmation(NotAllowed):
    """The deed waits until its person gives their password or a code; facts: whether they have
    a second factor (``has_code``), and may prove it at the identity provider (``by_provider``)."""

    code = "needs_confirmation"


class Confirming:
    """Knows when a person last proved who they are, and lets them do so again."""

    def __init__(self, *, transactions: Transactions, clock: Clock, passwords: Passwords, second: SecondFactor) -> None:
        self._transactions = transactions
        self._clock = clock
        self._passwords = passwords
        self._second = second

    def must_have_confirmed(self, asker: Asker) -> None:
        """Raises NeedsConfirmation unless the person logged in or confirmed within CONFIRMED_FOR, in this very session."""
        if asker.confirmed_at is None or self._clock.now() - asker.confirmed_at >= CONFIRMED_FOR:
            raise NeedsConfirmation(has_code=asker.has_code, by_provider=asker.came_by != CameBy.PASSWORD)

    async def confirm(self, asker: Asker, *, password: str = "", code: str = "") -> None:
        """Either is enough; a wrong one is a failed try of the account. Raises Invalid and TooManyTries.

        Hashing stands between two transactions, as at login.
        """
        async with self._transactions.begin() as tx:
            await count_try(tx, (account_key(asker.login),), self._clock.now())
            member = await tx.get_one(StaffMember, asker.id)
        if password:
            fits, _ = await self._passwords.verify(clean_text(password), member.password_hash)
            if not fits:
                await self._refuse(asker, "password", "wrong_password")
        try:
            async with self._transactions.begin() as tx:
                if not password:
                    await self._must_pass(tx, asker, code)
                session = await tx.get_one(StaffSession, asker.session, with_for_update=True)
                session.confirmed_at = self._clock.now()
                await forget_tries(tx, account=account_key(asker.login))
                await record(tx, self._clock.now(), "staff.confirmed", f"staff:{asker.id}", staff_id=asker.id)
        except (NeedsCode, WrongCode):
            await self._refuse(asker, "code", "wrong_code")

    async def _must_pass(self, tx: AsyncSession, asker: Asker, code: str) -> None:
        member = await tx.get_one(StaffMember, asker.id, with_for_update=True)
        if not member.totp_sealed:
            raise WrongCode()
        await self._second.passes(tx, member, code)

    async def _refuse(self, asker: Asker, field: str, reason: str) -> None:
        async with self._transactions.begin() as tx:
            await record(tx, self._clock.now(), "staff.confirm_failed", f"staff:{asker.id}", staff_id=asker.id)
        raise Invalid("not confirmed", fields={field: reason})
