"""``winmail.dat``: Outlook's own parcel ([MS-OXTNEF]), with the text, the files and their right names in it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email.reading import rtf
from channels.email.reading.charsets import decoded

MARK = b"\x78\x9f\x3e\x22"
TITLE, CONTENT, NEW_FILE, FILE_PROPERTIES, PROPERTIES, BODY, CODEPAGE = (*(0x8010, 0x800F, 0x9002, 0x9005, 0x9003, 0x800C, 0x9007),)
TEXT, PAGE, RICH = 0x1000, 0x1013, 0x1009
FILE_CONTENT, SHORT_NAME, LONG_NAME, CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x3712
NARROW, WIDE, OBJECT, BINARY = 0x1E, 0x1F, 0x0D, 0x102
SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
MANY = 0x1000
MOST = 2000
"""Attributes, and properties of one of them."""


@dataclass(slots=True, kw_only=True)
class Packed:
    """A file in the parcel."""

    name: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True, kw_only=True)
class Parcel:
    """What was in it. ``text`` and ``html``: at most one is there, the better."""

    text: str = ""
    html: str = ""
    files: list[Packed] = field(default_factory=list)


def opened(content: bytes) -> Parcel:
    """As much of it as can be read; never raises."""
    parcel, codepage = Parcel(), "cp1251"
    for attribute, value in _attributes(content):
        if attribute == CODEPAGE and len(value) >= 4:
            codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == BODY and not parcel.text:
            parcel.text = _words(value, codepage)
        elif attribute == PROPERTIES:
            _body(parcel, dict(_properties(value, codepage)))
        elif attribute == NEW_FILE:
            parcel.files.append(Packed())
        elif parcel.files:
            _file(parcel.files[-1], attribute, value, codepage)
    return parcel


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(MOST):
        if not content.startswith(MARK) or position + 9 > len(content):
            return
        _, attribute, _, size = struct.unpack_from("<BHHI", content, position)
        yield attribute, content[position + 9 : position + 9 + size]
        position += 9 + size + 2


def _file(file: Packed, attribute: int, value: bytes, codepage: str) -> None:
    if attribute == TITLE and not file.name:
        file.name = _words(value, codepage)
    elif attribute == CONTENT:
        file.content = value
    elif attribute == FILE_PROPERTIES:
        known = dict(_properties(value, codepage))
        file.name = _said(known, LONG_NAME) or file.name or _said(known, SHORT_NAME)
        file.content_id = _said(known, CONTENT_ID)
        inner = known.get(FILE_CONTENT)
        if isinstance(inner, bytes) and not file.content:
            file.content = inner


def _said(known: dict[int, str | bytes], number: int) -> str:
    value = known.get(number, "")
    return value if isinstance(value, str) else decoded(value)[0]


def _body(parcel: Parcel, known: dict[int, str | bytes]) -> None:
    page = known.get(PAGE, b"")
    parcel.html = page if isinstance(page, str) else decoded(page)[0]
    parcel.text = _said(known, TEXT) or parcel.text
    rich = known.get(RICH)
    if isinstance(rich, bytes) and not parcel.html and not parcel.text:
        try:
            text, is_page = rtf.words(rtf.unpacked(rich))
        except ValueError:
            return
        parcel.html, parcel.text = (text, "") if is_page else ("", text)


def _properties(content: bytes, codepage: str) -> Iterator[tuple[int, str | bytes]]:
    """Strings and bytes by their number; what is cut ends it."""
    try:
        count, position = struct.unpack_from("<I", content)[0], 4
        for _ in range(min(count, MOST)):
            kind, number = struct.unpack_from("<HH", content, position)
            position = _past_name(content, position + 4) if number >= 0x8000 else position + 4
            values, position = _values(content, position, kind)
            if values and kind in {NARROW, WIDE}:
                yield number, _words(values[0], "utf-16-le" if kind == WIDE else codepage)
            elif values and kind == OBJECT:
                yield number, values[0][16:]
            elif values:
                yield number, values[0]
    except struct.error:
        return


def _past_name(content: bytes, position: int) -> int:
    """Behind the GUID and the name of a property that has no number of its own."""
    kind, size = struct.unpack_from("<II", content, position + 16)
    return position + 24 + (_padded(size) if kind else 0)


def _values(content: bytes, position: int, kind: int) -> tuple[list[bytes], int]:
    """Raises struct.error for an unknown kind: nobody knows where the next begins."""
    bare = kind & ~MANY
    count = 1
    if kind & MANY or bare in {NARROW, WIDE, OBJECT, BINARY}:
        count, position = struct.unpack_from("<I", content, position)[0], position + 4
    values = list[bytes]()
    for _ in range(min(count, MOST)):
        if bare in SIZES:
            size = SIZES[bare]
        elif bare in {NARROW, WIDE, OBJECT, BINARY}:
            size, position = struct.unpack_from("<I", content, position)[0], position + 4
        else:
            raise struct.error("unknown kind")
        values.append(content[position : position + size])
        position += _padded(size)
    return values, position


def _padded(size: int) -> int:
    return size + -size % 4


def _words(value: bytes, charset: str) -> str:
    return decoded(value, charset)[0].rstrip("\0").strip()
