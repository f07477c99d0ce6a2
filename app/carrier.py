"""Carries stored events at once in the process that received them, one task for each person (design decision 4)."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from app.watching.tracing import span
from core.conversations.intake import Intake
from core.logs import log

MOST_AT_ONCE = 32

Courtesy = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


Fresh = Callable[[], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Run:
    """One carrying of a lane; ``again`` when more was stored meanwhile."""

    again: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Carrier:
    """An async context manager; leaving it waits until everything submitted was carried."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._tasks = asyncio.TaskGroup()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way: dict[str, Run] = {}

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._tasks.__aexit__(kind, error, trace)

    def is_busy(self, lane: str) -> bool:
        """Whether a run of this lane is under way."""
        return lane in self._under_way

    def submit(self, lane: str, courtesy: Courtesy | None = None, fresh: Fresh | None = None) -> None:
        """Carry what was just stored in this lane; while a run is under way, it looks once more at its end.

        ``fresh`` is how a new run begins, if not by what is stored. ``courtesy`` is done beside the run and is given the event of
        its end: it must raise nothing.
        """
        run = self._under_way.get(lane)
        if run is None:
            run = self._under_way[lane] = Run()
            self._tasks.create_task(self._carry(lane, run, fresh))
        else:
            run.again = True
        if courtesy is not None:
            self._tasks.create_task(courtesy(run.over))

    async def _carry(self, lane: str, run: Run, fresh: Fresh | None) -> None:
        run.again = True
        while run.again:
            run.again = False
            try:
                async with self._room:
                    with span("lane.carry", channel=lane.partition(":")[0]):
                        await (fresh() if fresh is not None else self._intake.carry(lane))
            except Exception:  # noqa: BLE001  # the outermost loop: the worker takes up what is left
                log.exception("carrier.failed")
            fresh = None
        del self._under_way[lane]
        run.over.set()
