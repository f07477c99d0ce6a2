"""Files that old programs write into the text itself (uuencode)."""

import binascii
import re

BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\r\n]{1,200})$", re.MULTILINE)
END = re.compile(r"^(?:`|\s)?\r?\n?end[ \t]*$", re.MULTILINE)
MOST = 20
"""Files of one text."""


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without them, and each with its name; one that never ends, or whose lines are none, stays in the text."""
    found = list[tuple[str, bytes]]()
    kept, position = list[str](), 0
    for begin in BEGIN.finditer(text):
        if begin.start() < position or len(found) >= MOST:
            continue
        end = END.search(text, begin.end())
        if end is None:
            break
        content = _content(text[begin.end() : end.start()])
        if content:
            found.append((begin[1].strip(), content))
            kept.append(text[position : begin.start()])
            position = end.end()
    return "".join([*kept, text[position:]]), found


def _content(lines: str) -> bytes:
    pieces = list[bytes]()
    for line in lines.splitlines():
        if not line.strip():
            continue
        try:
            pieces.append(_line(line))
        except (binascii.Error, ValueError):
            return b""
    return b"".join(pieces)


def _line(line: str) -> bytes:
    """Some programs add signs behind the length that the line has; those are left out."""
    raw = line.encode("ascii")
    try:
        return binascii.a2b_uu(raw)
    except binascii.Error:
        return binascii.a2b_uu(raw[: 1 + (((raw[0] - 32) & 63) * 4 + 5) // 3])
