"""One mail read: everything that needs no secret, and is therefore done in the limited process."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channels.email.reading import calendars
from channels.email.reading.bodies import Said, said_in, words_of
from channels.email.reading.bounces import report_of
from channels.email.reading.checked import checked_by
from channels.email.reading.files import files_of, open_parcels
from channels.email.reading.forwards import forwarded_in
from channels.email.reading.kinds import Own, kind_of
from channels.email.reading.people import address, ids, people, person
from channels.email.reading.quotes import cut
from channels.email.reading.remarks import CUTTING, PEOPLE, RAW, Budget
from channels.email.reading.safely import header, raw_headers
from channels.email.reading.tree import Part, grow, headers_only
from core.mail.port import MailKind, MailPerson, ReadMail

RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
"""Where an address of ours with a detail may stand; the first three are written by our own server."""
REFERENCES = 100
SUBJECT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadApart:
    """The mail, and what only the process with the secret can finish.

    ``addressed``: our own addresses that it was sent to; ``kind_as_answer``: who speaks when one of them has a genuine token.
    """

    mail: ReadMail
    addressed: tuple[str, ...] = ()
    kind_as_answer: MailKind = MailKind.UNREAD


def read_apart(content: bytes, *, own: Own | None = None, authority: str = "") -> ReadApart:
    """All of it. Raises nothing of its own; MemoryError and RecursionError are the caller's to meet."""
    if len(content) > RAW:
        return read_headers(content, own=own, authority=authority, remark="too_big")
    us, budget = own or Own(), Budget()
    root = grow(content, budget)
    is_signed = open_parcels(root, budget)
    said = said_in(root, budget)
    events = _events(root, budget)
    headers = _headers(root, us, authority, budget)
    text = "\n\n".join(piece for piece in (said.text, *events) if piece)
    return _finished(
        root,
        us,
        replace(
            headers,
            text=text,
            reading=_reading(said) or "\n".join(events),
            html=said.html,
            files=files_of(root, said.taken, budget),
            forwarded=forwarded_in(root.message, said.text, own=us.addresses),
            report=report_of(root.message),
            is_signed=is_signed or said.is_signed,
            remarks=tuple(budget.remarks),
        ),
    )


def read_headers(content: bytes, *, own: Own | None = None, authority: str = "", remark: str) -> ReadApart:
    """The headers alone, for a mail whose body is too big or cannot be read; ``remark`` says which."""
    us, budget = own or Own(), Budget()
    budget.remark(remark)
    root = headers_only(content, budget)
    mail = _headers(root, us, authority, budget)
    done = _finished(root, us, replace(mail, remarks=tuple(budget.remarks)))
    if remark == "too_big":
        return done
    return replace(done, mail=replace(done.mail, kind=MailKind.UNREAD), kind_as_answer=MailKind.UNREAD)


def _finished(root: Part, own: Own, mail: ReadMail) -> ReadApart:
    return ReadApart(
        mail=replace(mail, kind=kind_of(root.message, own=own)),
        addressed=_addressed(root, own),
        kind_as_answer=kind_of(root.message, own=own, is_answer=True),
    )


def _headers(root: Part, own: Own, authority: str, budget: Budget) -> ReadMail:
    message = root.message
    return ReadMail(
        kind=MailKind.HUMAN,
        message_id=next(iter(ids(message, "message-id")), ""),
        in_reply_to=ids(message, "in-reply-to")[:REFERENCES],
        references=ids(message, "references")[-REFERENCES:],
        author=person(message, "from"),
        reply_to=next((one for one in people(message, "reply-to") if one.address), None),
        envelope_sender=next((found for raw in raw_headers(message, "return-path") if (found := address(raw))), ""),
        to=_bounded(people(message, "to"), budget),
        cc=_bounded(people(message, "cc"), budget),
        subject=header(message, "subject")[:SUBJECT],
        sent_at=_moment(header(message, "date")),
        checked=checked_by(message, authority),
    )


def _bounded(found: list[MailPerson], budget: Budget) -> tuple[MailPerson, ...]:
    if len(found) > PEOPLE:
        budget.remark("too_many_addresses")
    return tuple(found[:PEOPLE])


def _addressed(root: Part, own: Own) -> tuple[str, ...]:
    found = (one.address for name in RECIPIENTS for one in people(root.message, name))
    return tuple(dict.fromkeys(one for one in found if own.is_ours(one)))[:PEOPLE]


def _reading(said: Said) -> str:
    """From the page without its containers of quotes; from the whole where those held everything."""
    cutting = said.cutting if said.cutting.strip() else said.text
    return cut(cutting[:CUTTING], html_was=said.html_was).reading


def _events(root: Part, budget: Budget) -> list[str]:
    """A line for each event of the calendars in it, once each."""
    found = [part for part in root.walk() if part.media_type == "text/calendar" and not part.children]
    return list(dict.fromkeys(line for part in found[:3] for line in calendars.lines(words_of(part, budget))))


def _moment(raw: str) -> datetime | None:
    """Without a zone it is taken for UTC (RFC 5322, 4.3)."""
    try:
        found = parsedate_to_datetime(raw[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
