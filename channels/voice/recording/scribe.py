"""Writes the sound of all open recordings to the disk, in a thread of its own, so that no socket waits for the disk.

Whoever waits until the disk has something for certain (``fsync``) waits in other threads: on a busy disk that is seconds.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.tape import Tape

ENOUGH = 16 * 1024
"""Waiting bytes that are written at once, half a second of a call: sound that comes faster than speech must not pile up."""
BEHIND = 2**20

Made = TypeVar("Made")


class Scribe:
    """A second of sound at the most is lost with the machine, ``write_seconds`` of it with the process."""

    def __init__(self, options: RecorderOptions) -> None:
        self._options = options
        self._tapes: set[Tape] = set()
        self._enough = asyncio.Event()
        self._order = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "scribe")

    def add(self, tape: Tape) -> None:
        """Look after this tape from now on."""
        self._tapes.add(tape)

    def take(self, tape: Tape, sound: bytes) -> None:
        """Sound for a tape. Raises OSError when the disk takes no more."""
        if tape.take(sound) >= ENOUGH:
            self._enough.set()

    @property
    def size(self) -> int:
        """Bytes of all open recordings."""
        return sum(tape.size for tape in self._tapes)

    @property
    def is_behind(self) -> bool:
        """Whether the disk leaves sound waiting for many seconds."""
        return any(tape.waiting > BEHIND for tape in self._tapes)

    async def at_once(self, work: Callable[..., Made], *given: object) -> Made:
        """Do in the thread of the sound what sound waits for; it must be quick."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    async def flush(self, *tapes: Tape) -> None:
        """Write what waits, of these tapes or of all. Sound keeps its order: one writes at a time."""
        async with self._order:
            given = [(tape, *tape.hand_over()) for tape in tapes or self._tapes if tape.waiting]
            if given:
                await self.at_once(_write, given)

    async def close(self, tape: Tape) -> int:
        """Finish a tape; gives the bytes of its sound. Raises OSError."""
        self._tapes.discard(tape)
        await self.flush(tape)
        return await asyncio.to_thread(tape.close)

    def rest(self) -> None:
        """All tapes are closed: let the thread go."""
        self._thread.shutdown(wait=False)

    async def write_on(self) -> None:
        """Write for ever."""
        while True:
            try:
                async with asyncio.timeout(self._options.write_seconds):
                    await self._enough.wait()
            except TimeoutError:
                pass
            self._enough.clear()
            await self.flush()

    async def sync_on(self) -> None:
        """Sync for ever."""
        while True:
            await asyncio.sleep(self._options.sync_seconds)
            if self._tapes:
                await asyncio.to_thread(_sync, list(self._tapes))


def _write(given: list[tuple[Tape, int, bytes]]) -> None:
    for tape, place, sound in given:
        tape.write(place, sound)


def _sync(tapes: list[Tape]) -> None:
    for tape in tapes:
        tape.sync()
