"""Reports without a part for machines: qmail, Exim, sendmail, old Exchange, Domino and their kin say it in words."""

import re
from collections.abc import Iterator
from email.message import Message

from channels.email.reading import parts
from channels.email.reading.markers import ADDRESS, markers, plain, subject_marks
from channels.email.reading.safely import header, headers
from core.mail.port import Failure, MailKind

WORDS = 1_000
LINES = 400
"""Of a report that are read."""
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_RETURNED = re.compile(r"^[> ]{0,4}message-id:\s{0,20}(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(
    r"\s{0,12}(?:to:\s?)?<?([^\s<>()\[\]@,;:\"']{1,64}@[^\s<>()\[\]@,;:\"']{1,255})>?\s?(?::|$|(?=on |\(|\.\.\.))",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"<([^\s<>()\[\]@,;:\"']{1,64}@[^\s<>()\[\]@,;:\"']{1,255})>")
_NUMBERED = re.compile(r"(?:\d{1,9}|[0-9a-f]{32})$")
"""Exchange puts a number of 32 signs behind its name."""
_CONTROL = ("x-failed-recipients", "x-actual-recipient")


def read(message: Message) -> tuple[MailKind, tuple[Failure, ...]] | None:
    """Failure or delay, and whom it is about; nothing when this is no report of a server."""
    named = [address for name in _CONTROL for value in headers(message, name) for address in ADDRESS.findall(value)]
    is_daemon = by_daemon(message)
    if not (named or is_daemon or has_no_return(message)):
        return None
    subject, text = plain(header(message, "subject")), parts.plain_text(message)
    above = _above_copy(text)
    kind = _kind(subject, above, is_daemon=is_daemon or bool(named))
    if kind is None:
        return None
    return kind, tuple(_failures(named, above)) if kind is not MailKind.DELIVERED else ()


def by_daemon(message: Message) -> bool:
    """Whether a server's own mailbox wrote it."""
    found = ADDRESS.search(header(message, "from"))
    local = (found[0] if found else header(message, "from")).partition("@")[0].strip(' <>"').lower()
    return _NUMBERED.sub("", local.partition("+")[0]) in markers().daemons


def has_no_return(message: Message) -> bool:
    """An empty envelope sender: nobody wants an answer (RFC 5321, 4.5.5)."""
    return any(value.strip() in {"<>", ""} for value in headers(message, "return-path"))


def returned_id(text: str) -> str:
    """The Message-ID in a copy of headers within a text."""
    found = _RETURNED.search(text[: parts.TEXT])
    return found[1] if found else ""


def _kind(subject: str, text: str, *, is_daemon: bool) -> MailKind | None:
    """Late before failed: the words of a delay name the failure that may follow."""
    words, told = markers().undelivered, plain(text)
    bare = subject_marks(subject)[1]
    if bare.startswith(words.late):
        return MailKind.DELAY
    if bare.startswith(words.failed):
        return MailKind.DELAY if is_daemon and any(word in told for word in words.late_words) else MailKind.BOUNCE
    if not is_daemon:
        return None
    if bare.startswith(words.done):
        return MailKind.DELIVERED
    if any(word in told for word in words.late_words):
        return MailKind.DELAY
    return MailKind.BOUNCE if any(word in told for word in words.failed_words) else None


def _above_copy(text: str) -> str:
    """What the server says, without the copy of our mail below."""
    lines = text.split("\n")[:LINES]
    for number, line in enumerate(lines):
        if (
            len(line) < 200
            and line.lstrip(" >").startswith(("--", "__", "=="))
            and any(one in plain(line) for one in markers().undelivered.copies)
        ):
            return "\n".join(lines[:number])
        if number > 2 and line.lower().startswith(("return-path:", "received:")):
            return "\n".join(lines[:number])
    return "\n".join(lines)


def _failures(named: list[str], text: str) -> Iterator[Failure]:
    """Each recipient once: those of the header first, else those that stand at the beginning of a line."""
    lines = text.split("\n")
    found = {address.lower(): 0 for address in named}
    begins: dict[str, int] = {}
    for number, line in enumerate(lines):
        address = _RECIPIENT.match(line[:400])
        if address and address[1].lower().rstrip(".") not in begins:
            begins[address[1].lower().rstrip(".")] = number
    if not found and not begins and (within := _BRACKETED.search(text[: parts.TEXT])):
        begins[within[1].lower()] = text[: within.start()].count("\n")
    for recipient in found or begins:
        yield _failure(recipient, "\n".join(lines[begins[recipient] :]) if recipient in begins else text, begins)


def _failure(recipient: str, text: str, others: dict[str, int]) -> Failure:
    """The words below the recipient, to the next one or to an empty line behind words."""
    first, _, rest = text.partition("\n")
    words = [_RECIPIENT.sub("", first, count=1)] if recipient in first.lower() else [first]
    for line in rest.split("\n")[:20]:
        address = _RECIPIENT.match(line[:400])
        if (address and address[1].lower() in others) or (not line.strip() and _is_said(words)):
            break
        words.append(line)
    diagnostic = " ".join(" ".join(words).split()).lstrip(". ")[:WORDS]
    status, reply = _STATUS.search(diagnostic), _REPLY.search(diagnostic)
    return Failure(recipient=recipient, status=status[0] if status else f"{reply[1]}.0.0" if reply else "", diagnostic=diagnostic)


def _is_said(words: list[str]) -> bool:
    """Something is said, and it is no mere «because:»."""
    said = " ".join(words).strip()
    return bool(said) and not said.endswith(":")
