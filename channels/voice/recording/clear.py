"""Files of before, which lie in clear: read as they are, until they are sealed (ADR 0037)."""

import os
from contextlib import closing
from pathlib import Path

from core.sealing.envelope import Masters, master_of
from core.sealing.sealed_files import head_of, making

PIECE = 256 * 1024


class ClearContent:
    """Implements core.sealing.sealed_files.Content."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._file).st_size

    def read(self, start: int, count: int) -> bytes:
        """Bytes from ``start``."""
        return os.pread(self._file, count, start)

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)


def is_clear(path: Path) -> bool:
    """Whether a file is not sealed. Raises OSError."""
    return not master_of(head_of(path))


def seal_if_clear(path: Path, masters: Masters, name: str) -> None:
    """Put a sealed file in the place of one in clear, if it is one and still there. Raises OSError."""
    try:
        if not is_clear(path):
            return
        content = ClearContent(path)
    except FileNotFoundError:
        return
    with closing(content), making(path, masters, name) as sealed:
        for start in range(0, content.size, PIECE):
            sealed.append(content.read(start, PIECE))
