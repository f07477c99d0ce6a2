"""What happened in the chats, in order: for the chat page, for tests that wait, and for whoever reconnects."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Happening:
    """One event; `bot` and `chat` say where."""

    seq: int
    kind: str
    bot: int
    chat: int
    body: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For the wire."""
        return {"seq": self.seq, "kind": self.kind, "bot": self.bot, "chat": self.chat, "body": self.body}


class Signal:
    """Wakes all who wait; nobody misses a change between a look and a wait within one loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Wake everybody."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float | None) -> bool:
        """True when fired, False when the time ran out first."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            done, _ = await asyncio.wait({future}, timeout=seconds)
            return bool(done)
        finally:
            self._waiting.discard(future)


class Feed:
    """The log of happenings."""

    def __init__(self) -> None:
        self.last = 0
        self._kept: deque[Happening] = deque(maxlen=KEPT)
        self._signal = Signal()
        self._closed = False

    def publish(self, kind: str, bot: int, chat: int, body: dict[str, Any]) -> None:
        """Add one and wake the readers."""
        self.last += 1
        self._kept.append(Happening(self.last, kind, bot, chat, body))
        self._signal.fire()

    def after(self, seq: int) -> list[Happening]:
        """All that came later than `seq` and is still kept."""
        if not self._kept or self._kept[-1].seq <= seq:
            return []
        first = self._kept[0].seq
        return [self._kept[i] for i in range(max(0, seq - first + 1), len(self._kept))]

    async def wait(self, seconds: float | None) -> bool:
        """Until the next happening; False when the time ran out or the feed was closed."""
        return not self._closed and await self._signal.wait(seconds) and not self._closed

    async def follow(self, seq: int) -> AsyncIterator[Happening]:
        """Everything after `seq`, for ever: until the feed is closed."""
        while not self._closed:
            found = self.after(seq)
            for happening in found:
                seq = happening.seq
                yield happening
            if not found:  # more may have come while the reader was busy with these
                await self.wait(None)

    def close(self) -> None:
        """Let the readers go, so that the server can stop."""
        self._closed = True
        self._signal.fire()
