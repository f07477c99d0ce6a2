"""A reader of OLE compound files ([MS-CFB] 2020), enough to list and read streams."""

import struct
from dataclasses import dataclass

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
END_OF_CHAIN = 0xFFFFFFFE
LAST_SECTOR = 0xFFFFFFFA
ENTRY = 128
DAMAGE = (ValueError, IndexError, OverflowError, struct.error)
"""What reading a damaged file raises, here and in the formats inside."""
HEADER = 512


@dataclass(frozen=True, slots=True)
class _Stream:
    start: int
    size: int
    kind: int


class CompoundFile:
    """Streams and storages of one file, by the last part of their names."""

    def __init__(self, content: bytes) -> None:
        if content[:8] != MAGIC or len(content) < HEADER:
            raise ValueError("not a compound file")
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("unknown sector size")
        self._sector, self._mini_sector = 1 << shift, 1 << mini_shift
        directory, self._cutoff, mini_start = struct.unpack_from("<I4xII", content, 48)
        self._table = self._read_table()
        self._entries = self._read_directory(self._chain(directory))
        self._mini_table = _numbers(self._chain(mini_start)) if mini_start < LAST_SECTOR else ()
        root = self._entries.get("Root Entry")
        self._mini = self._chain(root.start)[: root.size] if root and root.size else b""

    def names(self) -> frozenset[str]:
        """All names in the file, of streams and of storages."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; raises ValueError when it is missing or cut short."""
        entry = self._entries.get(name)
        if entry is None or entry.kind != 2:
            raise ValueError(f"no stream {name}")
        found = self._mini_chain(entry.start) if entry.size < self._cutoff else self._chain(entry.start)
        if len(found) < entry.size:
            raise ValueError(f"stream {name} is cut short")
        return found[: entry.size]

    def _read_table(self) -> tuple[int, ...]:
        count, more, more_count = struct.unpack_from("<I", self._content, 44)[0], *struct.unpack_from("<II", self._content, 68)
        places = [number for number in struct.unpack_from("<109I", self._content, 76) if number < LAST_SECTOR]
        for _ in range(min(more_count, len(self._content) // self._sector)):
            if more >= LAST_SECTOR:
                break
            numbers = _numbers(self._read(more))
            places += [number for number in numbers[:-1] if number < LAST_SECTOR]
            more = numbers[-1]
        return _numbers(b"".join(self._read(number) for number in places[:count]))

    def _read_directory(self, raw: bytes) -> dict[str, _Stream]:
        entries: dict[str, _Stream] = {}
        for place in range(0, len(raw) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", raw, place + 64)
            if kind in (1, 2, 5) and 2 <= length <= 64:
                name = raw[place : place + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", raw, place + 116)
                entries.setdefault(name, _Stream(start, size, kind))
        return entries

    def _read(self, number: int) -> bytes:
        place = (number + 1) * self._sector
        found = self._content[place : place + self._sector]
        if not found:
            raise ValueError("a sector lies outside the file")
        return found.ljust(self._sector, b"\0")

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        number = start
        while number != END_OF_CHAIN:
            if number >= len(self._table) or len(parts) > len(self._table):
                raise ValueError("a chain is broken")
            parts.append(self._read(number))
            number = self._table[number]
        return b"".join(parts)

    def _mini_chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        number = start
        while number != END_OF_CHAIN:
            if number >= len(self._mini_table) or len(parts) > len(self._mini_table):
                raise ValueError("a small chain is broken")
            parts.append(self._mini[number * self._mini_sector : (number + 1) * self._mini_sector])
            number = self._mini_table[number]
        return b"".join(parts)


def _numbers(raw: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
