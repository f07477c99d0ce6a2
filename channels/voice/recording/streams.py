"""Sealed files as the sound library reads and writes them: nothing of it lies in clear on the disk."""

import os

from core.sealing.envelope import CannotUnseal
from core.sealing.sealed_files import Content, SealedWriter


class Source:
    """Content to be read anywhere up to ``size``; ``head`` stands in the place of its first bytes.

    The library calls it from C, where nothing can be raised: what went wrong is in ``trouble``, and ends the sound.
    """

    def __init__(self, content: Content, size: int, head: bytes = b"") -> None:
        self._content = content
        self._size = size
        self._head = head
        self._at = 0
        self.trouble: CannotUnseal | OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """As of a file."""
        return self._at

    def read(self, count: int) -> bytes:
        """As of a file; nothing at its end and in trouble."""
        start, end = self._at, min(self._size, self._at + count)
        found = self._head[start:end]
        try:
            if start + len(found) < end:
                found += self._content.read(start + len(found), end - start - len(found))
        except (CannotUnseal, OSError) as error:
            self.trouble = error
            return b""
        self._at += len(found)
        return found


class Target:
    """A sealed file to be written from its beginning to its end; ``trouble``: what the disk refused."""

    def __init__(self, file: SealedWriter) -> None:
        self._file = file
        self._at = 0
        self.trouble: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size}[whence]
        return self._at

    def tell(self) -> int:
        """As of a file."""
        return self._at

    def write(self, content: bytes) -> int:
        """As of a file, at its end only."""
        if self.trouble is None and self._at != self._file.size:
            self.trouble = OSError("the sound is not written in its order")
        try:
            if self.trouble is None:
                self._file.append(content)
        except OSError as error:
            self.trouble = error
        if self.trouble is not None:
            return 0
        self._at += len(content)
        return len(content)
