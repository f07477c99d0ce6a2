"""What the identity provider says behind the browser's back: a session there is over (OpenID Connect Back-Channel Logout 1.0)."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.logs import log
from core.staff.model import SignOn, StaffSession
from core.staff.provider_port import Elsewhere, IdentityProvider, NotProved, ProviderAway
from core.staff.sessions import end_these
from core.staff.single_sign_on import take_once
from core.staff.tries import count_try, forget_tries, notice_key
from db.transactions import Transactions


class BackChannel:
    """Ends the sessions that began with one at the provider."""

    def __init__(self, *, transactions: Transactions, clock: Clock, provider: IdentityProvider) -> None:
        self._transactions = transactions
        self._clock = clock
        self._provider = provider

    async def end(self, token: str, address: str) -> None:
        """End the sessions that a logout token means, with their live streams, and logins that still wait for a code.

        Nobody signed in is no error (2.8 of the standard). A token that failed counts against the address that it came from.
        Raises NotProved, ProviderAway, TooManyTries.
        """
        async with self._transactions.begin() as tx:
            tries = await count_try(tx, (notice_key(address),), self._clock.now())
        try:
            over = await self._provider.logged_out(token)
        except ProviderAway:
            async with self._transactions.begin() as tx:
                await forget_tries(tx, tries=tries)
            raise
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await forget_tries(tx, tries=tries)
            if not await take_once(tx, f"logout {over.at.issuer} {over.token_id}", now):
                raise NotProved("it was used before")
            await tx.execute(
                update(SignOn).where(_began_at(SignOn, over.at), col(SignOn.staff_id).is_not(None)).values(staff_id=None)
            )
            ended = await _end_those(tx, over.at)
            for staff_id, count in sorted(ended.items()):
                await record(tx, now, "staff.logout_by_provider", f"staff:{staff_id}", staff_id=staff_id, count=count)
        log.info("oidc.logged_out", sessions=sum(ended.values()))


async def _end_those(tx: AsyncSession, at: Elsewhere) -> Mapping[int, int]:
    """End what began with this session at the provider, or with any of this person's: how many, by member of staff.

    A session that began without the provider's ``sid`` is ended with any session of its person.
    """
    wanted = select(StaffSession.token_hash, StaffSession.staff_id).where(_began_at(StaffSession, at))
    found = (await tx.exec(wanted.with_for_update())).all()
    await end_these(tx, [one for one, _ in found])
    return Counter(staff_id for _, staff_id in found)


def _began_at(rows: type[StaffSession | SignOn], at: Elsewhere) -> ColumnElement[bool]:
    """Whether a row began with this session at the provider, or with this person there."""
    is_session = col(rows.issuer_session) == at.session
    if at.subject:
        is_person = col(rows.subject) == at.subject
        is_session = is_person & (is_session | (col(rows.issuer_session) == "")) if at.session else is_person
    return (col(rows.issuer) == at.issuer) & is_session
