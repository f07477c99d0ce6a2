"""The people of the centre: accounts, shifts, preferences and canned answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import yaml
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import NotFound
from core.staff.abilities import Ability
from core.staff.accounts import Accounts
from core.staff.asker import Asker
from core.staff.back_channel import BackChannel
from core.staff.confirming import Confirming
from core.staff.model import CannedAnswer, StaffMember
from core.staff.passwords import Passwords, random_password
from core.staff.provider_port import IdentityProvider
from core.staff.second_factor import SecondFactor
from core.staff.secret_box import SecretBox
from core.staff.sessions import Sessions, asker_of
from core.staff.single_sign_on import SingleSignOn
from core.vocabulary import Role
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A fresh demo account; the password is shown once and kept nowhere."""

    login: str
    full_name: str
    role: Role
    password: str


class StaffDesk:
    """What each person keeps for themselves; ``sessions`` does sign-in, ``second`` its second factor, ``confirming`` asks once
    more, ``accounts`` are managed by administrators, ``sign_on`` (None without a provider) is sign-in from elsewhere, and
    ``back_channel`` what the provider says by itself."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        passwords: Passwords | None = None,
        box: SecretBox | None = None,
        second_factor_of: frozenset[Role] = frozenset(),
        provider: IdentityProvider | None = None,
        roles_of_groups: Mapping[str, Role] = MappingProxyType({}),
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        known = passwords or Passwords()
        self.second = SecondFactor(transactions=transactions, clock=clock, box=box, required=second_factor_of)
        self.sessions = Sessions(transactions=transactions, clock=clock, passwords=known, second=self.second)
        self.confirming = Confirming(transactions=transactions, clock=clock, passwords=known, second=self.second)
        self.accounts = Accounts(transactions=transactions, clock=clock, passwords=known)
        self.sign_on = (
            SingleSignOn(
                transactions=transactions,
                clock=clock,
                sessions=self.sessions,
                second=self.second,
                provider=provider,
                roles=roles_of_groups,
            )
            if provider is not None
            else None
        )
        self.back_channel = BackChannel(transactions=transactions, clock=clock, provider=provider) if provider is not None else None

    async def asker_for(self, staff_id: int) -> Asker:
        """Who this member of staff is when they act outside the inbox, without a session; raises NotFound for a closed account."""
        async with self._transactions.begin() as tx:
            member = await tx.get(StaffMember, staff_id)
        if member is None or not member.is_active:
            raise NotFound("no such account")
        return asker_of(member, "")

    async def start_shift(self, asker: Asker) -> Asker:
        """The person receives conversations from now on."""
        return await self._set_shift(asker, on=True)

    async def end_shift(self, asker: Asker) -> Asker:
        """The person receives no more conversations; those that they hold stay theirs."""
        return await self._set_shift(asker, on=False)

    async def set_preferences(
        self, asker: Asker, *, shortcuts_on: bool | None = None, notify: Literal["all", "mine", "none"] | None = None
    ) -> Asker:
        """Keep what the person set; None leaves a preference as it is."""
        async with self._transactions.begin() as tx:
            member = await _member(tx, asker.id)
            member.shortcuts_on = member.shortcuts_on if shortcuts_on is None else shortcuts_on
            member.notify = member.notify if notify is None else notify
        return replace(asker, shortcuts_on=member.shortcuts_on, notify=member.notify)

    async def canned_answers(self) -> Sequence[CannedAnswer]:
        """All ready answers by title."""
        async with self._transactions.begin() as tx:
            return (await tx.exec(select(CannedAnswer).order_by(col(CannedAnswer.title)))).all()

    async def seed_canned_answers(self, path: Path) -> int:
        """Put the seed file's answers where their keys are missing; gives how many were new."""
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        async with self._transactions.begin() as tx:
            wanted = insert(CannedAnswer).values(entries).on_conflict_do_nothing(index_elements=["key"])
            return len((await tx.execute(wanted.returning(CannedAnswer.__table__.c.id))).all())  # type: ignore[attr-defined]  # a table

    async def seed_staff(self, path: Path) -> list[Account]:
        """One demo account for each role when there is no account at all; random passwords, given once."""
        async with self._transactions.begin() as tx:
            if (await tx.exec(select(func.count()).select_from(StaffMember))).one():
                return []
        accounts = [
            Account(
                login=one["login"],
                full_name=one["full_name"],
                role=Role(one["role"]),
                password=random_password(),
            )
            for one in yaml.safe_load(path.read_text(encoding="utf-8"))
        ]
        for account in accounts:
            await self.accounts.create(
                login=account.login, full_name=account.full_name, role=account.role, password=account.password
            )
        return accounts

    async def _set_shift(self, asker: Asker, *, on: bool) -> Asker:
        asker.must(Ability.WORK_SHIFT)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            member = await _member(tx, asker.id)
            if (member.on_shift_since is not None) != on:
                member.on_shift_since = now if on else None
                await record(tx, now, "shift.started" if on else "shift.ended", f"staff:{asker.id}", staff_id=asker.id)
        return replace(asker, on_shift=on)


async def _member(tx: AsyncSession, staff_id: int) -> StaffMember:
    member = await tx.get(StaffMember, staff_id, with_for_update=True)
    if member is None:
        raise NotFound()
    return member
