"""Reading the live events once each, in order, although transactions commit out of order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind
from core.retention import EVENTS_KEPT

BATCH = 500
GAP_PATIENCE = timedelta(seconds=60)
"""A number that was skipped belongs to a transaction under way or to one that was rolled back; ours take less than a second."""
MOST_GAPS = 1000
NOTE_EVERY = timedelta(minutes=1)
"""How often an idle cursor is written, to tell later how long nobody read."""

_BEGIN = text(
    "INSERT INTO duty_cursor (name, last_event_id, gaps, read_at)"
    " SELECT :name, COALESCE(max(id), 0), '[]', :now FROM live_event ON CONFLICT DO NOTHING"
)
_CURSOR = text("SELECT last_event_id, gaps, read_at FROM duty_cursor WHERE name = :name FOR UPDATE")
_EVENTS = text(
    "SELECT id, kind, payload FROM live_event WHERE id > :last OR id = ANY(CAST(:gaps AS bigint[])) ORDER BY id LIMIT :most"
)
_MOVE = text("UPDATE duty_cursor SET last_event_id = :last, gaps = CAST(:gaps AS jsonb), read_at = :now WHERE name = :name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A live event; the payload holds ids."""

    id: int
    kind: str
    payload: Mapping[str, Any]

    def number(self, name: str) -> int | None:
        """An id in the payload."""
        found = self.payload.get(name)
        return found if isinstance(found, int) and found > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Events that were not read before; ``missed`` when older ones were deleted unread."""

    events: Sequence[Event]
    missed: bool = False

    @property
    def last(self) -> int:
        """The newest number: the name of this batch."""
        return max((event.id for event in self.events), default=0)

    def of(self, *kinds: LiveKind) -> list[Event]:
        """The events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def ids(self, name: str, *kinds: LiveKind) -> set[int]:
        """The different ids under a name in the events of these kinds."""
        return {number for event in self.of(*kinds) if (number := event.number(name)) is not None}


async def read_batch(tx: AsyncSession, name: str, now: datetime) -> Batch:
    """The next events, and the cursor moved beyond them in the same transaction; a new cursor begins with what comes next."""
    await tx.execute(_BEGIN, {"name": name, "now": now})
    cursor = (await tx.execute(_CURSOR, {"name": name})).one()
    gaps = {int(number): float(seen) for number, seen in cursor.gaps}
    found = await tx.execute(_EVENTS, {"last": cursor.last_event_id, "gaps": list(gaps), "most": BATCH})
    events = [Event(id=row["id"], kind=row["kind"], payload=row["payload"]) for row in found.mappings()]
    last = max(cursor.last_event_id, max((event.id for event in events), default=0))
    left = _gaps(gaps, cursor.last_event_id, last, {event.id for event in events}, now)
    if events or left != cursor.gaps or now - cursor.read_at > NOTE_EVERY:
        await tx.execute(_MOVE, {"name": name, "last": last, "gaps": json.dumps(left), "now": now})
    return Batch(events=events, missed=now - cursor.read_at > EVENTS_KEPT)


def _gaps(old: Mapping[int, float], before: int, last: int, read: set[int], now: datetime) -> list[list[float]]:
    """Numbers that may still come: the old ones for a minute, and those that this batch skipped."""
    moment = now.timestamp()
    kept = [[number, seen] for number, seen in old.items() if number not in read and moment - seen < GAP_PATIENCE.total_seconds()]
    fresh = [[number, moment] for number in range(max(before + 1, last - MOST_GAPS), last) if number not in read]
    return [*kept, *fresh]
