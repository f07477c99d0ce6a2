"""Outlook's rich text: unpacked ([MS-OXRTFCP]), and its words, or the HTML that it was made from ([MS-OXRTFEX])."""

import re
import struct

from channels.email.reading.charsets import decoded

PACKED, PLAIN = 0x75465A4C, 0x414C454D
DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
MOST = 4_000_000
"""Bytes that are unpacked, and read."""
TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]{1,4096})|[\r\n\\]", re.DOTALL
)
UNSEEN = frozenset(
    (b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"generator", b"listtable")
)
BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t"}
CODEPAGES = {b"204": "cp1251", b"0": "", b"238": "cp1250"}


def unpacked(content: bytes) -> bytes:
    """Raises ValueError for what is no such stream; one that is cut gives what there is."""
    if len(content) < 16:
        raise ValueError("too short")
    _, size, mark = struct.unpack_from("<III", content)
    if mark == PLAIN:
        return content[16 : 16 + min(size, MOST)]
    if mark != PACKED:
        raise ValueError("no packed rich text")
    ring = bytearray(DICTIONARY.ljust(4096, b"\0"))
    written, out, position = len(DICTIONARY), bytearray(), 16
    while position < len(content) and len(out) < MOST:
        flags, position = content[position], position + 1
        for bit in range(8):
            run = b""
            if flags >> bit & 1 and position + 1 < len(content):
                reference = content[position] << 8 | content[position + 1]
                position += 2
                run = _copied(ring, reference >> 4, (reference & 15) + 2, written)
                if not run:
                    return bytes(out)
            elif not flags >> bit & 1 and position < len(content):
                run, position = content[position : position + 1], position + 1
            for byte in run:
                ring[written] = byte
                written = (written + 1) % 4096
            out += run
    return bytes(out)


def _copied(ring: bytearray, start: int, length: int, written: int) -> bytes:
    """A run out of the ring, which may reach into itself; nothing where it points at its own end: there the stream ends."""
    if start == written:
        return b""
    run = bytearray()
    for number in range(length):
        at = (start + number) % 4096
        distance = (at - written) % 4096
        run.append(run[distance] if distance < len(run) else ring[at])
    return bytes(run)


def words(rtf: bytes) -> tuple[str, bool]:
    """The text, and whether it is HTML (then the rich text only carried it)."""
    reader = _Reader(is_page=b"\\fromhtml1" in rtf[:1000], codepage=_codepage(rtf))
    for found in TOKEN.finditer(rtf[:MOST]):
        reader.take(found)
    return reader.text(), reader.is_page


def _codepage(rtf: bytes) -> str:
    found = re.search(rb"\\ansicpg(\d{3,5})", rtf[:1000])
    return f"cp{found[1].decode()}" if found else ""


class _Reader:
    """Walks the tokens. Bytes wait until a letter of several is whole."""

    def __init__(self, *, is_page: bool, codepage: str) -> None:
        self.is_page = is_page
        self._codepage = codepage
        self._pieces = list[str]()
        self._waiting = bytearray()
        self._hidden = list[bool]()
        self._is_hidden = self._is_tag = self._is_optional = False
        self._skip = 0

    def take(self, found: re.Match[bytes]) -> None:
        """One token."""
        code, word, number, sign, brace, run = found.groups()
        if brace:
            self._open_or_close(brace)
        elif word:
            self._word(word.lower(), number)
        elif sign == b"*":
            self._is_optional = True
        elif code:
            self._bytes(bytes([int(code, 16)]))
        elif run or sign in {b"\\", b"{", b"}", b"~"}:
            self._bytes(run or (b" " if sign == b"~" else sign))

    def text(self) -> str:
        """All of it."""
        self._flush()
        return "".join(self._pieces).strip()

    def _open_or_close(self, brace: bytes) -> None:
        if brace == b"{":
            self._hidden.append(self._is_hidden)
        else:
            self._is_hidden = self._hidden.pop() if self._hidden else False
        self._is_optional = False

    def _word(self, word: bytes, number: bytes | None) -> None:
        if word == b"htmltag":
            self._is_hidden = False
        elif word == b"htmlrtf":
            self._is_hidden = self.is_page and number != b"0"
        elif self._is_optional or word in UNSEEN:
            self._is_hidden = True
        elif word == b"u" and number:
            self._letter(int(number) & 0xFFFF)
        elif word in BREAKS:
            self._say(BREAKS[word])
        self._is_optional = False

    def _letter(self, code: int) -> None:
        """Behind it stands a sign for readers that know no Unicode."""
        self._say(chr(code) if not 0xD800 <= code < 0xE000 else "")
        self._skip = 1

    def _bytes(self, run: bytes) -> None:
        kept, self._skip = run[self._skip :], max(0, self._skip - len(run))
        if not self._is_hidden:
            self._waiting += kept

    def _say(self, text: str) -> None:
        if not self._is_hidden:
            self._flush()
            self._pieces.append(text)

    def _flush(self) -> None:
        if self._waiting:
            self._pieces.append(decoded(bytes(self._waiting), self._codepage)[0])
            self._waiting.clear()
