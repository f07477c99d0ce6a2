"""The keys of the sealed contacts: what they seal, a new one for all of it, and another master key (ADR 0035)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, bindparam, func, select, text, true, type_coerce, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Conflict
from core.sealing.columns import sealed_columns
from core.sealing.model import DataKey
from db.locks import NamedLocks
from db.sealing import SEALED, VALUES, KeyRing
from db.transactions import Transactions

BATCH = 500
"""Rows that are sealed anew in one transaction: they are locked for some milliseconds."""
LOCK = "keys:rotate"
_KEYS = text("SELECT id, purpose, wrapped, made_at, retired_at FROM public.data_key ORDER BY made_at, id")


class AlreadyRotating(Conflict):
    """Another process is sealing anew."""

    code = "already_rotating"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A data key: the name of the master key that it is wrapped under, and how many values it seals."""

    id: str
    purpose: str
    master: str
    made_at: datetime
    retired_at: datetime | None
    sealed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """``is_resumed``: a rotation that was broken off was ended, no new key was made; ``sealed``: values sealed anew."""

    key: str
    is_resumed: bool
    sealed: int
    retired: Sequence[str]


class KeyDesk:
    """What an administrator does with the keys, from the command line."""

    def __init__(self, *, transactions: Transactions, locks: NamedLocks, clock: Clock, ring: KeyRing) -> None:
        self._transactions = transactions
        self._locks = locks
        self._clock = clock
        self._ring = ring

    async def status(self) -> Sequence[KeyState]:
        """The data keys, oldest first. Raises KeysMissing."""
        current = self._ring.current  # a new database gets its keys now
        async with self._transactions.begin() as tx:
            counts = await _counts(tx)
            return [
                KeyState(
                    id=row.id,
                    purpose=row.purpose,
                    master=row.wrapped.partition(".")[0],
                    made_at=row.made_at,
                    retired_at=None if row.id == current else row.retired_at,
                    sealed=counts.get(row.id, 0),
                )
                for row in await tx.execute(_KEYS)
            ]

    async def rotate(self, settle: Callable[[], Awaitable[object]]) -> Rotated:
        """Seal everything by a new data key, in batches while the centre works; what was broken off is ended instead.

        ``settle`` waits until every process seals by the new key; what they wrote before that is sealed anew after it. Raises
        AlreadyRotating, KeysMissing, CannotOpen (nothing of that batch is changed).
        """
        async with self._locks.hold_if_free(LOCK) as is_free:
            if not is_free:
                raise AlreadyRotating
            before = self._ring.current
            async with self._transactions.begin() as tx:
                is_resumed = bool(set(await _counts(tx)) - {before})
            key = before if is_resumed else self._ring.add()
            sealed = sum([await self._seal(column) for column in sealed_columns()])
            await settle()
            sealed += sum([await self._seal(column) for column in sealed_columns()])
            retired = await self._retire(key, sealed, is_resumed=is_resumed)
            return Rotated(key=key, is_resumed=is_resumed, sealed=sealed, retired=retired)

    async def rewrap(self) -> int:
        """Wrap the data keys under the current master key; gives how many were under another. Raises KeysMissing."""
        changed = self._ring.rewrap()
        async with self._transactions.begin() as tx:
            await record(tx, self._clock.now(), "keys.rewrapped", "keys", keys=changed)
        return changed

    async def _seal(self, column: Column[str]) -> int:
        """Seal a column anew, batch by batch; a row that is being changed is waited for."""
        (key,), kept = column.table.primary_key, type_coerce(column, String)
        changed, beyond = 0, true()
        while True:
            async with self._transactions.begin() as tx:
                wanted = (
                    select(key, column)
                    .where(beyond, kept != "", ~kept.startswith(f"{SEALED}.{self._ring.current}."))
                    .order_by(key)
                    .limit(BATCH)
                    .with_for_update()
                )
                rows = (await tx.execute(wanted)).all()
                if not rows:
                    return changed
                await _write(tx, column, {number: value for number, value in rows})
            beyond, changed = key > rows[-1][0], changed + len(rows)

    async def _retire(self, key: str, sealed: int, *, is_resumed: bool) -> Sequence[str]:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            used = {key, *await _counts(tx)}
            old = (
                update(DataKey)
                .where(col(DataKey.purpose) == VALUES, col(DataKey.id).not_in(used), col(DataKey.retired_at).is_(None))
                .values(retired_at=now)
                .returning(col(DataKey.id))
            )
            retired = sorted((await tx.execute(old)).scalars())
            await record(tx, now, "keys.rotated", "keys", key=key, sealed=sealed, retired=retired, resumed=is_resumed)
            return retired


async def _counts(tx: AsyncSession) -> Mapping[str, int]:
    """How many values each data key seals."""
    counts: dict[str, int] = {}
    for column in sealed_columns():
        kept = type_coerce(column, String)
        key = func.split_part(kept, ".", 2)
        for name, count in await tx.execute(select(key, func.count()).where(kept != "").group_by(key)):
            counts[name] = counts.get(name, 0) + count
    return counts


async def _write(tx: AsyncSession, column: Column[str], values: Mapping[int | str, str]) -> None:
    """In plain words: the mark beside the column stays as it is."""
    (key,) = column.table.primary_key
    change = text(f"UPDATE {column.table.name} SET {column.name} = :value WHERE {key.name} = :key")  # noqa: S608  # our tables
    connection = await tx.connection()
    typed = change.bindparams(bindparam("value", type_=column.type))
    await connection.execute(typed, [{"key": key, "value": value} for key, value in values.items()])
