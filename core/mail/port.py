"""The port to whatever reads a mail: raw bytes in, what the centre needs to know of them out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class MailKind(StrEnum):
    """Who speaks in it.

    ``human``: a person; ``bounce``: a report that something of ours was not delivered; ``delay``: that it is late;
    ``delivered``: that it arrived; ``auto``: a machine's answer (out of office, a ticket system); ``list``: a circular;
    ``own``: our own mail that came back; ``unread``: it could not be parsed, so nobody knows.
    """

    HUMAN = "human"
    BOUNCE = "bounce"
    DELAY = "delay"
    DELIVERED = "delivered"
    AUTO = "auto"
    LIST = "list"
    OWN = "own"
    UNREAD = "unread"


class FileKind(StrEnum):
    """What a part of a mail is: ``inline`` is shown inside its HTML, ``mail`` is a mail of its own, ``signature`` is S/MIME's or
    PGP's."""

    ATTACHMENT = "attachment"
    INLINE = "inline"
    CALENDAR = "calendar"
    MAIL = "mail"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPerson:
    """A name (may be empty) and an address in lower case (may be empty when it is none)."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """One file of a mail. ``number`` counts from 1 in the order of the mail; ``media_type`` is what the content is, not what it
    is called.

    ``warnings`` are codes: ``macros``, ``bomb``, ``encrypted``, ``executable``, ``mismatch`` (name and content disagree).
    """

    number: int
    name: str
    media_type: str
    kind: FileKind = FileKind.ATTACHMENT
    content_id: str = ""
    content: bytes = b""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A token of ours in an address that this mail was sent to, checked: ``purpose`` ("appeal", "request", "b" = a delivery) and
    its number."""

    purpose: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The mail that was forwarded inside this one: whose it was and what it said."""

    author: MailPerson
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One recipient that a report tells of. ``status`` as in RFC 3463 ("5.1.1"; empty when it is not told); ``diagnostic`` in
    the server's words."""

    recipient: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a bounce, a delay or a delivery report tells. ``envelope_id`` is our ENVID; ``message_id`` that of our mail in it."""

    failures: tuple[Failure, ...] = ()
    envelope_id: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What our own MX found: the words of RFC 8601 ("pass", "fail", "none", ...); empty when it said nothing."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """A mail in our words.

    ``text`` is the whole text (from HTML where there is no plain one); ``reading`` is what the person wrote now, without quotes
    and
    signature; ``html`` is safe to show (no script, no form, nothing remote; inline images as ``cid:``). ``remarks`` are codes of
    what
    was not as it should be: ``charset_guessed``, ``too_many_parts``, ``too_deep``, ``too_many_addresses``, ``header_cut``,
    ``text_cut``,
    ``unreadable``, ``too_big``, ``too_slow``, ``forged_token``, ``encrypted``. ``message_id`` and the others with their angle
    brackets.
    """

    kind: MailKind
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    author: MailPerson = MailPerson()
    reply_to: MailPerson | None = None
    envelope_sender: str = ""
    to: tuple[MailPerson, ...] = ()
    cc: tuple[MailPerson, ...] = ()
    answers: tuple[Answered, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    reading: str = ""
    html: str = ""
    files: tuple[MailFile, ...] = ()
    forwarded: Forwarded | None = None
    report: Report | None = None
    checked: Checked = Checked()
    is_signed: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail as it lies in a mailbox; the first three fields together are its identity for ever (RFC 9051, 2.3.1.1)."""

    mailbox: str
    uid_validity: int
    uid: int
    received_at: datetime
    content: bytes


class MailReader(Protocol):
    """Reads mails apart from the rest of the product: whatever a mail does, nothing else suffers."""

    async def read(self, content: bytes) -> ReadMail:
        """Never raises for what is in the mail: what cannot be read is of the kind ``unread`` with a remark."""
        ...


class MailSink(Protocol):
    """Takes what a mailbox brought."""

    async def cursor(self, mailbox: str) -> tuple[int, int]:
        """UIDVALIDITY and the last UID that is stored; (0, 0) for a mailbox never seen."""
        ...

    async def take(self, mails: list[RawMail]) -> None:
        """Commit them (a repeat has no effect) and the cursor behind the last; raises what the database raises, nothing is then
        taken."""
        ...

    async def start_again(self, mailbox: str, uid_validity: int) -> None:
        """The mailbox was made anew: its numbers mean nothing any more; mails already taken are known by Message-ID and hash."""
        ...
