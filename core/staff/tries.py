"""Tries of a password: counted before the password is looked at, per account and per address, in the database for all replicas."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import TooManyTries
from core.staff.model import LoginTry

TRY_WINDOW = timedelta(minutes=15)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 30
"""An office shares one address, so its limit is wider than an account's."""
NOTICES_OF_ADDRESS = 100
"""A provider may tell of many sessions at once, and does not come again with what was refused."""
LIMITS = {"account": TRIES_OF_ACCOUNT, "address": TRIES_OF_ADDRESS, "notice": NOTICES_OF_ADDRESS}
"""By what stands before the colon of a key."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_TRIES = text("SELECT count(*), min(tried_at) FROM login_try WHERE key = :key AND tried_at > :since")
_FORGET = text("DELETE FROM login_try WHERE key = :key AND tried_at <= :since")


def account_key(login: str) -> str:
    """Hashed: a password typed into the wrong field must not be kept."""
    return f"account:{hashlib.sha256(login.encode()).hexdigest()[:32]}"


def address_key(address: str) -> str:
    """Of the address that a try comes from."""
    return f"address:{address}"[:128]


def notice_key(address: str) -> str:
    """Of the address that a notice of the identity provider comes from: a try until it is found to be signed."""
    return f"notice:{address}"[:128]


async def count_try(tx: AsyncSession, keys: Sequence[str], now: datetime) -> list[LoginTry]:
    """Write a try down under each key; raises TooManyTries, with nothing written, when a limit is reached."""
    since = now - TRY_WINDOW
    tries = []
    for key in sorted(keys):
        limit = LIMITS[key.partition(":")[0]]
        await tx.execute(_LOCK, {"key": key})
        await tx.execute(_FORGET, {"key": key, "since": since})
        count, oldest = (await tx.execute(_TRIES, {"key": key, "since": since})).one()
        if count >= limit:
            raise TooManyTries(retry_after=max(1, int((oldest + TRY_WINDOW - now).total_seconds())))
        tries.append(LoginTry(key=key, tried_at=now))
    tx.add_all(tries)
    await tx.flush()
    return tries


async def forget_tries(tx: AsyncSession, *, account: str = "", tries: Sequence[LoginTry] = ()) -> None:
    """These were right after all; with an account, all of it are forgotten."""
    ids = [one.id for one in tries]
    await tx.exec(delete(LoginTry).where(col(LoginTry.id).in_(ids) | (col(LoginTry.key) == account)))


async def locked_for(tx: AsyncSession, logins: Collection[str], now: datetime) -> Mapping[str, int]:
    """Those of the accounts that are closed to tries now, with the seconds until they open again."""
    keys = {account_key(login): login for login in logins}
    wanted = select(LoginTry.key, func.min(LoginTry.tried_at)).where(
        col(LoginTry.key).in_(keys), col(LoginTry.tried_at) > now - TRY_WINDOW
    )
    found = await tx.exec(wanted.group_by(col(LoginTry.key)).having(func.count() >= TRIES_OF_ACCOUNT))
    return {keys[key]: max(1, int((oldest + TRY_WINDOW - now).total_seconds())) for key, oldest in found.all()}
