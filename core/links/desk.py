"""One-time links: a secret in a letter instead of an account (reg. 2.8.10, 2.8.11, 4.3)."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import Update, text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.errors import NotFound, OfficeError, TooManyTries
from core.links.model import LinkTry, OneTimeLink
from core.table import insert_row
from core.vocabulary import LinkPurpose
from db.transactions import Transactions

WINDOW = timedelta(minutes=15)
TRIES_OF_ADDRESS = 120
"""The whole administration may share one address."""
TRIES_OF_LINK = 40
PATHS: Final[Mapping[LinkPurpose, str]] = MappingProxyType(
    {
        LinkPurpose.REQUEST: "/d/",
        LinkPurpose.CONFIRMATION: "/c/",
        LinkPurpose.KNOWLEDGE_DUTY: "/k/",
        LinkPurpose.DOWNLOAD: "/f/",
    }
)
"""Where the plain page of each purpose is."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")
_TRIES = text("SELECT count(*), min(tried_at) FROM link_try WHERE key = :key AND tried_at > :since")
_FORGET = text(
    "DELETE FROM link_try WHERE id IN (SELECT id FROM link_try WHERE tried_at <= :since LIMIT 200 FOR UPDATE SKIP LOCKED)"
)


class LinkGone(OfficeError):
    """The link was good once; ``facts['purpose']`` says for what."""

    code = "link_gone"


class LinkExpired(LinkGone):
    """Its time is over, or what it was for was withdrawn."""

    code = "link_expired"


class LinkUsed(LinkGone):
    """What it was for was done with it, or with another link for the same."""

    code = "link_used"


def path_of(purpose: LinkPurpose, token: str) -> str:
    """The path of the link's page, to be put behind the public address of the inbox."""
    return f"{PATHS[purpose]}{token}"


async def make_link(tx: AsyncSession, purpose: LinkPurpose, subject_id: int, now: datetime, expires_at: datetime) -> str:
    """A new link for ``subject_id``; gives its token, which is kept nowhere."""
    link, token = new_link(purpose, subject_id, now, expires_at)
    await insert_row(tx, link)
    return token


def new_link(purpose: LinkPurpose, subject_id: int, now: datetime, expires_at: datetime) -> tuple[OneTimeLink, str]:
    """The row of a new link, for a caller who writes it together with others, and its token."""
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(token_hash=_hash(token), purpose=purpose, subject_id=subject_id, expires_at=expires_at, made_at=now)
    return link, token


async def open_link(tx: AsyncSession, token: str, now: datetime, purpose: LinkPurpose) -> OneTimeLink:
    """The link, locked until the transaction ends; it may be opened again until it is used.

    Raises NotFound for an unknown token or one for something else, LinkUsed, LinkExpired.
    """
    link = await tx.get(OneTimeLink, _hash(token), with_for_update=True, populate_existing=True)
    if link is None or link.purpose != purpose:
        raise NotFound("no such link")
    if link.used_at is not None:
        raise LinkUsed(purpose=purpose.value)
    if link.expires_at <= now:
        raise LinkExpired(purpose=purpose.value)
    link.opened += 1
    await tx.flush()
    return link


async def use_link(tx: AsyncSession, link: OneTimeLink, now: datetime) -> None:
    """What the link was for is done: neither it nor another link for the same opens any more."""
    link.used_at = now
    await tx.flush()
    await use_links(tx, LinkPurpose(link.purpose), link.subject_id, now)


async def use_links(tx: AsyncSession, purpose: LinkPurpose, subject_id: int, now: datetime) -> None:
    """What these links were for was done in another way: their pages say so."""
    await tx.execute(_unused(purpose, subject_id).values(used_at=now))


async def end_links(tx: AsyncSession, purpose: LinkPurpose, subject_id: int, now: datetime) -> None:
    """Nobody needs to do it any more: the links expire."""
    await tx.execute(_unused(purpose, subject_id).where(col(OneTimeLink.expires_at) > now).values(expires_at=now))


class LinkDesk:
    """Limits how often plain pages are asked for."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def count_try(self, address: str, token: str) -> None:
        """Count one request of a plain page; raises TooManyTries (facts: ``retry_after`` in seconds).

        In a transaction of its own, so that a refusal further on is counted too.
        """
        limits = {f"address:{address}"[:128]: TRIES_OF_ADDRESS, f"link:{_hash(token)[:32]}": TRIES_OF_LINK}
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await tx.execute(_FORGET, {"since": now - WINDOW})
            for key in sorted(limits):
                await tx.execute(_LOCK, {"key": key})
                count, oldest = (await tx.execute(_TRIES, {"key": key, "since": now - WINDOW})).one()
                if count >= limits[key]:
                    raise TooManyTries(retry_after=max(1, int((oldest + WINDOW - now).total_seconds())))
            tx.add_all(LinkTry(key=key, tried_at=now) for key in limits)


def _unused(purpose: LinkPurpose, subject_id: int) -> Update:
    return update(OneTimeLink).where(
        col(OneTimeLink.purpose) == purpose, col(OneTimeLink.subject_id) == subject_id, col(OneTimeLink.used_at).is_(None)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
