"""How a mail that was read leaves the limited process: JSON, and the files' bytes behind it. Nothing in it can run anything.

What comes is checked as what a stranger wrote: a process that read a hostile mail may be the mail's by now.
"""

import struct
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import orjson

from channels.email.reading.apart import ReadApart
from channels.email.reading.remarks import FILES
from core.mail.port import Checked, Failure, FileKind, Forwarded, MailFile, MailKind, MailPerson, ReadMail, Report

LENGTHS = struct.Struct(">IQ")
"""Of the JSON, of the files."""
JSON = 24 * 1024 * 1024
"""Bytes of the JSON that are taken."""


class Garbled(Exception):
    """What came is no mail."""


def packed(read: ReadApart) -> bytes:
    """The whole message."""
    mail = asdict(read.mail)
    contents = [file.pop("content") for file in mail["files"]]
    for file, content in zip(mail["files"], contents, strict=True):
        file["size"] = len(content)
    head = orjson.dumps({"mail": _clean(mail), "addressed": read.addressed, "as_answer": read.kind_as_answer})
    return b"".join([LENGTHS.pack(len(head), sum(map(len, contents))), head, *contents])


def lengths(start: bytes) -> tuple[int, int]:
    """Of the JSON and of the files. Raises Garbled for more than there may be."""
    head, files = LENGTHS.unpack(start)
    if head > JSON or files > FILES:
        raise Garbled("too long")
    return head, files


def unpacked(head: bytes, contents: bytes) -> ReadApart:
    """Raises Garbled for what has not exactly our form."""
    try:
        given = orjson.loads(head)
        return ReadApart(
            mail=_mail(given["mail"], contents),
            addressed=_words(given["addressed"]),
            kind_as_answer=MailKind(given["as_answer"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise Garbled(type(wrong).__name__) from wrong


def _clean(value: Any) -> Any:
    """Half letters (surrogates) have no place in JSON, NUL has none in the database."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list | tuple) else value


def _mail(given: dict[str, Any], contents: bytes) -> ReadMail:
    return ReadMail(
        kind=MailKind(given["kind"]),
        message_id=_word(given["message_id"]),
        envelope_sender=_word(given["envelope_sender"]),
        subject=_word(given["subject"]),
        text=_word(given["text"]),
        reading=_word(given["reading"]),
        html=_word(given["html"]),
        in_reply_to=_words(given["in_reply_to"]),
        references=_words(given["references"]),
        author=_person(given["author"]),
        reply_to=_person(given["reply_to"]) if given["reply_to"] is not None else None,
        to=tuple(_person(one) for one in given["to"]),
        cc=tuple(_person(one) for one in given["cc"]),
        sent_at=_moment(given["sent_at"]),
        files=_files(given["files"], contents),
        forwarded=_forwarded(given["forwarded"]),
        report=_report(given["report"]),
        checked=Checked(**_known(Checked, given["checked"])),
        is_signed=given["is_signed"] is True,
        remarks=_words(given["remarks"]),
    )


def _files(given: list[dict[str, Any]], contents: bytes) -> tuple[MailFile, ...]:
    found, start = list[MailFile](), 0
    for number, one in enumerate(given, 1):
        size = one["size"]
        if type(size) is not int or size < 0 or start + size > len(contents):
            raise Garbled("sizes")
        found.append(
            MailFile(
                number=number,
                name=_word(one["name"]),
                media_type=_word(one["media_type"]),
                kind=FileKind(one["kind"]),
                content_id=_word(one["content_id"]),
                content=contents[start : start + size],
                warnings=_words(one["warnings"]),
            )
        )
        start += size
    return tuple(found)


def _forwarded(given: dict[str, Any] | None) -> Forwarded | None:
    if given is None:
        return None
    return Forwarded(
        author=_person(given["author"]),
        subject=_word(given["subject"]),
        text=_word(given["text"]),
        sent_at=_moment(given["sent_at"]),
    )


def _report(given: dict[str, Any] | None) -> Report | None:
    if given is None:
        return None
    return Report(
        failures=tuple(Failure(**_known(Failure, one)) for one in given["failures"]),
        envelope_id=_word(given["envelope_id"]),
        message_id=_word(given["message_id"]),
    )


def _person(given: dict[str, Any]) -> MailPerson:
    return MailPerson(**_known(MailPerson, given))


def _known(kind: type[Any], given: dict[str, Any]) -> dict[str, str]:
    return {one.name: _word(given[one.name]) for one in fields(kind)}


def _moment(given: Any) -> datetime | None:
    """Raises ValueError for a time without a zone."""
    if given is None:
        return None
    found = datetime.fromisoformat(_word(given))
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found


def _words(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise TypeError("no list")
    return tuple(_word(one) for one in given)


def _word(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError("no words")
    return given
