"""The content of a delivery as a letter: everything checked, nothing that could break a header."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from channels.email.addresses import MailAddress, read_address
from core.channels import DeliveryError, Outbound
from core.logs import log

SUBJECT_LIMIT = 250
NAME_LIMIT = 150
"""Characters; a file keeps its ending."""
REFERENCES_KEPT = 20
"""RFC 5322 3.6.4 wants the first and the newest ones when the list is cut."""

QUOTED_LIMIT = 20_000
"""Characters of what is answered; the rest is in the reader's own mailbox."""

_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,900}>")
_SUBJECT = re.compile(r"([a-z]{1,20}):(\d{1,18})")
_MEDIA_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/[a-z0-9][a-z0-9.+_-]{0,100}")
_ANY_FILE = "application/octet-stream"
_CONTROLS = dict.fromkeys(sign for sign in (*range(0x20), *range(0x7F, 0xA0)) if chr(sign) not in "\n\t")
"""All of Unicode's control signs but two."""


class LetterKind(StrEnum):
    """What a letter is; the choice of ``Auto-Submitted`` (RFC 3834) hangs on it."""

    REPLY = "reply"
    REQUEST = "request"
    REMINDER = "reminder"
    NOTICE = "notice"
    ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """A stored file that goes with the letter."""

    key: str
    file_name: str
    media_type: str


class Importance(StrEnum):
    """RFC 2156, 5.3.4; mail programs show it, and nothing is sent sooner for it."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What is answered, put below the answer; without ``sent_at`` nobody knows when it was written."""

    author: str
    text: str
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """``answers_to``: a subject and its id that the answer's address shall name. ``references`` ends with what is answered."""

    kind: LetterKind
    to: MailAddress
    cc: tuple[MailAddress, ...]
    subject: str
    text: str
    files: tuple[LetterFile, ...]
    answers_to: tuple[str, int] | None
    references: tuple[str, ...]
    in_reply_to: str
    quoted: Quoted | None = None
    importance: Importance = Importance.NORMAL


def read_letter(outbound: Outbound) -> Letter:
    """The delivery's content, checked.

    Keys: ``subject``, ``text``, ``kind`` (a notice when it is missing), ``files`` (``key``, ``file_name``, ``media_type``),
    ``cc`` (addresses), ``reply_to`` (``"appeal:12"``), ``in_reply_to`` and ``references`` (message ids in angle brackets),
    ``quoted`` (``author``, ``sent_at`` in ISO 8601, ``text``), ``importance`` (high, normal, low).
    Raises DeliveryError (permanent) for a bad address, an unknown kind, and when there is nothing to send.
    """
    content = outbound.content
    to = read_address(outbound.recipient)
    files = tuple(_files(content))
    text = clean_text(_word(content, "text"))
    if not text.strip() and not files:
        raise DeliveryError("nothing to send", permanent=True)
    in_reply_to, references = _thread(content)
    return Letter(
        kind=_kind(content),
        to=to,
        cc=_copies(content, to, outbound.delivery_id),
        subject=one_line(_word(content, "subject"), SUBJECT_LIMIT),
        text=text,
        files=files,
        answers_to=_answers_to(content),
        references=references,
        in_reply_to=in_reply_to,
        quoted=_quoted(content),
        importance=_importance(content),
    )


def one_line(words: str, limit: int) -> str:
    """Words for a header: no line ends, no control or direction signs (a name must not show another ending than it has)."""
    if not words.isprintable():
        words = "".join(sign if unicodedata.category(sign)[0] != "C" or sign == "\u200d" else " " for sign in words)
    return " ".join(words.split())[:limit].strip()


def clean_text(words: str) -> str:
    """Words for a body: line ends as ``\\n``, no control signs, nothing that has no UTF-8 form."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return plain.translate(_CONTROLS)


def _word(content: Mapping[str, Any], key: str) -> str:
    found = content.get(key)
    return found if isinstance(found, str) else ""


def _items(content: Mapping[str, Any], key: str) -> list[Any]:
    found = content.get(key)
    return found if isinstance(found, list) else []


def _kind(content: Mapping[str, Any]) -> LetterKind:
    given = content.get("kind", LetterKind.NOTICE)
    if given not in set(LetterKind):
        raise DeliveryError("unknown kind of letter", permanent=True)
    return LetterKind(given)


def _importance(content: Mapping[str, Any]) -> Importance:
    given = _word(content, "importance")
    return Importance(given) if given in set(Importance) else Importance.NORMAL


def _quoted(content: Mapping[str, Any]) -> Quoted | None:
    """A quote that cannot be used is left out: the answer matters more."""
    given = content.get("quoted")
    if not isinstance(given, Mapping):
        return None
    text = clean_text(_word(given, "text")).strip("\n")[:QUOTED_LIMIT]
    if not text.strip():
        return None
    return Quoted(author=one_line(_word(given, "author"), NAME_LIMIT), text=text, sent_at=_moment(_word(given, "sent_at")))


def _moment(given: str) -> datetime | None:
    """A time without a zone is nobody's time, so it is left out too."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _files(content: Mapping[str, Any]) -> Iterator[LetterFile]:
    for file in _items(content, "files"):
        if isinstance(file, Mapping) and _word(file, "key"):
            media_type = _word(file, "media_type").lower()
            yield LetterFile(
                key=_word(file, "key"),
                file_name=_file_name(_word(file, "file_name")),
                media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else _ANY_FILE,
            )


def _file_name(given: str) -> str:
    """A name without folders, which some mail programs would follow, and without what the library would decode."""
    name = one_line(given.replace("\\", "/").rpartition("/")[2], 1000).replace("=?", "=_").strip(".") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= NAME_LIMIT or not dot:
        return name[:NAME_LIMIT]
    ending = ending[:20]
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}.{ending}"


def _copies(content: Mapping[str, Any], to: MailAddress, delivery: int) -> tuple[MailAddress, ...]:
    """Who gets a copy; one that cannot get it never keeps the addressee from theirs."""
    copies: list[MailAddress] = []
    for given in _items(content, "cc"):
        try:
            address = read_address(str(given))
        except DeliveryError:
            log.warning("mail.copy_left_out", delivery=delivery, why="bad_address")
            continue
        if address.needs_smtputf8 and not to.needs_smtputf8:
            log.warning("mail.copy_left_out", delivery=delivery, why="needs_smtputf8")
        elif address not in (to, *copies):
            copies.append(address)
    return tuple(copies)


def _answers_to(content: Mapping[str, Any]) -> tuple[str, int] | None:
    given = _word(content, "reply_to")
    if not given:
        return None
    found = _SUBJECT.fullmatch(given)
    if found is None:
        raise DeliveryError("reply_to names no subject", permanent=True)
    return found[1], int(found[2])


def _thread(content: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What is answered, and the whole thread up to it; foreign ids that are no ids are left out."""
    answered = _word(content, "in_reply_to").strip()
    if not _MESSAGE_ID.fullmatch(answered):
        answered = ""
    known = [str(given).strip() for given in _items(content, "references")]
    thread = [given for given in known if _MESSAGE_ID.fullmatch(given) and given != answered]
    if answered:
        thread.append(answered)
    if len(thread) > REFERENCES_KEPT:
        thread = [thread[0], *thread[-REFERENCES_KEPT + 1 :]]
    return answered, tuple(thread)
