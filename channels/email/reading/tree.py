"""A mail's parts as a tree, grown within bounds: the library's own parser goes as deep and as wide as a mail wants it to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, Message
from functools import cached_property
from typing import Any

from channels.email.reading.encoded_words import base64_bytes, quoted, words
from channels.email.reading.parameters import LONGEST, Parameters, is_media_type, parameters
from channels.email.reading.remarks import DEPTH, HEADERS, Budget
from channels.email.reading.safely import raw_header

FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:(.*)$", re.DOTALL)
BLOCK = 2 * 1024 * 1024
"""Bytes in which the end of the headers is looked for."""
VALUE = 16_384
"""Bytes of one header that are kept."""
FIELDS = 1000
NEEDED = re.compile(
    rb"(?i)^(from|to|cc|subject|date|message-id|in-reply-to|references|reply-to|return-path|auto-submitted|precedence|list-id"
    rb"|delivered-to|x-original-to|envelope-to|content-.{1,30}|mime-version)$"
)
"""Headers that are kept when those before them used up the room."""
MAILS = frozenset({"message/rfc822", "message/global"})
STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status", "message/disposition-notification"})
SMALL = 262_144
"""Bytes of a part that is no text and yet lies in the message as well as in the tree."""


class Lenient(policy.EmailPolicy):
    """A header is its decoded words in one line: the library's parsers of structure can raise, recur and take minutes."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        """See email.policy.Policy."""
        return words(str(value)[: LONGEST if name.lower().startswith("content-") else None])


LENIENT = Lenient()


@dataclass(eq=False)
class Part:
    """One part: its headers in ``message``, its body from ``start`` to ``end`` of ``source`` as it came.

    ``is_epilogue``: it stands behind the last boundary, where no part should be.
    """

    message: EmailMessage
    source: bytes
    start: int
    end: int
    children: list["Part"] = field(default_factory=list)
    head: int = 0
    default_type: str = "text/plain"
    is_epilogue: bool = False

    @cached_property
    def content_type(self) -> Parameters:
        """What it says that it is; a nonsense type is that of its place."""
        found = parameters(raw_header(self.message, "content-type"))
        return found if is_media_type(found.value) else Parameters(value=self.default_type, named=found.named)

    @cached_property
    def disposition(self) -> Parameters:
        """``attachment``, ``inline`` or nothing."""
        return parameters(raw_header(self.message, "content-disposition"))

    @property
    def media_type(self) -> str:
        """Such as ``text/plain``."""
        return self.content_type.value

    @property
    def raw(self) -> bytes:
        """The body as it came."""
        return self.source[self.start : self.end]

    @property
    def whole(self) -> bytes:
        """Headers and body."""
        return self.source[self.head : self.end]

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding; one that is broken or unknown is taken as far as it goes."""
        encoding = words(raw_header(self.message, "content-transfer-encoding")).lower().strip(" ;\"'")
        if encoding == "base64":
            return base64_bytes(self.raw)
        return quoted(self.raw) if encoding == "quoted-printable" else self.raw

    def walk(self) -> Iterator["Part"]:
        """This one and all below it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()


def grow(content: bytes, budget: Budget) -> Part:
    """The tree of a mail. What is too much is left out with a remark; nothing raises."""
    if b"\n" not in content[:BLOCK] and b"\r" in content[:BLOCK]:
        content = content.replace(b"\r", b"\n")
    root = _part(content, 0, len(content), budget)
    _branch(root, budget, 1)
    return root


def headers_only(content: bytes, budget: Budget) -> Part:
    """A mail without its body."""
    root = _part(content[:BLOCK], 0, len(content[:BLOCK]), budget)
    root.start = root.end
    return root


def _part(source: bytes, start: int, end: int, budget: Budget, default: str = "text/plain") -> Part:
    message = EmailMessage(policy=LENIENT)
    message.set_default_type(default)
    body = _read_headers(message, source, start, end, budget)
    return Part(message, source, body, end, head=start, default_type=default)


def _read_headers(message: EmailMessage, source: bytes, start: int, end: int, budget: Budget) -> int:
    """Where the body begins: behind the empty line, or at the first line that is no header."""
    room, position, name, value = HEADERS, start, b"", list[bytes]()
    count = 0
    for line, after in _lines(source, start, min(end, start + BLOCK)):
        if name and line[:1] in {b" ", b"\t"}:
            value.append(line)
            position = after
            continue
        found = FIELD.match(line)
        if found is None and not (position == start and line.lstrip(b">").startswith(b"From ")):
            room -= _keep(message, name, value, room, budget)
            return after if not line.strip(b"\r") else position
        room -= _keep(message, name, value, room, budget)
        name, value = (found[1], [found[2]]) if found is not None and count < FIELDS else (b"", [])
        count += 1
        position = after
    _keep(message, name, value, room, budget)
    return position


