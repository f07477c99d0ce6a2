"""A recorder's shelf of the tests: sounds by their keys, whole or in parts."""

import re
from collections.abc import AsyncIterator, Mapping

from core.errors import NotFound
from core.phone.sounds import OpenedSound, RecorderAway


class Opened:
    """Remembers whether it was let go."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status, self.headers, self.closed = status, headers, False
        self._content = content

    async def pieces(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 4096):
            yield self._content[start : start + 4096]

    async def close(self) -> None:
        self.closed = True


class FakeShelf:
    """Implements core.phone.sounds.RecordingSound."""

    def __init__(self) -> None:
        self.sounds: dict[str, bytes] = {}
        self.media_type = "audio/ogg"
        self.is_away = False
        self.opened: list[Opened] = []

    async def open(self, kept_at: str, key: str, wanted: str) -> OpenedSound:
        if self.is_away:
            raise RecorderAway()
        if key not in self.sounds:
            raise NotFound()
        content, status = self.sounds[key], 200
        headers = {"content-type": self.media_type, "etag": '"1"', "content-length": str(len(content))}
        if part := re.fullmatch(r"bytes=(\d+)-(\d*)", wanted):
            first, last, size = int(part[1]), int(part[2] or len(content) - 1), len(content)
            content, status = content[first : last + 1], 206
            headers |= {"content-length": str(len(content)), "content-range": f"bytes {first}-{last}/{size}"}
        self.opened.append(Opened(status, headers, content))
        return self.opened[-1]
