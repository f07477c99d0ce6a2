"""Header lines to words: RFC 2047 and RFC 2231 as programs write them, not only as they should."""

import binascii
import re
from collections.abc import Iterator
from string import ascii_letters, digits
from urllib.parse import unquote_to_bytes

from channels.email.reading.charsets import decoded

WORD = re.compile(r"=\?([A-Za-z0-9_.:+\-]{1,60})(?:\*[A-Za-z0-9\-]{0,40})?\?([BbQq])\?([^?]*)\?=", re.ASCII)
CONTROL = {number: None for number in (*range(32), 127) if number not in {9, 10, 13}}
Piece = tuple[str, bytes]
"""A charset and bytes of it."""


def words(raw: str) -> str:
    """A raw header value (surrogates for 8-bit bytes, folded or not) in one line, decoded; never raises."""
    return cleaned("".join(decoded(content, charset)[0] for charset, content in _joined(_pieces(raw))))


def cleaned(text: str) -> str:
    """One line without control signs: no header of ours may be broken by one of theirs."""
    return " ".join(text.translate(CONTROL).split())


def as_bytes(raw: str) -> bytes:
    """A header as the parser keeps it, back to its bytes."""
    return raw.encode("utf-8", "surrogateescape")


def _pieces(raw: str) -> Iterator[Piece]:
    """White space between two encoded words is none of the text (RFC 2047, 6.2)."""
    end, was_word = 0, False
    for found in WORD.finditer(raw):
        between = raw[end : found.start()]
        if between and not (was_word and between.isspace()):
            yield "", as_bytes(between)
        yield found[1].lower(), _content(found[2], found[3])
        end, was_word = found.end(), True
    if end < len(raw):
        yield "", as_bytes(raw[end:])


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one charset become one: many programs cut a letter of several bytes in two words."""
    charset, parts = "", list[bytes]()
    for other, content in pieces:
        if other != charset and parts:
            yield charset, b"".join(parts)
            parts = []
        charset = other
        parts.append(content)
    if parts:
        yield charset, b"".join(parts)


def _content(encoding: str, text: str) -> bytes:
    raw = as_bytes(text)
    return quoted(raw.replace(b"_", b" ")) if encoding in "Qq" else base64_bytes(raw)


def quoted(raw: bytes) -> bytes:
    """Quoted-printable; what is none stays as it stands."""
    return binascii.a2b_qp(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Base64 with strange signs, without its padding, cut, or several blocks in a row: as much of it as there is."""
    blocks = re.split(rb"=+", raw.translate(None, NOT_BASE64), maxsplit=BLOCKS)[:BLOCKS]
    return b"".join(binascii.a2b_base64(block[: len(block) - (len(block) % 4 == 1)] + b"==") for block in blocks)


NOT_BASE64 = bytes(sign for sign in range(256) if chr(sign) not in f"{ascii_letters}{digits}+/=")
BLOCKS = 1000
"""How many padded blocks in a row are read."""


def extended(raw: str) -> str:
    """A parameter in RFC 2231's form, ``charset'language'percent-encoded``."""
    charset, _, rest = raw.partition("'")
    _, found, value = rest.partition("'")
    return decoded(unquote_to_bytes(as_bytes(value)), charset)[0] if found else decoded(unquote_to_bytes(as_bytes(raw)))[0]
