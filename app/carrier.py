"""Carries stored events at once in the process that received them, one task for each person (design decision 4)."""

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from core.conversations.intake import Intake
from core.logs import log

MOST_AT_ONCE = 32

Courtesy = Callable[[], Coroutine[Any, Any, None]]


class Carrier:
    """An async context manager; leaving it waits until everything submitted was carried."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._tasks = asyncio.TaskGroup()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way: dict[str, bool] = {}

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._tasks.__aexit__(kind, error, trace)

    def submit(self, lane: str, courtesy: Courtesy | None = None) -> None:
        """Carry what was just stored in this lane; while it is under way, it is looked at once more at its end.

        ``courtesy`` is done beside it: it must raise nothing.
        """
        if courtesy is not None:
            self._tasks.create_task(courtesy())
        if lane in self._under_way:
            self._under_way[lane] = True
            return
        self._under_way[lane] = False
        self._tasks.create_task(self._carry(lane))

    def is_busy(self, lane: str) -> bool:
        """Whether something of this lane is under way."""
        return lane in self._under_way

    async def _carry(self, lane: str) -> None:
        again = True
        while again:
            self._under_way[lane] = False
            try:
                async with self._room:
                    await self._intake.carry(lane)
            except Exception:  # noqa: BLE001  # the outermost loop: the worker takes up what is left
                log.exception("carrier.failed")
            again = self._under_way[lane]
        del self._under_way[lane]
