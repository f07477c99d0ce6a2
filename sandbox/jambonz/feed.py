"""What happened, in order, for the page and for whoever reconnects."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.feed import Signal

KEPT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event."""

    seq: int
    kind: str
    body: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For the wire."""
        return {"seq": self.seq, "kind": self.kind, "body": self.body}


class Feed:
    """The log of happenings."""

    def __init__(self) -> None:
        self.last = 0
        self._kept: deque[Happening] = deque(maxlen=KEPT)
        self._signal = Signal()
        self._closed = False

    def publish(self, kind: str, body: dict[str, Any]) -> None:
        """Add one and wake the readers."""
        self.last += 1
        self._kept.append(Happening(seq=self.last, kind=kind, body=body))
        self._signal.fire()

    def kept(self) -> list[Happening]:
        """What is still known."""
        return list(self._kept)

    async def follow(self, seq: int) -> AsyncIterator[Happening]:
        """Everything after ``seq``, until the feed is closed."""
        while not self._closed:
            found = [happening for happening in self._kept if happening.seq > seq]
            for happening in found:
                seq = happening.seq
                yield happening
            if not found:
                await self._signal.wait(None)

    def close(self) -> None:
        """Let the readers go."""
        self._closed = True
        self._signal.fire()
