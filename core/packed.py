"""What is in a packed file, found without unpacking it for anybody: its own words of it are checked, within bounds."""

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MOST = 10_000
"""Entries; a file with more is a bomb."""
RATIO, UNPACKED, SUSPECT = 100, 200 * 1024 * 1024, 10 * 1024 * 1024
"""How many times bigger it may become, and how big; up to ``SUSPECT`` the ratio does not matter."""
NESTED, DEEPEST = 20 * 1024 * 1024, 3
"""Bytes of an archive within one that are looked into, and how far down."""
STEP, MEMORY = 1024 * 1024, 96 * 1024 * 1024
ENTRY = struct.Struct("<4s4xHH8xIIHHH8xI")
LOCAL = struct.Struct("<26xHH")
STORED, DEFLATED = 0, 8
EXECUTABLE = frozenset(
    f".{name}"
    for name in (
        *("exe", "scr", "com", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "jar", "msi", "lnk", "dll"),
        *("cpl", "msc", "reg", "sh", "apk", "iso", "img", "vhd"),
    )
)
"""Endings of names of programs, and of disks that Windows opens by itself."""


class Budget(Protocol):
    """How many bytes may still be unpacked, over all files of one thing."""

    unpacking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a zip's directory; sizes in bytes, as it says."""

    name: str
    is_encrypted: bool
    method: int
    packed: int
    size: int
    offset: int


def ending(name: str) -> str:
    """What follows the last point of a name, with it, in lower case."""
    last = name.rpartition("/")[2].rstrip(". ").lower()
    return "." + last.rpartition(".")[2] if "." in last else ""


def entries(content: bytes) -> list[Entry]:
    """The directory of a zip, at most one more than ``MOST``; empty when there is none."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or end + 22 > len(content):
        return []
    size, offset = struct.unpack_from("<II", content, end + 12)
    begin = end - size if end >= size and content[end - size : end - size + 4] == b"PK\x01\x02" else offset
    return _directory(content, begin, begin - offset if begin != offset else 0)


def _directory(content: bytes, position: int, shift: int) -> list[Entry]:
    found = list[Entry]()
    while len(found) <= MOST and content[position : position + 4] == b"PK\x01\x02" and position + 46 <= len(content):
        _, flags, method, packed, size, name, extra, comment, offset = ENTRY.unpack_from(content, position)
        text = content[position + 46 : position + 46 + name].decode("utf-8" if flags & 0x800 else "cp866", "replace")
        found.append(Entry(name=text, is_encrypted=bool(flags & 1), method=method, packed=packed, size=size, offset=offset + shift))
        position += 46 + name + extra + comment
    return found


def findings(content: bytes, budget: Budget, level: int = 1) -> set[str]:
    """Warnings of a zip: ``bomb``, ``encrypted``, ``executable``, ``macros``; those of zips within it too."""
    listed = entries(content)
    if level > DEEPEST or len(listed) > MOST or _grows(sum(entry.size for entry in listed), len(content)):
        return {"bomb"}
    found = {"encrypted" for entry in listed if entry.is_encrypted}
    found |= {"executable" for entry in listed if ending(entry.name) in EXECUTABLE}
    found |= {"macros" for entry in listed if entry.name.lower().endswith("vbaproject.bin")}
    for entry in listed:
        if not entry.is_encrypted:
            found |= _inside(content, entry, budget, level)
    return found


def _inside(content: bytes, entry: Entry, budget: Budget, level: int) -> set[str]:
    """An entry that holds more than it says is a bomb."""
    unpacked = unpack(content, entry, budget)
    if len(unpacked) > entry.size:
        return {"bomb"}
    return findings(unpacked, budget, level + 1) if unpacked.startswith(b"PK\x03\x04") else set()


def unpack(content: bytes, entry: Entry, budget: Budget) -> bytes:
    """At most one byte more than the entry says, and no more than ``NESTED`` or than the mail may still unpack."""
    if not 0 <= entry.offset <= len(content) - 30 or entry.method not in {STORED, DEFLATED}:
        return b""
    name, extra = LOCAL.unpack_from(content, entry.offset)
    start = entry.offset + 30 + name + extra
    packed = content[start : start + entry.packed]
    most = min(entry.size + 1, NESTED, budget.unpacking)
    if most <= 0:
        return b""
    budget.unpacking -= min(most, 1032 * len(packed))
    if entry.method == STORED:
        return packed[:most]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error:
        return b""


def _grows(unpacked: int, packed: int) -> bool:
    return unpacked > UNPACKED or (unpacked > SUSPECT and unpacked > RATIO * packed)


def is_stream_bomb(content: bytes, budget: Budget) -> bool:
    """Whether a gzip, bzip2 or xz file becomes too big; it is unpacked piece by piece, and nothing is kept."""
    total = 0
    try:
        for size in _sizes(content):
            total += size
            budget.unpacking -= size
            if _grows(total, len(content)) or budget.unpacking <= 0:
                break
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError):
        pass
    return _grows(total, len(content))


def _sizes(content: bytes) -> Iterator[int]:
    """Of one piece after the other; raises what the library raises for a broken one."""
    if content.startswith(b"\x1f\x8b"):
        unpacker, left = zlib.decompressobj(zlib.MAX_WBITS | 16), content
        while piece := unpacker.decompress(left, STEP):
            yield len(piece)
            left = unpacker.unconsumed_tail
        return
    stream = bz2.BZ2Decompressor() if content.startswith(b"BZh") else lzma.LZMADecompressor(memlimit=MEMORY)
    given = content
    while piece := stream.decompress(given, STEP):
        yield len(piece)
        given = b""
