"""The mail that somebody forwarded: when an official sends us a citizen's mail, the citizen is its author."""

from dataclasses import dataclass
from email.message import Message
from html import unescape
from re import compile as pattern

from channels.email.reading import markers, parts, quotes
from channels.email.reading.days import day_and_time
from channels.email.reading.people import people
from channels.email.reading.safely import header
from core.mail.port import Forwarded, MailPerson

DEPTH = 5
"""Forwards of forwards."""
MOST = 65_536
MAILS = frozenset({"message/rfc822", "message/global"})
_TAG = pattern(r"<[^<>]{0,2000}>")
_BREAK = pattern(r"(?i)<(?:br|/p|/div|/tr)\b[^<>]{0,200}>")
_LINK = pattern(r"\s?[<\[](?:mailto:)[^<>\[\]]{0,320}[>\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """The lines of a forwarded mail in a text, and the header that a program copied above them."""

    author: str
    subject: str
    sent: str
    lines: list[str]


def forwarded_in(message: Message, text: str, *, own: frozenset[str] = frozenset()) -> Forwarded | None:
    """The forwarded mail: attached as a mail, or below a program's mark in the text; else nothing. Never raises.

    A forward whose sender wrote nothing above another forward is opened too. What ``own`` addresses wrote, or a server, is no
    citizen's and therefore nothing.
    """
    found = _attached(message) or _in_text(text[:MOST], header(message, "subject"))
    if found is None or not (found.author.address or found.author.name) or _is_own(found.author.address, own):
        return None
    return found


def _is_own(address: str, own: frozenset[str]) -> bool:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own


def _attached(message: Message) -> Forwarded | None:
    """The first mail among the parts; the parts of a report are not forwarded."""
    if parts.media_type(message) == "multipart/report":
        return None
    for part in parts.parts(message):
        inner = next(iter(parts.children(part)), None) if parts.media_type(part) in MAILS else None
        if inner is not None and header(inner, "from"):
            return _of_mail(inner)
    return None


def _of_mail(inner: Message) -> Forwarded:
    text = parts.plain_text(inner).strip() or next(
        (_words(parts.text_of(part)) for part in parts.parts(inner) if parts.media_type(part) == "text/html"), ""
    )
    subject = header(inner, "subject")
    deeper = _in_text(text, subject)
    if deeper is not None and not quotes.cut(text, html_was=False).quoted:
        return deeper
    return Forwarded(author=_person(header(inner, "from")), subject=subject, text=text, sent_at=day_and_time(header(inner, "date")))


def _words(page: str) -> str:
    """The words of a page, roughly: for a look at what was forwarded; the mail itself is kept as a file."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", page.replace("\n", " "))))
    return quotes.tidy([line.strip() for line in text.split("\n")])


def _in_text(text: str, subject: str) -> Forwarded | None:
    lines = markers.lines_of(text)
    is_forward = bool(markers.subject_marks(subject)[0] & markers.markers().forward_subjects)
    found, last = _inner(lines, is_forward=is_forward), None
    for _ in range(DEPTH):
        if found is None or not found.author:
            break
        last = found
        found = _inner(last.lines, is_forward=is_forward) if _begins_with_mark(last.lines) else None
    if last is None:
        return None
    return Forwarded(
        author=_person(last.author), subject=last.subject, text=quotes.tidy(last.lines), sent_at=day_and_time(last.sent)
    )


def _begins_with_mark(lines: list[str]) -> bool:
    """Whether another forward follows at once."""
    for number, line in enumerate(lines):
        if line.strip() and not set(line.strip()) <= set("-_=*> "):
            return markers.divider(line) == "forwarded" or markers.header_at(lines, number) is not None
    return False


def _inner(lines: list[str], *, is_forward: bool) -> Inner | None:
    """The first forward of the text. A mere copied header (Outlook's) is one when the subject says so: replies have it too."""
    bare = [quotes.unquoted(line) for line in lines]
    for number, line in enumerate(bare):
        mark = markers.divider(line)
        if mark == "forwarded" or (mark == "original" and is_forward):
            return _behind_mark(bare, lines, number)
        if is_forward and line.strip() and (found := markers.header_at(bare, number)):
            return _made(found, bare, lines)
    return None


def _behind_mark(bare: list[str], lines: list[str], number: int) -> Inner | None:
    """A copied header, or an attribution as Yandex writes it, within the next lines."""
    for start in range(number + 1, min(number + 5, len(bare))):
        if not bare[start].strip():
            continue
        if found := markers.header_at(bare, start, is_loose=True):
            return _made(found, bare, lines)
        for last in range(start, min(start + 3, len(bare))):
            words = " ".join(bare[start : last + 1])
            if markers.is_attribution(words):
                return Inner(author=_author(words), subject="", sent=words, lines=_body(bare, lines, last + 1))
        return None
    return None


def _made(found: markers.Header, bare: list[str], lines: list[str]) -> Inner:
    return Inner(
        author=found.fields["from"],
        subject=found.fields.get("subject", ""),
        sent=found.fields["sent"],
        lines=_body(bare, lines, found.end),
    )


def _body(bare: list[str], lines: list[str], start: int) -> list[str]:
    """To the end of the forward: its mark, or the end of what is quoted when it is quoted."""
    is_marked = start < len(lines) and any(quotes.is_quoted(line) for line in lines[max(0, start - 2) : start + 1])
    found: list[str] = []
    for number in range(start, len(lines)):
        if markers.divider(bare[number]) == "end" or (is_marked and lines[number].strip() and not quotes.is_quoted(lines[number])):
            break
        found.append(bare[number])
    return found


def _author(attribution: str) -> str:
    """The name and address of an attribution: what stands between the time and the colon."""
    found = markers.ADDRESS.search(attribution)
    if found is None:
        return ""
    before = attribution[: found.start()].rstrip("< ")
    behind_time = list(markers.TIME.finditer(before))
    name = before[behind_time[-1].end() :] if behind_time else before.rpartition(",")[2]
    return f"{name.strip(' ,:0123456789+')} <{found[0]}>"


def _person(words: str) -> MailPerson:
    """Outlook repeats the address as a link; some put it in square brackets."""
    shown = _LINK.sub("", words.replace("[mailto:", "<").replace("]", ">") if "<" not in words else words)
    holder = Message()
    holder.set_raw("From", shown)
    found = people(holder, "From")
    return next((one for one in found if one.address), found[0] if found else MailPerson())
