"""What the staff do in Telegram is stored before it is acknowledged, then handled in order (as core.conversations.intake does).

It has a table of its own: the citizens' intake takes up whatever is left in its table, and would not know what to do with these.
The effects have keys of their own (the message's number), so a crash between an effect and its mark repeats nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, text

from core.clock import Clock
from core.duty.hearing import DutyHearing
from core.duty.inbound import DutyPort, Notice
from core.errors import OfficeError
from core.logs import log
from core.words import say
from db.locks import NamedLocks
from db.transactions import Transactions
from db.types import SealedJson

MOST_TRIES = 5
BATCH = 20
KEPT = timedelta(days=7)
"""How long handled updates are kept, to know a repeat again; Telegram repeats for a day."""

_PAYLOAD = SealedJson("duty_update.payload")
_STORE = text(
    "INSERT INTO duty_update (external_id, lane, position, payload, received_at, tries, error)"
    " VALUES (:external, :lane, :position, :payload, :now, 0, '') ON CONFLICT (external_id) DO NOTHING RETURNING id"
).bindparams(bindparam("payload", type_=_PAYLOAD))
_UNHANDLED = text(
    "SELECT id, payload, tries FROM duty_update WHERE lane = :lane AND handled_at IS NULL ORDER BY position, id LIMIT :most"
).columns(payload=_PAYLOAD)
_HANDLED = text("UPDATE duty_update SET handled_at = :now, error = :error WHERE id = :id")
_TRIED = text("UPDATE duty_update SET tries = tries + 1, error = :error WHERE id = :id")
_LEFT_BEHIND = text("SELECT DISTINCT lane FROM duty_update WHERE handled_at IS NULL AND received_at <= :before LIMIT 100")
_FORGET = text("DELETE FROM duty_update WHERE received_at < :before AND handled_at IS NOT NULL")


class DutyIntake:
    """Stores updates of the duty bot and carries them, one topic's after another."""

    def __init__(
        self, *, transactions: Transactions, locks: NamedLocks, clock: Clock, hearing: DutyHearing, port: DutyPort
    ) -> None:
        self._transactions = transactions
        self._locks = locks
        self._clock = clock
        self._hearing = hearing
        self._port = port

    async def store(self, external_id: str, lane: str, payload: Any, *, position: int = 0) -> bool:
        """Commit the update under its own identity; False for a repeat, which has no effect."""
        values = {
            "external": external_id,
            "lane": lane,
            "position": position,
            "payload": payload,
            "now": self._clock.now(),
        }
        async with self._transactions.each_alone() as connection:
            return (await connection.execute(_STORE, values)).first() is not None

    async def carry(self, lane: str) -> None:
        """Handle everything that waits in a lane, in order, under its lock."""
        async with self._locks.hold(f"duty-in:{lane}"):
            full = True
            while full:
                items = await self._unhandled(lane)
                full = len(items) == BATCH
                for item in items:
                    if not await self._handle(item):
                        return

    async def sweep(self, older_than: float) -> int:
        """Take up what a crash or a failure left behind, and forget what is long done; gives how many lanes were taken up."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await tx.execute(_FORGET, {"before": now - KEPT})
            before = {"before": now - timedelta(seconds=older_than)}
            lanes = list((await tx.execute(_LEFT_BEHIND, before)).scalars())
        for lane in lanes:
            await self.carry(lane)
        return len(lanes)

    async def _handle(self, item: Mapping[str, Any]) -> bool:
        """One item; False when the lane must rest. A pressed button is answered whatever happens."""
        inbound = self._port.read(item["payload"])
        if inbound is None:
            return await self._done(item, "")
        notice = Notice(text=say("duty.say.failed"))
        try:
            notice = await self._hearing.hear(inbound)
            return await self._done(item, "")
        except OfficeError as refused:
            log.warning("duty.refused", item=item["id"], code=refused.code)
            return await self._failed(item, refused.code)
        except Exception as error:  # noqa: BLE001  # the outermost loop: one item must not end the others
            log.exception("duty.failed", item=item["id"])
            return await self._failed(item, type(error).__name__)
        finally:
            if inbound.query:
                await self._port.answer(inbound.query, notice)

    async def _failed(self, item: Mapping[str, Any], error: str) -> bool:
        if item["tries"] + 1 >= MOST_TRIES:
            return await self._done(item, error)
        async with self._transactions.begin() as tx:
            await tx.execute(_TRIED, {"id": item["id"], "error": error[:300]})
        return False

    async def _done(self, item: Mapping[str, Any], error: str) -> bool:
        async with self._transactions.begin() as tx:
            await tx.execute(_HANDLED, {"id": item["id"], "now": self._clock.now(), "error": error[:300]})
        return True

    async def _unhandled(self, lane: str) -> list[Mapping[str, Any]]:
        async with self._transactions.each_alone() as connection:
            rows = await connection.execute(_UNHANDLED, {"lane": lane, "most": BATCH})
            return [dict(row) for row in rows.mappings()]
