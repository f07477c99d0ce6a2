"""Word 97-2007 binary documents ([MS-DOC]): paragraphs and headings from the piece table; older ones through antiword."""

import re
import shutil
import struct
import subprocess
from bisect import bisect_right
from pathlib import Path

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing.compound import CompoundFile
from core.knowledge.importing.vocabulary import Block

WORD_97 = 0x00C1
ENCRYPTED = 0x0100
SECOND_TABLE = 0x0200
COMPRESSED = 1 << 30
CLX_AT = 0x01A2
"""fcClx and lcbClx in the file information block."""
PAPX_AT = 0x0102
"""fcPlcfBtePapx and lcbPlcfBtePapx."""
PAGE = 512
PARAGRAPH, CELL, BREAKS = "\r", "\x07", "\x0b\x0c\x0e"
_FIELD = re.compile("\x13[^\x13\x14\x15]*\x14|\x13[^\x13\x14\x15]*\x15|[\x13-\x15]")
_MARKS = re.compile("[\x00-\x08\x0f-\x1f]")


class TooOld(Exception):
    """A document from before Word 97."""


def read_doc(compound: CompoundFile) -> list[Block]:
    """Blocks in order. Raises UnreadableDocument for a password, TooOld, and ValueError for a damaged file."""
    main = compound.stream("WordDocument")
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
    if flags & ENCRYPTED:
        raise UnreadableDocument(Unreadable.PASSWORD)
    if version < WORD_97:
        raise TooOld
    table = compound.stream("1Table" if flags & SECOND_TABLE else "0Table")
    styles = _Styles(main, table)
    length = struct.unpack_from("<I", main, 0x4C)[0]
    return _blocks(_characters(main, table, length), styles)


def read_with_antiword(path: Path) -> list[Block] | None:
    """Blocks by antiword, where it is installed and reads the file."""
    program = shutil.which("antiword")
    if program is None:
        return None
    done = subprocess.run([program, "-m", "UTF-8.txt", "-w", "0", str(path)], capture_output=True, timeout=30, check=False)
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode or not text.strip():
        return None
    return [Block(text=" ".join(part.split())) for part in text.split("\n") if part.strip()]


class _Styles:
    """Which byte of the main stream lies in a paragraph of which style; styles 1-9 are the built-in headings."""

    def __init__(self, main: bytes, table: bytes) -> None:
        place, size = struct.unpack_from("<II", main, PAPX_AT)
        raw = table[place : place + size]
        count = max((len(raw) - 4) // 8, 0)
        found: list[tuple[int, int]] = []
        for number in struct.unpack_from(f"<{count}I", raw, (count + 1) * 4) if count else ():
            found += _page(main[(number & 0x3FFFFF) * PAGE :][:PAGE])
        found.sort()
        self._starts = [start for start, _ in found]
        self._styles = [style for _, style in found]

    def heading(self, place: int) -> int | None:
        number = bisect_right(self._starts, place) - 1
        style = self._styles[number] if number >= 0 else 0
        return style if 1 <= style <= 9 else None


def _page(page: bytes) -> list[tuple[int, int]]:
    if len(page) < PAGE:
        return []
    count = page[511]
    if not 0 < count <= 0x1D:
        return []
    starts = struct.unpack_from(f"<{count}I", page, 0)
    found = []
    for number, start in enumerate(starts):
        place = page[(count + 1) * 4 + number * 13] * 2
        style_at = place + (2 if place and page[place] == 0 else 1)
        found.append((start, struct.unpack_from("<H", page, style_at)[0] if place and style_at + 2 <= PAGE else 0))
    return found


def _characters(main: bytes, table: bytes, length: int) -> list[tuple[str, int]]:
    """The text as (piece, place of its first byte, ...): each piece is kept with where it lies."""
    place, size = struct.unpack_from("<II", main, CLX_AT)
    clx = table[place : place + size]
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise ValueError("no piece table")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    pieces = clx[at + 5 : at + 5 + size]
    count = (len(pieces) - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", pieces, 0)
    return [found for number in range(count) for found in _piece(main, pieces, bounds, number, count, length)]


def _piece(main: bytes, pieces: bytes, bounds: tuple[int, ...], number: int, count: int, length: int) -> list[tuple[str, int]]:
    first, last = bounds[number], min(bounds[number + 1], length)
    if first >= last:
        return []
    where = struct.unpack_from("<I", pieces, (count + 1) * 4 + number * 8 + 2)[0]
    narrow = bool(where & COMPRESSED)
    start = (where & (COMPRESSED - 1)) // 2 if narrow else where & (COMPRESSED - 1)
    width = 1 if narrow else 2
    raw = main[start : start + (last - first) * width]
    if len(raw) < (last - first) * width:
        raise ValueError("a piece lies outside the file")
    text = raw.decode("cp1252" if narrow else "utf-16-le", "replace")
    return [(text, start | (width << 40))]


def _blocks(pieces: list[tuple[str, int]], styles: _Styles) -> list[Block]:
    blocks: list[Block] = []
    text, row = "", list[str]()
    for piece, packed in pieces:
        start, width = packed & ((1 << 40) - 1), packed >> 40
        for offset, character in enumerate(piece):
            if character == PARAGRAPH:
                blocks.append(Block(text=_tidy(" ".join([*row, text])), level=styles.heading(start + offset * width)))
                text, row = "", []
            elif character == CELL:
                if _tidy(text):
                    row.append(_tidy(text))
                elif row:
                    blocks.append(Block(text=" | ".join(row)))
                    row = []
                text = ""
            else:
                text += " " if character in BREAKS or character == "\t" else character
    blocks.append(Block(text=_tidy(" ".join([*row, text]))))
    return [block for block in blocks if block.text]


def _tidy(text: str) -> str:
    previous = None
    while previous != text:
        previous, text = text, _FIELD.sub("", text)
    return " ".join(_MARKS.sub("", text).split())
