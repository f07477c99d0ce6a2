"""Inbound is durable before it is acknowledged, and handled in order for each person (design decision 4)."""

import asyncio
import json
from collections.abc import Awaitable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError

from core.channels import Channel, Inbound
from core.clock import Clock
from core.conversations.hearing import is_event
from core.conversations.json_text import json_text
from core.conversations.reception import Reception
from core.deliveries.desk import DeliveryDesk
from core.deliveries.outbox import lane_of
from core.errors import NotFirst, OfficeError
from core.logs import log
from db.locks import NamedLocks
from db.transactions import Transactions
from db.types import Marked, Sealed

MOST_TRIES = 5
"""After so many failures an item is set aside with its error, so that it does not block its person for ever."""
BATCH = 20
SWEPT_AT_ONCE = 8
"""One slow person must not hold up the recovery of the others."""

_SEALED, _LANE = Sealed("inbound_item.payload"), Sealed("inbound_item.lane")
_STORE = text(
    "INSERT INTO inbound_item (source, external_id, lane, lane_mark, position, payload, received_at, tries, error)"
    " VALUES (:source, :external, :lane, :mark, :position, :payload, :now, 0, '')"
    " ON CONFLICT (source, external_id) DO NOTHING RETURNING id"
).bindparams(bindparam("payload", type_=_SEALED), bindparam("lane", type_=_LANE), bindparam("mark", type_=Marked))
_UNHANDLED = (
    text(
        "SELECT id, payload, tries FROM inbound_item WHERE lane_mark = :lane AND handled_at IS NULL"
        " ORDER BY position, id LIMIT :most"
    )
    .bindparams(bindparam("lane", type_=Marked))
    .columns(payload=_SEALED)
)
_HANDLED = text("UPDATE inbound_item SET handled_at = :now, error = :error WHERE id = :id")
_TRIED = text("UPDATE inbound_item SET tries = tries + 1, error = :error WHERE id = :id")
_LEFT_BEHIND = text(
    "SELECT DISTINCT ON (lane_mark) lane FROM inbound_item WHERE handled_at IS NULL AND received_at < :before"
    " ORDER BY lane_mark LIMIT 200"
).columns(lane=_LANE)


class Intake:
    """Stores native events and carries them, one person's after another."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        locks: NamedLocks,
        reception: Reception,
        deliveries: DeliveryDesk,
        channels: Mapping[str, Channel],
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._locks = locks
        self._reception = reception
        self._deliveries = deliveries
        self._channels = channels
        self._clock = clock

    async def store(self, source: str, external_id: str, lane: str, payload: Any, *, position: int = 0) -> int | None:
        """Commit the event under its own identity and give its number; None for a repeat, which has no effect.

        ``position`` orders events of a lane that arrive side by side; equal ones keep the order of arrival.
        """
        values = {
            "source": source,
            "external": external_id,
            "lane": lane,
            "mark": lane,
            "position": position,
            "payload": json_text(payload),
            "now": self._clock.now(),
        }
        try:
            return await self._store(values)
        except DBAPIError as broken:
            if not broken.connection_invalidated:
                raise
            return await self._store(values)  # the database restarted; the statement is idempotent

    async def _store(self, values: Mapping[str, Any]) -> int | None:
        async with self._transactions.each_alone() as connection:
            stored: int | None = (await connection.execute(_STORE, values)).scalar()
            return stored

    async def carry(self, lane: str) -> None:
        """Handle everything that waits in a lane, in order, under its lock."""
        async with self._locks.hold(lane):
            await self._carry_held(lane)

    async def carry_fresh(self, lane: str, external_id: str, payload: Any, stored: Awaitable[int | None]) -> None:
        """Carry an event while it is still being committed: the dialogue is a pure function and may think ahead.

        Nothing is stored and nothing is sent before ``stored`` has given the event's number; a repeat gives None and ends here.
        """
        async with self._locks.hold(lane):
            inbound = self._channels[lane.partition(":")[0]].read(payload)
            if inbound is None or is_event(inbound):
                await stored
                await self._carry_held(lane)
                return
            try:
                await self._reception.receive(inbound, stored, fresh=external_id)
            except NotFirst:
                await stored
                await self._carry_held(lane)

    async def left_behind(self, older_than: float) -> list[str]:
        """Lanes with something that nobody handled for ``older_than`` seconds: a process died there."""
        async with self._transactions.begin() as tx:
            before = self._clock.now() - timedelta(seconds=older_than)
            return list((await tx.execute(_LEFT_BEHIND, {"before": before})).scalars())

    async def sweep(self, older_than: float) -> int:
        """Take up what a crash left behind, in both directions; gives how many were taken up."""
        lanes = await self.left_behind(older_than)
        untold = await self._reception.untold()
        due = await self._deliveries.due_lanes(older_than)
        room = asyncio.Semaphore(SWEPT_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for work in (
                *(self._carry_if_free(lane) for lane in lanes),
                *(self._finish_if_free(channel, sender) for channel, sender in untold),
                *(self._deliveries.drain_if_free(one) for one in due),
            ):
                tasks.create_task(_in_turn(room, work))
        return len(lanes) + len(untold) + len(due)

    async def _carry_if_free(self, lane: str) -> None:
        async with self._locks.hold_if_free(lane) as held:
            if held:
                await self._carry_held(lane)

    async def _finish_if_free(self, channel: str, sender: str) -> None:
        async with self._locks.hold_if_free(lane_of(channel, sender)) as held:
            if held:
                await self._reception.finish(channel, sender)

    async def _carry_held(self, lane: str) -> None:
        """Handle what waits; whoever stores something later carries it as well."""
        channel = self._channels[lane.partition(":")[0]]
        full = True
        while full:
            items = await self._unhandled(lane)
            full = len(items) == BATCH
            for item in items:
                if not await self._handle(channel, item):
                    return

    async def _handle(self, channel: Channel, item: Mapping[str, Any]) -> bool:
        """One item; False when the lane must rest."""
        try:
            inbound: Inbound | None = channel.read(json.loads(item["payload"]))
            if inbound is None:
                await self._set_aside(item["id"], "")
            else:
                await self._reception.receive(inbound, item["id"])
            return True
        except OfficeError as refused:
            log.warning("inbound.refused", item=item["id"], code=refused.code)
            return await self._failed(item, refused.code)
        except Exception as error:  # noqa: BLE001  # the outermost loop: one item must not end the others
            log.exception("inbound.failed", item=item["id"])
            return await self._failed(item, type(error).__name__)

    async def _failed(self, item: Mapping[str, Any], error: str) -> bool:
        if item["tries"] + 1 >= MOST_TRIES:
            await self._set_aside(item["id"], error)
            return True
        async with self._transactions.begin() as tx:
            await tx.execute(_TRIED, {"id": item["id"], "error": error[:300]})
        return False

    async def _set_aside(self, item_id: int, error: str) -> None:
        async with self._transactions.begin() as tx:
            await tx.execute(_HANDLED, {"id": item_id, "now": self._clock.now(), "error": error[:300]})

    async def _unhandled(self, lane: str) -> list[Mapping[str, Any]]:
        async with self._transactions.each_alone() as connection:
            rows = await connection.execute(_UNHANDLED, {"lane": lane, "most": BATCH})
            return [dict(row) for row in rows.mappings()]


async def _in_turn(room: asyncio.Semaphore, work: Coroutine[Any, Any, None]) -> None:
    """Do the work when there is room; a failure concerns this person alone, the next sweep tries again."""
    async with room:
        try:
            await work
        except Exception:  # noqa: BLE001  # the outermost loop of a sweep
            log.exception("sweep.failed")
