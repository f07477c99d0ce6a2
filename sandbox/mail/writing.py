"""A letter as a person's mail program writes it (RFC 5322): with its thread and, when wanted, the answered letter quoted below."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid, parsedate_to_datetime

from sandbox.mail.letters import Reading
from sandbox.mail.settings import HOST
from sandbox.mail.words import say

SUBJECT_LIMIT = 500
THREAD_KEPT = 20
MARKS = ("re:", "fwd:", "fw:")


class NotWritable(ValueError):
    """What was typed in makes no letter; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """To be attached."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody typed in. An empty subject is that of the answered letter."""

    name: str
    address: str
    to: str
    subject: str
    text: str
    answered: Reading | None = None
    quotes: bool = True
    files: Sequence[File] = ()


def written(draft: Draft) -> bytes:
    """The mail. Raises NotWritable for addresses that are none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(display_name=_line(draft.name), addr_spec=draft.address)
        message["To"] = Address(addr_spec=draft.to)
    except (ValueError, HeaderParseError, IndexError) as wrong:
        raise NotWritable(f"no mail address: {draft.address!r} or {draft.to!r}") from wrong
    message["Subject"] = _subject(draft)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=HOST)
    for name, value in _thread(draft.answered).items():
        message[name] = value
    quoted = _quoted(draft.answered) if draft.answered is not None and draft.quotes else ""
    message.set_content("\n".join([*draft.text.rstrip().splitlines(), quoted]))
    for file in draft.files:
        kind, _, rest = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=rest or "octet-stream", filename=_line(file.name))
    return message.as_bytes()


def _line(words: str) -> str:
    return " ".join(words.split())[:SUBJECT_LIMIT]


def _subject(draft: Draft) -> str:
    if draft.subject.strip() or draft.answered is None:
        return _line(draft.subject)
    before = _line(draft.answered.header("Subject"))
    return before if before.lower().startswith(MARKS) else say("answer", subject=before)


def _thread(answered: Reading | None) -> dict[str, str]:
    own = answered.header("Message-ID") if answered is not None else ""
    if answered is None or not own:
        return {}
    earlier = [one for one in reversed(answered.answers) if one != own]
    return {"In-Reply-To": own, "References": " ".join([*dict.fromkeys(earlier[-THREAD_KEPT:]), own])}


def _quoted(answered: Reading) -> str:
    day, author = _day(answered), answered.header("From")
    opening = say("quoted", day=day, author=author) if day else say("quoted_undated", author=author)
    return "\n".join(["", opening, *(f"> {line}" for line in answered.text.rstrip().splitlines()), ""])


def _day(answered: Reading) -> str:
    try:
        return f"{parsedate_to_datetime(answered.header('Date')):%d.%m.%Y %H:%M}"
    except ValueError:
        return ""
