"""Reading and writing files that are sealed block by block (``core.sealing.envelope``); they are never in clear on the disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

from core.sealing.envelope import BLOCK, CHUNK, OVERHEAD, CannotUnseal, Envelope, Masters, master_of, rewrapped

UNDONE = ".tmp"
HEAD_READ = 512
"""Bytes in which the wrapped key stands."""
ZEROS = bytes(64 * 1024)


class Content(Protocol):
    """The content of an opened file, in clear: ``size`` bytes; reading gives at least one byte unless nothing is there."""

    @property
    def size(self) -> int: ...
    def read(self, start: int, count: int) -> bytes: ...
    def close(self) -> None: ...


class SealedReader:
    """Reads anywhere in a sealed file; ``file`` is its own from now on. ``tail``: what is behind the last chunk that lies in it."""

    def __init__(self, file: int, envelope: Envelope, size: int, tail: bytes = b"") -> None:
        self._file = file
        self._envelope = envelope
        self._chunks = size // CHUNK
        self._tail = tail
        self.size = size

    @classmethod
    def open(cls, path: Path, masters: Masters, name: str, *, may_be_unfinished: bool = False) -> Self:
        """A file of this name. Of one that nobody finished, whole chunks are given. Raises CannotUnseal, OSError."""
        with _opened(path, os.O_RDONLY) as file:
            envelope, chunks, tail = _examined(file, masters, name)
            if tail is None and not may_be_unfinished:
                raise CannotUnseal(name)
            return cls(os.dup(file), envelope, chunks * CHUNK + len(tail or b""), tail or b"")

    def read(self, start: int, count: int) -> bytes:
        """Bytes from ``start``. Raises CannotUnseal, OSError."""
        end = min(self.size, start + count)
        if start >= end:
            return b""
        first = start // CHUNK
        found = b"".join(self._chunk(number) for number in range(first, (end - 1) // CHUNK + 1))
        return found[start - first * CHUNK : end - first * CHUNK]

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)

    def _chunk(self, number: int) -> bytes:
        if number == self._chunks:
            return self._tail
        return self._envelope.open(number, os.pread(self._file, BLOCK, BLOCK * (number + 1)))


class SealedWriter:
    """Appends to a sealed file. Chunks are written when they are full, each once; the rest waits in memory for ``finish``."""

    def __init__(self, file: int, envelope: Envelope, chunks: int = 0, tail: bytes = b"") -> None:
        self._file = file
        self._envelope = envelope
        self._chunks = chunks
        self._tail = bytearray(tail)

    @classmethod
    def start(cls, file: int, masters: Masters, name: str) -> Self:
        """With an empty file. Raises OSError."""
        envelope, head = Envelope.new(masters, name)
        _write_all(file, 0, head)
        return cls(file, envelope)

    @classmethod
    def resume(cls, file: int, masters: Masters, name: str) -> Self:
        """Behind what a file holds, whether or not it was finished; a block that a crash tore is given up.

        Raises CannotUnseal, OSError.
        """
        envelope, chunks, tail = _examined(file, masters, name)
        while tail is None and chunks and not _opens(file, envelope, chunks - 1):
            chunks -= 1
        return cls(file, envelope, chunks, tail or b"")

    @property
    def size(self) -> int:
        """Bytes of content, those that wait included."""
        return self.written + len(self._tail)

    @property
    def written(self) -> int:
        """Bytes of content that lie in the file."""
        return self._chunks * CHUNK

    def append(self, content: bytes) -> None:
        """More content. Raises OSError; what is in the file stays readable, the rest is forgotten."""
        self._tail += content
        while len(self._tail) >= CHUNK:
            block = self._envelope.seal(self._chunks, bytes(self._tail[:CHUNK]))
            try:
                _write_all(self._file, BLOCK * (self._chunks + 1), block)
            except OSError:
                self._tail.clear()
                raise
            del self._tail[:CHUNK]
            self._chunks += 1

    def append_zeros(self, count: int) -> None:
        """So many bytes that are zero. Raises OSError."""
        while count > 0:
            self.append(ZEROS[:count])
            count -= len(ZEROS)

    def drop(self, count: int) -> None:
        """Forget the last bytes, of those that wait."""
        if count:
            del self._tail[-count:]

    def so_far(self) -> SealedReader:
        """What was appended until now, for a reader of its own."""
        return SealedReader(os.dup(self._file), self._envelope, self.size, bytes(self._tail))

    def finish(self) -> None:
        """Write the rest as the last chunk; all is on the disk when this returns. Raises OSError."""
        block, place = self._envelope.seal(self._chunks, bytes(self._tail), is_last=True), BLOCK * (self._chunks + 1)
        _write_all(self._file, place, block)
        os.ftruncate(self._file, place + len(block))
        os.fsync(self._file)


@contextmanager
def making(path: Path, masters: Masters, name: str) -> Iterator[SealedWriter]:
    """A sealed file that is there only when it is whole; on any error nothing is left behind. Raises OSError."""
    undone = path.with_name(path.name + UNDONE)
    try:
        with _opened(undone, os.O_RDWR | os.O_CREAT | os.O_TRUNC) as file:
            writer = SealedWriter.start(file, masters, name)
            yield writer
            writer.finish()
        undone.replace(path)
    finally:
        undone.unlink(missing_ok=True)


def head_of(path: Path) -> bytes:
    """The first bytes of a file, enough for ``master_of``. Raises OSError."""
    with _opened(path, os.O_RDONLY) as file:
        return os.pread(file, HEAD_READ, 0)


def rewrap(path: Path, masters: Masters, name: str) -> bool:
    """Wrap the file's key under the current master key, if it is under another; the content is not touched.

    Raises CannotUnseal, OSError.
    """
    with _opened(path, os.O_RDWR) as file:
        head = os.pread(file, BLOCK, 0)
        if master_of(head) == masters.current:
            return False
        _write_all(file, 0, rewrapped(masters, name, head))
        os.fsync(file)
    return True


def shred(path: Path) -> None:
    """Delete a file, and the key in its first block before: what the disk may keep of it cannot be opened. Raises OSError."""
    try:
        with _opened(path, os.O_RDWR) as file:
            _write_all(file, 0, bytes(BLOCK))
            os.fsync(file)
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _examined(file: int, masters: Masters, name: str) -> tuple[Envelope, int, bytes | None]:
    """What opens a file, how many full chunks it has, and the last chunk, which is shorter; None when nobody finished it."""
    envelope = Envelope.read(masters, name, os.pread(file, BLOCK, 0))
    chunks, rest = divmod(os.fstat(file).st_size - BLOCK, BLOCK)
    if rest < OVERHEAD:
        return envelope, chunks, None
    try:
        return envelope, chunks, envelope.open(chunks, os.pread(file, rest, BLOCK * (chunks + 1)), is_last=True)
    except CannotUnseal:
        return envelope, chunks, None


def _opens(file: int, envelope: Envelope, number: int) -> bool:
    try:
        envelope.open(number, os.pread(file, BLOCK, BLOCK * (number + 1)))
    except CannotUnseal:
        return False
    return True


def _write_all(file: int, place: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        count = os.pwrite(file, left, place)
        left, place = left[count:], place + count
