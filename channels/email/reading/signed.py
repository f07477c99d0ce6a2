"""S/MIME: what is in a signed parcel, by the bare structure of CMS (RFC 5652); whether the signature holds is not judged here."""

from dataclasses import dataclass

SIGNED = bytes.fromhex("2a864886f70d010702")
LOCKED = frozenset(
    bytes.fromhex(oid) for oid in ("2a864886f70d010703", "2a864886f70d010706", "2a864886f70d0109100117", "2a864886f70d010910011a")
)
"""Enveloped, encrypted, authenticated enveloped (two)."""
OID, OCTETS, OCTETS_IN_PIECES, WRAPPED = 0x06, 0x04, 0x24, 0xA0
DEEPEST = 12


class Broken(ValueError):
    """It is no DER or BER, or it ends too early."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag, and from where to where its content is; ``after`` is where the next begins."""

    tag: int
    start: int
    end: int
    after: int


def opened(content: bytes) -> tuple[str, bytes]:
    """``signed`` with what was signed (may be empty: the signature stands alone), ``encrypted``, or "" for what is no parcel."""
    try:
        return _opened(content)
    except (Broken, IndexError):
        return "", b""


def _opened(content: bytes) -> tuple[str, bytes]:
    parcel = _element(content, 0)
    kind, after = _oid(content, parcel.start)
    if kind in LOCKED:
        return "encrypted", b""
    if kind != SIGNED:
        return "", b""
    inner = _element(content, _element(content, after).start)
    position = inner.start
    for _ in ("version", "digestAlgorithms"):
        position = _element(content, position).after
    encapsulated = _element(content, position)
    _, position = _oid(content, encapsulated.start)
    if position >= encapsulated.end or content[position] != WRAPPED:
        return "signed", b""
    return "signed", _octets(content, _element(content, _element(content, position).start), DEEPEST)


def _oid(content: bytes, position: int) -> tuple[bytes, int]:
    found = _element(content, position)
    if found.tag != OID:
        raise Broken
    return content[found.start : found.end], found.after


def _octets(content: bytes, element: Element, depth: int) -> bytes:
    """Whole or in pieces (BER): programs that write while they sign do the latter."""
    if element.tag == OCTETS:
        return content[element.start : element.end]
    if element.tag != OCTETS_IN_PIECES or not depth:
        raise Broken
    pieces, position = list[bytes](), element.start
    while position < element.end:
        piece = _element(content, position)
        pieces.append(_octets(content, piece, depth - 1))
        position = piece.after
    return b"".join(pieces)


def _element(content: bytes, position: int, depth: int = DEEPEST) -> Element:
    """Of definite or indefinite length; raises Broken, IndexError behind the end."""
    tag, length, start = content[position], content[position + 1], position + 2
    if tag & 0x1F == 0x1F:
        raise Broken
    if length == 0x80:
        end = _end_of_indefinite(content, start, depth)
        return Element(tag, start, end, end + 2)
    if length > 0x80:
        count = length & 0x7F
        length = int.from_bytes(content[start : start + count], "big")
        start += count
        if count > 8:
            raise Broken
    if start + length > len(content):
        raise Broken
    return Element(tag, start, start + length, start + length)


def _end_of_indefinite(content: bytes, position: int, depth: int) -> int:
    if not depth:
        raise Broken
    while content[position : position + 2] != b"\0\0":
        position = _element(content, position, depth - 1).after
    return position
