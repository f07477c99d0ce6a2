"""One recording that is open: sound waits in memory for a moment, then lies sealed in its file."""

import os
from pathlib import Path
from threading import Lock

from channels.voice.recording.wave import HEADER_BYTES, Shape, header
from core.sealing.envelope import CannotUnseal, Masters
from core.sealing.sealed_files import SealedReader, SealedWriter

AT_MOST_WAITING = 4 * 2**20
"""Bytes that may wait for a disk that does not answer: two minutes of a call."""


class Tape:
    """Makes its file, or opens it to go on behind what is there. Raises OSError.

    The event loop gives (``take``) and hands over (``hand_over``); the thread of the scribe writes, syncs and closes.
    ``name``: what the file is sealed as. The header in it promises no sound: who reads it puts a true one in its place.
    """

    def __init__(self, path: Path, shape: Shape, masters: Masters, name: str) -> None:
        self.shape = shape
        self.trouble: OSError | None = None
        self._waiting = bytearray()
        self._changing = Lock()
        path.parent.mkdir(exist_ok=True)
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._writer = _writer(self._file, masters, name)
        if self._writer.size < HEADER_BYTES:
            self._writer.drop(self._writer.size)
            self._writer.append(header(shape, 0))
        self._handed = self._size
        self._synced = self._writer.written

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
        """Bytes of sound that lie in the file whatever happens."""
        return max(0, self._writer.written - HEADER_BYTES)

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
        self._handed += frames * self.shape.frame_bytes

    def hand_over(self) -> tuple[int, bytes]:
        """All that waits, and its place in the sound; it is the scribe's now."""
        place, sound = self._handed, bytes(self._waiting)
        self._waiting.clear()
        self._handed += len(sound)
        return place, sound

    def write(self, place: int, sound: bytes) -> None:
        """Put sound into the file, behind silence up to its place; trouble of the disk is kept for the next ``take``."""
        with self._changing:
            if self._file is None or self.trouble is not None:
                return
            try:
                self._writer.append_zeros(place - self._size)
                self._writer.append(sound)
            except OSError as error:
                self.trouble = error

    def so_far(self) -> SealedReader | None:
        """All that was written until now, to be read while more comes; None when the tape is closed."""
        with self._changing:
            return None if self._file is None else self._writer.so_far()

    def sync(self) -> None:
        """Make all that is written last over a loss of power; quick when nothing is new."""
        with self._changing:
            if self._file is None or self._synced == self._writer.written:
                return
            file, written = os.dup(self._file), self._writer.written
        try:
            os.fdatasync(file)
            self._synced = written
        except OSError as error:
            self.trouble = error
        finally:
            os.close(file)

    def close(self) -> int:
        """Finish the file; gives the bytes of its sound. Raises OSError when the disk did not take all of it, also before."""
        with self._changing:
            file, self._file = self._file, None
            if file is None:
                return self._size
            try:
                if self.trouble is not None:
                    raise self.trouble
                self._writer.drop(self._size % self.shape.frame_bytes)
                self._writer.finish()
            finally:
                os.close(file)
        return self._size

    @property
    def _size(self) -> int:
        """Bytes of sound that the writer has."""
        return self._writer.size - HEADER_BYTES


def _writer(file: int, masters: Masters, name: str) -> SealedWriter:
    try:
        if os.fstat(file).st_size:
            return SealedWriter.resume(file, masters, name)
        return SealedWriter.start(file, masters, name)
    except (CannotUnseal, OSError) as error:
        os.close(file)
        raise error if isinstance(error, OSError) else OSError("its file does not open") from error