def _lines(source: bytes, start: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Each line without its ``\\n``, and where the next begins."""
    while start < end:
        found = source.find(b"\n", start, end)
        after = end if found < 0 else found + 1
        yield source[start : end if found < 0 else found], after
        start = after


def _keep(message: EmailMessage, name: bytes, value: list[bytes], room: int, budget: Budget) -> int:
    """How much room it took."""
    if not name:
        return 0
    whole = b"\n".join(line.rstrip(b"\r") for line in value).strip()
    if len(whole) > VALUE or (room < len(whole) and not NEEDED.match(name)):
        budget.remark("header_cut")
        whole = whole[:VALUE]
    if room < len(whole) and not NEEDED.match(name):
        return 0
    message.set_raw(name.decode("ascii"), whole.decode("ascii", "surrogateescape"))
    return len(whole)


def _branch(part: Part, budget: Budget, depth: int) -> None:
    """Find what is in it, and put the same into the message for those who read that."""
    kind = part.media_type
    if depth > DEPTH and (kind.startswith("multipart/") or kind in MAILS):
        budget.remark("too_deep")
    elif kind.startswith("multipart/"):
        _part_up(part, budget, depth)
    elif kind in MAILS:
        _open_up(part, budget, depth)
    elif kind in STATUSES:
        part.message.set_payload(_statuses(part.content))
        return
    if part.children:
        part.message.set_payload([child.message for child in part.children])
    elif kind.startswith("text/") or part.end - part.start <= SMALL:
        part.message.set_payload(part.source[part.start : min(part.end, part.start + 4 * SMALL)].decode("ascii", "surrogateescape"))


def _part_up(part: Part, budget: Budget, depth: int) -> None:
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    for start, end, is_epilogue in _between_boundaries(part, budget):
        if budget.parts <= 0:
            budget.remark("too_many_parts")
            return
        budget.parts -= 1
        child = _epilogue(part.source, start, end) if is_epilogue else _part(part.source, start, end, budget, default)
        part.children.append(child)
        _branch(child, budget, depth + 1)


def _epilogue(source: bytes, start: int, end: int) -> Part:
    return Part(EmailMessage(policy=LENIENT), source, start, end, head=start, is_epilogue=True)


def _open_up(part: Part, budget: Budget, depth: int) -> None:
    """A mail within; encoded, which is forbidden, it is decoded first."""
    content = part.content
    is_plain = len(content) == part.end - part.start
    source, start, end = (part.source, part.start, part.end) if is_plain else (content, 0, len(content))
    child = _part(source, start, end, budget)
    part.children.append(child)
    _branch(child, budget, depth + 1)


def _between_boundaries(part: Part, budget: Budget) -> Iterator[tuple[int, int, bool]]:
    """From where to where each part goes, and whether it stands behind the last boundary; without any the whole body is one."""
    boundary = part.content_type.get("boundary").encode("utf-8", "surrogateescape").strip()
    if not boundary or part.source.find(b"--" + boundary, part.start, part.end) < 0:
        boundary = _guessed_boundary(part)
    begun, closed = -1, False
    for at, after, closes in _delimiters(part, boundary, budget):
        if begun >= 0:
            yield begun, at, False
        begun, closed = after, closes
        if closes:
            break
    if begun < 0:
        yield part.start, part.end, False
    elif not closed or _says_something(part.source[begun : min(part.end, begun + SMALL)]):
        yield begun, part.end, closed


def _says_something(epilogue: bytes) -> bool:
    """Some programs close too early, and put the text behind."""
    return bool(re.search(rb"[A-Za-z\x80-\xff]{2}", epilogue))


def _guessed_boundary(part: Part) -> bytes:
    """The first line like one that headers follow."""
    found = re.search(
        rb"^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?\nContent-", part.source[part.start : min(part.end, part.start + SMALL)], re.M
    )
    return found[1] if found else b""


def _delimiters(part: Part, boundary: bytes, budget: Budget) -> Iterator[tuple[int, int, bool]]:
    """Where the line before it ends, where the line after it begins, and whether it is the closing one."""
    if not boundary:
        return
    source, line = part.source, b"\n--" + boundary
    is_first = source.startswith(line[1:], part.start, part.end)
    at = part.start - 1 if is_first else source.find(line, part.start, part.end)
    while at >= 0 or is_first:
        is_first = False
        budget.candidates -= 1
        if budget.candidates < 0:
            budget.remark("too_many_parts")
            return
        rest = at + len(line)
        stop = source.find(b"\n", rest, part.end)
        after = part.end if stop < 0 else stop + 1
        tail = source[rest : min(after, rest + 80)].strip()
        if tail in {b"", b"--"}:
            begin = max(part.start, at - (source[at - 1 : at] == b"\r"))
            yield begin, after, tail == b"--"
        at = source.find(line, max(rest, part.start), part.end) if stop < 0 else source.find(line, stop, part.end)


def _statuses(content: bytes) -> list[Message | str]:
    """The blocks of a report, as the library gives them: each a message of headers alone (RFC 3464, 2.1)."""
    blocks = list[Message | str]()
    budget = Budget()
    start = 0
    while start < len(content) and len(blocks) < PARTS_OF_A_REPORT:
        message = EmailMessage(policy=LENIENT)
        after = _read_headers(message, content, start, len(content), budget)
        if len(message):
            blocks.append(message)
        start = max(after, start + 1)
    return blocks


PARTS_OF_A_REPORT = 100
