"""What a department writes in its official note, looked at before it is kept (reg. 2.8.10, 4.5)."""

import asyncio
from dataclasses import dataclass
from datetime import date

from core.errors import Invalid
from core.files import FILE_LIMIT
from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing.pdf import pdf_text
from core.knowledge.importing.reading import document_text
from core.knowledge.importing.sniffing import sniff
from core.knowledge.importing.vocabulary import Content
from core.staff.cleaning import clean_file_name, clean_line, clean_text
from core.vocabulary import MemoOutcome

PDF = "application/pdf"
ENDINGS = {Content.DOCX.value: ".docx", Content.DOC.value: ".doc", Content.RTF.value: ".rtf", PDF: ".pdf"}
"""What a note may come as, known by its content."""
REASONS_LIMIT = 4000
READ, UNREAD, NO_FILE = "read", "unread", "none"
_HOPELESS = {Unreadable.PASSWORD: "password", Unreadable.DAMAGED: "damaged", Unreadable.ZIP_BOMB: "damaged"}
"""What no operator could open either; whatever else gives no text is kept unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoFile:
    """A file as it was sent."""

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoForm:
    """An official note as it was typed in. An answer needs its file, a "cannot" its reasons."""

    number: str
    dated_on: date | None
    signed_by: str
    outcome: MemoOutcome
    reasons: str = ""
    file: MemoFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMemo:
    """A note that may be kept, with what its file says."""

    number: str
    dated_on: date
    signed_by: str
    outcome: MemoOutcome
    reasons: str
    file: MemoFile | None
    media_type: str
    text: str
    text_state: str


async def read_memo(form: MemoForm, today: date) -> ReadMemo:
    """The note, made safe to keep, and the text of its file.

    Raises Invalid with every fault at once (fields: number, dated_on, signed_by, reasons, file).
    """
    number, signed_by = clean_line(form.number, 64), clean_line(form.signed_by)
    reasons = clean_text(form.reasons).strip()
    fields = {name: "missing" for name, value in (("number", number), ("signed_by", signed_by)) if not value}
    if form.dated_on is None or form.dated_on > today:
        fields["dated_on"] = "missing" if form.dated_on is None else "in_the_future"
    if form.outcome is MemoOutcome.CANNOT and not reasons:
        fields["reasons"] = "missing"
    if len(reasons) > REASONS_LIMIT:
        fields["reasons"] = "string_too_long"
    media_type, text, text_state = "", "", NO_FILE
    try:
        if form.file is not None:
            media_type = await asyncio.to_thread(_kind, form.file.content)
            text, text_state = await _text(form.file.content, media_type)
        elif form.outcome is MemoOutcome.ANSWERED:
            fields["file"] = "missing"
    except Invalid as refused:
        fields["file"] = str(refused.facts["reason"])
    if fields or form.dated_on is None:
        raise Invalid("the note cannot be kept so", fields=fields)
    return ReadMemo(
        number=number,
        dated_on=form.dated_on,
        signed_by=signed_by,
        outcome=form.outcome,
        reasons=reasons,
        file=_named(form.file, media_type),
        media_type=media_type,
        text=text,
        text_state=text_state,
    )


def _kind(content: bytes) -> str:
    if not content:
        raise Invalid("an empty file", reason="empty_file")
    if len(content) > FILE_LIMIT:
        raise Invalid("too large", reason="file_too_big")
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        found = sniff(content).content.value
    except UnreadableDocument as refused:
        raise Invalid("not a note", reason=_HOPELESS.get(refused.reason, "wrong_kind")) from refused
    if found not in ENDINGS:
        raise Invalid("not a note", reason="wrong_kind")
    return found


async def _text(content: bytes, media_type: str) -> tuple[str, str]:
    try:
        return clean_text(await (pdf_text if media_type == PDF else document_text)(content)), READ
    except UnreadableDocument as refused:
        is_repairable = media_type == PDF and refused.reason is Unreadable.DAMAGED  # browsers open what poppler does not
        if refused.reason in _HOPELESS and not is_repairable:
            raise Invalid("nobody can open it", reason=_HOPELESS[refused.reason]) from refused
        return "", UNREAD


def _named(file: MemoFile | None, media_type: str) -> MemoFile | None:
    """The ending says what the file is, whatever it was called."""
    if file is None:
        return None
    name, ending = clean_file_name(file.file_name), ENDINGS[media_type]
    return MemoFile(file_name=name if name.casefold().endswith(ending) else f"{name}{ending}", content=file.content)
