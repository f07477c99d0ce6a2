"""One recording that is open: sound waits in memory for a moment, then lies in its file."""

import os
from pathlib import Path
from threading import Lock

from channels.voice.recording.wave import HEADER_BYTES, Shape, header, sizes

AT_MOST_WAITING = 4 * 2**20
"""Bytes that may wait for a disk that does not answer: two minutes of a call."""


class Tape:
    """Makes its file, or opens it to go on behind what is there. Raises OSError.

    The event loop gives (``take``) and hands over (``hand_over``); the thread of the scribe writes, syncs and closes.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        self.shape = shape
        self.trouble: OSError | None = None
        self._waiting = bytearray()
        self._closing = Lock()
        path.parent.mkdir(exist_ok=True)
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        found = max(0, os.fstat(self._file).st_size - HEADER_BYTES)
        self._handed = self._written = self._synced = shape.whole(found)
        if not found:
            os.pwrite(self._file, header(shape, 0), 0)

    def __repr__(self) -> str:
        return f"Tape({self.size} bytes)"

    @property
    def size(self) -> int:
        """Bytes of sound, those that wait included."""
        return self._handed + len(self._waiting)

    @property
    def waiting(self) -> int:
        """Bytes that are not in the file yet."""
        return len(self._waiting)

    @property
    def written(self) -> int:
        """Bytes of sound that the file has: what a reader may have now."""
        return self.shape.whole(self._written)

    def take(self, sound: bytes) -> int:
        """More sound; gives how much waits now. Raises the OSError that the disk gave, or one for a disk that hangs."""
        if self.trouble is None and len(self._waiting) > AT_MOST_WAITING:
            self.trouble = OSError("the disk does not take the sound")
        if self.trouble is not None:
            raise self.trouble
        self._waiting += sound
        return len(self._waiting)

    def leave_gap(self, frames: int) -> None:
        """Silence for so many moments. What went before must be written, or the gap would be in the wrong place."""
        self._handed = self.shape.whole(self._handed) + frames * self.shape.frame_bytes

    def hand_over(self) -> tuple[int, bytes]:
        """All that waits, and its place in the sound; it is the scribe's now."""
        place, sound = self._handed, bytes(self._waiting)
        self._waiting.clear()
        self._handed += len(sound)
        return place, sound

    def write(self, place: int, sound: bytes) -> None:
        """Put sound into the file; trouble of the disk is kept for the next ``take``."""
        if self._file is None or self.trouble is not None:
            return
        try:
            _write_all(self._file, HEADER_BYTES + place, sound)
        except OSError as error:
            self.trouble = error
        else:
            self._written = place + len(sound)

    def sync(self) -> None:
        """Make the header true and all that is written last over a loss of power; quick when nothing is new."""
        with self._closing:
            if self._file is None or self._synced == self._written:
                return
            file, written = os.dup(self._file), self._written
        try:
            self._seal(file, self.shape.whole(written))
            self._synced = written
        except OSError as error:
            self.trouble = error
        finally:
            os.close(file)

    def close(self) -> int:
        """Finish the file; gives the bytes of its sound. Raises OSError when the disk did not take the last of it."""
        with self._closing:
            file, self._file = self._file, None
        if file is None:
            return self.written
        size = self.shape.whole(self._written)
        try:
            os.ftruncate(file, HEADER_BYTES + size)
            self._seal(file, size)
        finally:
            os.close(file)
        return size

    def _seal(self, file: int, size: int) -> None:
        for place, told in sizes(size):
            os.pwrite(file, told, place)
        os.fdatasync(file)


def _write_all(file: int, place: int, sound: bytes) -> None:
    left = memoryview(sound)
    while left:
        count = os.pwrite(file, left, place)
        left, place = left[count:], place + count
