"""A few processes that speak, each one sentence at a time: RHVoice is not safe in threads, and a crash of one ends one sentence."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Generic, Protocol, TypeVar

from channels.voice.speech.port import SpeechFailed
from core.logs import log


class Speaking(Protocol):
    """A process of a pool."""

    async def end(self) -> None:
        """Ends it at once, whatever it does."""
        ...


S = TypeVar("S", bound=Speaking)


class Pool(Generic[S]):
    """Lends processes in turn. One that failed, or whose sentence was broken off, is ended and replaced when it is needed next."""

    def __init__(self, start: Callable[[], Awaitable[S]], size: int) -> None:
        self._start = start
        self._places: asyncio.LifoQueue[S | None] = asyncio.LifoQueue()
        self._size = size

    async def fill(self) -> None:
        """Starts them all, so that nobody waits for a voice to load. Raises what starting raises."""
        for process in await asyncio.gather(*(self._start() for _ in range(self._size))):
            self._places.put_nowait(process)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[S]:
        """A process of one's own, after those who asked before. Raises SpeechFailed when a new one does not start."""
        process = await self._places.get()
        try:
            if process is None:
                process = await self._start()
            yield process
        except BaseException:
            if process is not None:
                await asyncio.shield(process.end())
            self._places.put_nowait(None)
            raise
        else:
            self._places.put_nowait(process)

    async def end(self) -> None:
        """Ends those that nobody uses now; the others end with their sentence's task."""
        while not self._places.empty():
            process = self._places.get_nowait()
            if process is not None:
                await process.end()


async def ended(process: asyncio.subprocess.Process) -> None:
    """Ends a process at once and waits for it, so that none is left behind.

    Not by ``process.kill()``: that looks whether the process has ended, and takes its end away from the loop that waits for it.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    await process.wait()


async def within(seconds: float, work: Awaitable[bytes], name: str) -> bytes:
    """What a process answers in time. Raises SpeechFailed."""
    try:
        return await asyncio.wait_for(work, seconds)
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as failed:
        log.warning("speech.engine_failed", engine=name, kind=type(failed).__name__)
        raise SpeechFailed(f"{name} did not answer") from failed
