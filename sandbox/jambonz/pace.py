"""The time of the calls: as on the wall for a person, or as fast as the work is done for a test.

Each call has a timeline of its own, shared by the legs that it dials. In a test time passes only while somebody waits for the call,
while no hook or other work of it is under way, and then it jumps to the next thing that is due: nobody sleeps, and a caller who was
not asked yet cannot be late.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from sandbox.jambonz.settings import PaceKind

TICK = 0.02
"""Seconds of a sound frame."""
LONGEST_STEP = 1.0
SETTLING_TURNS = 16
"""So many turns of the loop let whatever was woken come to its next wait."""

OnTime = Callable[[float], Awaitable[None]]


class Pace:
    """Makes timelines, and knows who waits."""

    def __init__(self, kind: PaceKind, *, speed: float = 0.0) -> None:
        self.kind, self.speed = kind, speed
        self._waits: list[Timeline | None] = []
        self._timelines: list[Timeline] = []

    def timeline(self, on_time: OnTime, *, driven: bool) -> "Timeline":
        """A new one; ``driven``: a person leads this call, so others' waits do not move it."""
        made = Timeline(self, on_time, driven=driven)
        self._timelines.append(made)
        return made

    def forget(self, timeline: "Timeline") -> None:
        """It has ended."""
        if timeline in self._timelines:
            self._timelines.remove(timeline)

    @contextmanager
    def waiting(self, timeline: "Timeline | None" = None) -> Iterator[None]:
        """Let the time of this call pass meanwhile; without one, that of all."""
        self._waits.append(timeline)
        self._wake()
        try:
            yield
        finally:
            self._waits.remove(timeline)

    def lets(self, timeline: "Timeline") -> bool:
        """Whether this call's time may pass."""
        return any(wait is None or wait is timeline or not timeline.driven for wait in self._waits)

    def _wake(self) -> None:
        for timeline in self._timelines:
            timeline.look()


class Timeline:
    """Seconds since the call began."""

    def __init__(self, pace: Pace, on_time: OnTime, *, driven: bool) -> None:
        self._pace = pace
        self._on_time = on_time
        self.driven = driven
        self.now = 0.0
        self._timers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._made = 0
        self._busy = 0
        self._changed = asyncio.Event()
        self._ended = False

    def timer(self, seconds: float) -> asyncio.Future[None]:
        """Done when so much of the call's time has passed, at once when the call is over; to be cancelled when it is not needed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._ended:
            future.set_result(None)
            return future
        self._made += 1
        heapq.heappush(self._timers, (self.now + max(0.0, seconds), self._made, future))
        self.look()
        return future

    async def sleep(self, seconds: float) -> None:
        """Until so much of the call's time has passed."""
        await self.timer(seconds)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Work that takes real time: in a test the call's time stands still."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self.look()

    def look(self) -> None:
        """Something changed: time may perhaps pass now."""
        self._changed.set()

    def end(self) -> None:
        """The call is over; whoever still sleeps is let go."""
        self._ended = True
        self._pace.forget(self)
        for _, _, future in self._timers:
            if not future.done():
                future.set_result(None)
        self.look()

    async def run(self) -> None:
        """Let time pass until the end."""
        if self._pace.kind is PaceKind.REAL:
            await self._run_real()
        else:
            await self._run_fast()

    async def _run_real(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time() - self.now
        while not self._ended:
            await asyncio.sleep(TICK)
            await self._move(loop.time() - began)

    async def _run_fast(self) -> None:
        while not self._ended:
            self._changed.clear()
            for _ in range(SETTLING_TURNS):
                await asyncio.sleep(0)
            if self._changed.is_set():
                continue
            while self._timers and self._timers[0][2].done():
                heapq.heappop(self._timers)
            if self._busy or not self._timers or not self._pace.lets(self):
                await self._changed.wait()
            else:
                began = self.now
                await self._move(min(self._timers[0][0], self.now + LONGEST_STEP))
                if self._pace.speed:
                    await asyncio.sleep((self.now - began) / self._pace.speed)

    async def _move(self, to: float) -> None:
        self.now = to
        await self._on_time(to)
        while self._timers and self._timers[0][0] <= to + 1e-9:
            _, _, future = heapq.heappop(self._timers)
            if not future.done():
                future.set_result(None)
