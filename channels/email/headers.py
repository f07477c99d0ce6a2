"""Writing header lines (RFC 5322, RFC 2047).

The library's header objects take each line apart again, which costs more than all the rest of a mail; their folding loses spaces
between encoded words, and encodes ids longer than a line.
"""

from collections.abc import Iterable
from email.header import Header
from email.utils import formataddr

LINE = 76


def apart(values: Iterable[str]) -> str:
    """Ids and bare addresses: one on each line, never encoded."""
    return "\r\n ".join(values)


def words(name: str, value: str) -> str:
    """Words of the header ``name``: foreign ones stay as they were given, however encoded they look."""
    return _encoded(" ".join(value.split()), name)


def person(name: str, display_name: str, address: str) -> str:
    """A name with its address."""
    shown = " ".join(display_name.split())
    if shown.isascii() and "=?" not in shown:
        return formataddr((shown, address))
    return f"{_encoded(shown, name)}\r\n <{address}>"


def _encoded(value: str, name: str) -> str:
    """RFC 2047; whole characters in each encoded word, the spaces within. What looks encoded, or fits no line, is encoded too."""
    is_plain = value.isascii() and "=?" not in value and all(len(word) < LINE // 2 for word in value.split())
    charset = "us-ascii" if is_plain else "utf-8"
    return Header(value, charset, maxlinelen=LINE, header_name=name).encode(linesep="\r\n")
