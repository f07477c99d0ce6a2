"""What bounces tell of an address: one that takes no more mail is known before the next letter goes there."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.mail.model import MailAddress
from core.mail.port import Failure

NO_SUCH_BOX = ("5.1.", "5.2.1", "5.4.4")
"""Status codes (RFC 3463) that say that there is no such mailbox or domain: once is enough."""
MOST_HARD = 3
"""After so many permanent failures for any other reason the address counts as dead, too."""


async def note_bounce(tx: AsyncSession, failure: Failure, now: datetime) -> None:
    """Count a failure against its address."""
    address = await _row(tx, failure.recipient)
    address.last_bounced_at, address.last_status = now, failure.status[:16]
    address.last_diagnostic = failure.diagnostic[:300]
    if failure.status.startswith("4"):
        address.soft += 1
        return
    address.hard += 1
    if address.dead_since is None and (failure.status.startswith(NO_SUCH_BOX) or address.hard >= MOST_HARD):
        address.dead_since = now


async def note_life(tx: AsyncSession, address: str) -> None:
    """A mail came from there, or arrived there: earlier failures count no more."""
    found = await _known(tx, address) if address else None
    if found is not None:
        found.hard = found.soft = 0
        found.dead_since = None


async def is_alive(tx: AsyncSession, address: str) -> bool:
    """Whether mail may be tried there."""
    found = await _known(tx, address)
    return found is None or found.dead_since is None


async def _known(tx: AsyncSession, address: str, *, locked: bool = False) -> MailAddress | None:
    wanted = select(MailAddress).where(MailAddress.address_mark == address[:320])
    return (await tx.exec(wanted.with_for_update() if locked else wanted)).first()


async def _row(tx: AsyncSession, address: str) -> MailAddress:
    found = await _known(tx, address, locked=True)
    if found is None:
        found = MailAddress(address=address.lower()[:320])
        tx.add(found)
        await tx.flush()
    return found
