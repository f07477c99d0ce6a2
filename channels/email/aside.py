"""A thread of its own for a library that blocks: an abandoned call must not keep the process from ending."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

Result = TypeVar("Result")


class Aside:
    """Runs blocking calls one after another in one daemon thread: unlike an executor's, it is not waited for at the exit."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def call(self, work: Callable[[], Result]) -> Result:
        """What the call gives or raises. Cancelled, it leaves the call to itself: its end is told to nobody."""
        outcome: Future[Result] = Future()
        self._calls.put((outcome, work))
        return await asyncio.wrap_future(outcome)

    def leave(self, work: Callable[[], object]) -> None:
        """A last call of its kind: nobody waits for its end, or hears of it."""
        self._calls.put((Future(), work))

    async def end(self, patience: float) -> bool:
        """No more calls; waits for the last one for so many seconds. Whether the thread has ended."""
        self._calls.put(None)
        await asyncio.to_thread(self._thread.join, patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            outcome, work = call
            if not outcome.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as failure:  # noqa: BLE001  whoever awaits it gets it
                outcome.set_exception(failure)
            else:
                outcome.set_result(result)
