"""Sign-in by an identity provider: to an account that is there and active, never a new one (reg. 2.10; ADR 0034)."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import NotAllowed
from core.logs import log
from core.staff.accounts import LOGIN_LIMIT, LastAdministrator, set_role, take_turn
from core.staff.asker import Asker, CameBy
from core.staff.cleaning import clean_line
from core.staff.model import LoginTry, SignOn, StaffMember, StaffSession
from core.staff.provider_port import Elsewhere, IdentityProvider, Journey, NotProved, Proved, ProviderAway
from core.staff.second_factor import NeedsCode, SecondFactor, WrongCode
from core.staff.sessions import Origin, Sessions, token_hash
from core.staff.tries import account_key, address_key, count_try, forget_tries
from core.vocabulary import Role
from db.transactions import Transactions

CODE_WAITS = timedelta(minutes=10)
"""How long somebody who came back from the provider may look for their telephone."""
KEPT = timedelta(days=1)
"""How long it is remembered that an answer was used."""


class NoAccount(NotAllowed):
    """The provider knows the person; no active account of the centre has this name."""

    code = "no_account"


class NoRole(NotAllowed):
    """Roles come from the provider, and it names none of ours."""

    code = "no_role"


class SingleSignOn:
    """Goes to the provider and back. ``roles``: our role by the provider's group; empty: roles are ours alone."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        sessions: Sessions,
        second: SecondFactor,
        provider: IdentityProvider,
        roles: Mapping[str, Role],
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._sessions = sessions
        self._second = second
        self._provider = provider
        self._roles = roles

    async def set_out(self, back: str, *, anew: bool = False) -> tuple[Journey, str]:
        """A way whose key the browser holds, and where it goes; ``anew``: the person proves it now. Raises ProviderAway."""
        journey = Journey(key=secrets.token_urlsafe(32))
        return journey, await self._provider.way_there(journey, back, anew=anew)

    async def finish(self, key: str, state: str, code: str, back: str, came: Origin) -> tuple[str, Asker]:
        """The new session's token and who it is.

        Raises ProviderAway, NotProved, NoAccount, NoRole, TooManyTries, and NeedsCode when the second factor is ours to ask:
        then ``give_code`` goes on.
        """
        proved = await self._prove(key, state, code, back, came)
        proved_at = self._sound(proved.proved_at)
        try:
            async with self._transactions.begin() as tx:
                member = await self._member(tx, proved)
                if proved.is_strong or not member.totp_sealed:
                    came_by = CameBy.PROVIDER_STRONG if proved.is_strong else CameBy.PROVIDER
                    return await self._sessions.open(tx, member, came, came_by=came_by, confirmed_at=proved_at, at=proved.at)
                waiting = await tx.get_one(SignOn, token_hash(state), with_for_update=True)
                waiting.staff_id, waiting.proved_at = member.id, proved_at
                _bind(waiting, proved.at)
        except (NoAccount, NoRole):
            await self._failed(None)
            raise
        raise NeedsCode()

    async def give_code(self, key: str, code: str, came: Origin) -> tuple[str, Asker]:
        """The second factor of who came back from the provider; raises NotProved, NeedsCode, WrongCode, TooManyTries."""
        now, waits_as = self._clock.now(), token_hash(Journey(key=key).state)
        async with self._transactions.begin() as tx:
            waiting = await tx.get(SignOn, waits_as)
            if waiting is None or waiting.staff_id is None or waiting.at <= now - CODE_WAITS:
                raise NotProved("nobody waits with this key")
            staff_id, login = waiting.staff_id, (await tx.get_one(StaffMember, waiting.staff_id)).login
            await count_try(tx, (account_key(login), address_key(came.address)), now)
        try:
            async with self._transactions.begin() as tx:
                waiting = await tx.get_one(SignOn, waits_as, with_for_update=True)
                member = await tx.get_one(StaffMember, staff_id, with_for_update=True)
                if waiting.staff_id != staff_id or not member.is_active:
                    raise NotProved("used or closed meanwhile")
                await self._second.passes(tx, member, code)
                await forget_tries(tx, account=account_key(login))
                waiting.staff_id = None
                at = Elsewhere(issuer=waiting.issuer, subject=waiting.subject, session=waiting.issuer_session)
                opened = await self._sessions.open(
                    tx, member, came, came_by=CameBy.PROVIDER_STRONG, confirmed_at=waiting.proved_at, at=at
                )
        except WrongCode:
            await self._failed(staff_id)
            raise
        return opened

    async def confirm(self, asker: Asker, key: str, state: str, code: str, back: str, came: Origin) -> None:
        """The asker proved at the provider who they are, a moment ago; raises as ``finish``, NotProved for anybody else."""
        proved = await self._prove(key, state, code, back, came)
        async with self._transactions.begin() as tx:
            member = await self._member(tx, proved)
            proved_at = self._sound(proved.proved_at)
            session = await tx.get(StaffSession, asker.session, with_for_update=True)
            if member.id != asker.id or proved_at is None or session is None:
                raise NotProved("another person, a proof without its time, or a session that is over")
            session.confirmed_at = max(proved_at, session.confirmed_at or proved_at)
            if session.came_by != CameBy.PASSWORD:
                _bind(session, proved.at)  # the provider may have begun another session to ask
            await record(tx, self._clock.now(), "staff.confirmed", f"staff:{asker.id}", staff_id=asker.id)

    async def way_out(self, back: str) -> str:
        """Where the browser ends its session at the provider, or ``back``; raises ProviderAway."""
        return await self._provider.way_out(back) or back

    async def _prove(self, key: str, state: str, code: str, back: str, came: Origin) -> Proved:
        journey = Journey(key=key)
        if not key or not hmac.compare_digest(journey.state.encode(), state.encode()):
            raise NotProved("this browser asked for something else")
        tries = await self._use(state, came)
        try:
            proved = await self._provider.redeem(journey, back, code)
        except NotProved:
            await self._failed(None)
            raise
        except ProviderAway:
            await self._forget(tries)
            raise
        await self._forget(tries)
        return proved

    async def _use(self, state: str, came: Origin) -> list[LoginTry]:
        """An answer of the provider is taken once; each is a try of its address until it is found good."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            tries = await count_try(tx, (address_key(came.address),), now)
            is_new = await take_once(tx, state, now)
        if not is_new:
            raise NotProved("it was used before")
        return tries

    async def _member(self, tx: AsyncSession, proved: Proved) -> StaffMember:
        if self._roles:
            await take_turn(tx)
        login = clean_line(proved.name, LOGIN_LIMIT + 1).casefold()
        found = await tx.exec(select(StaffMember).where(col(StaffMember.login) == login).with_for_update())
        member = found.first()
        if member is None or not member.is_active:
            raise NoAccount()
        if self._roles:
            await self._take_role(tx, member, proved)
        return member

    async def _take_role(self, tx: AsyncSession, member: StaffMember, proved: Proved) -> None:
        role = next((role for group, role in self._roles.items() if group in proved.groups), None)
        if role is None:
            raise NoRole()
        before = member.role
        if role == before:
            return
        try:
            await set_role(tx, member, role, by=None)
        except LastAdministrator:
            log.warning("oidc.last_administrator", staff=member.id)
            return
        member.version += 1
        told = {"role_before": before, "role": role.value}
        await record(tx, self._clock.now(), "staff.role_by_provider", f"staff:{member.id}", staff_id=member.id, **told)

    def _sound(self, proved_at: datetime | None) -> datetime | None:
        """Clocks differ: nobody proved anything in the future."""
        return min(proved_at, self._clock.now()) if proved_at is not None else None

    async def _forget(self, tries: Sequence[LoginTry]) -> None:
        async with self._transactions.begin() as tx:
            await forget_tries(tx, tries=tries)

    async def _failed(self, staff_id: int | None) -> None:
        async with self._transactions.begin() as tx:
            await record(tx, self._clock.now(), "staff.login_failed", "staff", staff_id=staff_id)


async def take_once(tx: AsyncSession, word: str, now: datetime) -> bool:
    """Whether this word of the provider is new; it is remembered for a day, longer than any of them is good."""
    await tx.exec(delete(SignOn).where(col(SignOn.at) <= now - KEPT))
    fresh = insert(SignOn).values(state_hash=token_hash(word), at=now).on_conflict_do_nothing()
    return (await tx.execute(fresh.returning(SignOn.__table__.c.state_hash))).first() is not None  # type: ignore[attr-defined]  # a table


def _bind(row: StaffSession | SignOn, at: Elsewhere) -> None:
    row.issuer, row.subject, row.issuer_session = at.issuer, at.subject, at.session
