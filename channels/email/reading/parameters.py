"""The values of Content-Type and Content-Disposition with their parameters, right or wrong."""

import re
from dataclasses import dataclass, field

from channels.email.reading.encoded_words import as_bytes, extended, words

LONGEST = 8192
"""Signs of such a header that are read."""
COUNT = 64
NAME = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\*(\d{1,3}))?(\*)?$")
MEDIA_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+\-]{0,79}/[a-z0-9][a-z0-9!#$&^_.+\-]{0,119}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """``value`` is the word before the first semicolon, in lower case."""

    value: str
    named: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Empty when it is not there."""
        return self.named.get(name, "")


def parameters(raw: str) -> Parameters:
    """Never raises. Continued and extended ones (RFC 2231) are put together; encoded words, which are wrong here, are read."""
    value, *rest = _split(raw[:LONGEST])
    found: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in rest[:COUNT]:
        name, _, given = piece.partition("=")
        form = NAME.match(name.strip())
        if form is not None:
            found.setdefault(form[1].lower(), []).append((int(form[2] or 0), form[3] is not None, _bare(given)))
    return Parameters(value=words(value).lower(), named={name: _value(pieces) for name, pieces in found.items()})


def is_media_type(word: str) -> bool:
    """Whether it has the form of one."""
    return MEDIA_TYPE.match(word) is not None


def _split(raw: str) -> list[str]:
    """At the semicolons outside of quotes. A quote that is never closed quotes nothing."""
    pieces, piece, quoted, escaped = list[str](), list[str](), False, False
    closed = raw.count('"') % 2 == 0
    for sign in raw:
        if sign == '"' and not escaped and closed:
            quoted = not quoted
        if sign == ";" and not quoted:
            pieces.append("".join(piece))
            piece = []
        else:
            piece.append(sign)
        escaped = sign == "\\" and quoted and not escaped
    return [*pieces, "".join(piece)]


def _bare(given: str) -> str:
    text = given.strip()
    if not text.startswith('"'):
        return text
    inner = text[1 : text.rfind('"')] if text.count('"') > 1 else text[1:]
    return re.sub(r"\\([\"\\])", r"\1", inner)


def _value(pieces: list[tuple[int, bool, str]]) -> str:
    """The extended form wins over the plain one of the same name."""
    is_extended = any(wide for _, wide, _ in pieces)
    if not is_extended:
        return words("".join(text for _, _, text in sorted(pieces, key=lambda piece: piece[0])))
    chosen = [piece for piece in pieces if piece[1] or (len(pieces) > 1 and any(number for number, _, _ in pieces))]
    ordered = sorted(chosen, key=lambda piece: piece[0])
    return words(extended("".join(text if wide else _percent(text) for _, wide, text in ordered)))


def _percent(text: str) -> str:
    """A plain piece among extended ones, so that they can be decoded together."""
    return "".join(f"%{byte:02X}" for byte in as_bytes(text))
