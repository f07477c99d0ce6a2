"""What was read in a mail, kept in its row, and given back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.files import load_file, store_file
from core.mail.model import Mail, MailPart
from core.mail.port import (
    Answered,
    Checked,
    Failure,
    FileKind,
    Forwarded,
    MailFile,
    MailKind,
    MailPerson,
    ReadMail,
    Report,
)
from core.mail.vocabulary import MailState
from core.staff.cleaning import clean_file_name, clean_line, clean_text

TEXT_LIMIT = 1_000_000
"""Characters of a text or of its HTML that are kept; the mail itself is kept whole."""
READING_LIMIT = 64_000
IDS_KEPT = 100


async def keep_read(tx: AsyncSession, mail: Mail, read: ReadMail, now: datetime) -> None:
    """Write what was read into the mail's row, and its files into the store; the mail is then in the state ``read``."""
    mail.kind = read.kind
    mail.subject = clean_line(read.subject, 1000)
    mail.author = mail.author_mark = clean_line(read.author.address, 320).lower()
    mail.author_name = clean_line(read.author.name, 300)
    mail.message_id = read.message_id[:1000].replace("\x00", "")
    mail.sent_at = _aware(read.sent_at)
    mail.text, mail.html = clean_text(read.text)[:TEXT_LIMIT], clean_text(read.html)[:TEXT_LIMIT]
    mail.reading = clean_text(read.reading)[:READING_LIMIT]
    mail.is_signed = read.is_signed
    mail.heads = _plain(_heads(read))
    mail.checked = asdict(read.checked)
    mail.remarks = list(read.remarks)
    mail.report = _plain(asdict(read.report)) if read.report else None
    mail.state, mail.read_at, mail.tries, mail.error, mail.next_try_at = MailState.READ, now, 0, "", now
    await tx.exec(delete(MailPart).where(col(MailPart.mail_id) == mail.id))
    for file in read.files:
        tx.add(await _kept(tx, mail, file, now))
    await tx.flush()


async def parts_of(tx: AsyncSession, mail_id: int) -> list[MailPart]:
    """The files of a mail in its order."""
    return list((await tx.exec(select(MailPart).where(MailPart.mail_id == mail_id).order_by(col(MailPart.number)))).all())


async def content_of(tx: AsyncSession, part: MailPart) -> bytes:
    """The bytes of a file; empty for one without any."""
    return (await load_file(tx, part.storage_key)).content if part.storage_key else b""


def read_of(mail: Mail) -> ReadMail:
    """What was read, from the row; the files stay in their own table."""
    heads = mail.heads
    return ReadMail(
        kind=MailKind(mail.kind),
        message_id=mail.message_id,
        in_reply_to=tuple(heads.get("in_reply_to", ())),
        references=tuple(heads.get("references", ())),
        author=MailPerson(name=mail.author_name, address=mail.author),
        reply_to=_person(heads.get("reply_to")),
        envelope_sender=heads.get("envelope_sender", ""),
        to=tuple(MailPerson(**one) for one in heads.get("to", ())),
        cc=tuple(MailPerson(**one) for one in heads.get("cc", ())),
        answers=tuple(Answered(**one) for one in heads.get("answers", ())),
        subject=mail.subject,
        sent_at=mail.sent_at,
        text=mail.text,
        reading=mail.reading,
        html=mail.html,
        forwarded=_forwarded(heads.get("forwarded")),
        report=_report(mail.report),
        checked=Checked(**mail.checked),
        is_signed=mail.is_signed,
        remarks=tuple(mail.remarks),
    )


def _heads(read: ReadMail) -> dict[str, Any]:
    return {
        "in_reply_to": [one[:1000] for one in read.in_reply_to[:IDS_KEPT]],
        "references": [one[:1000] for one in read.references[-IDS_KEPT:]],
        "reply_to": asdict(read.reply_to) if read.reply_to else None,
        "envelope_sender": read.envelope_sender[:320],
        "to": [asdict(one) for one in read.to],
        "cc": [asdict(one) for one in read.cc],
        "answers": [asdict(one) for one in read.answers],
        "forwarded": asdict(read.forwarded) if read.forwarded else None,
    }


def _plain(value: Any) -> Any:
    """As JSON can hold it: moments in ISO, no NUL, which PostgreSQL refuses."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return clean_text(value) if isinstance(value, str) else value


async def _kept(tx: AsyncSession, mail: Mail, file: MailFile, now: datetime) -> MailPart:
    media_type = file.media_type[:128] or "application/octet-stream"
    return MailPart(
        mail_id=mail.id or 0,
        number=file.number,
        name=clean_file_name(file.name),
        media_type=media_type,
        kind=FileKind(file.kind),
        content_id=clean_line(file.content_id, 300),
        size=len(file.content),
        storage_key=await store_file(tx, file.content, media_type, now) if file.content else "",
        warnings=list(file.warnings),
    )


def _aware(moment: datetime | None) -> datetime | None:
    """A date without a zone is read as UTC (RFC 5322, 3.3: ``-0000``)."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _person(kept: Mapping[str, Any] | None) -> MailPerson | None:
    return MailPerson(**kept) if kept else None


def _forwarded(kept: Mapping[str, Any] | None) -> Forwarded | None:
    if not kept:
        return None
    sent_at = datetime.fromisoformat(kept["sent_at"]) if kept["sent_at"] else None
    return Forwarded(author=MailPerson(**kept["author"]), subject=kept["subject"], text=kept["text"], sent_at=sent_at)


def _report(kept: Mapping[str, Any] | None) -> Report | None:
    if not kept:
        return None
    failures = tuple(Failure(**one) for one in kept["failures"])
    return Report(failures=failures, envelope_id=kept["envelope_id"], message_id=kept["message_id"])
