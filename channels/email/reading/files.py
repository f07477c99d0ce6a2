"""A mail's files: found, named, opened where they are parcels, and looked into."""

import mimetypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from channels.email.reading import contents, signed, tnef
from channels.email.reading.bodies import is_text
from channels.email.reading.encoded_words import cleaned
from channels.email.reading.remarks import Budget
from channels.email.reading.safely import header, raw_header
from channels.email.reading.tree import MAILS, STATUSES, Part, grow
from core.mail.port import FileKind, MailFile
from core.packed import ending

PARCELS = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-encrypted"}
)
SIGNATURE_ENDINGS = frozenset({".p7s", ".sig", ".sgn", ".asc"})
LONGEST_NAME, MOST = 180, 200
"""Signs of a name; files of one mail (parcels may hold more of them than there are parts)."""
ENDINGS = {contents.DOCX: ".docx", contents.XLSX: ".xlsx", "text/calendar": ".ics", contents.RTF: ".rtf", "image/heic": ".heic"}
PASSED_OVER = frozenset({"text/rfc822-headers", "message/rfc822-headers", *STATUSES})
"""Parts of reports: they are read, and no file for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file before it is looked into."""

    name: str
    content: bytes
    declared: str = ""
    content_id: str = ""
    kind: FileKind = FileKind.ATTACHMENT


def open_parcels(root: Part, budget: Budget) -> bool:
    """Put what was signed in the place of its parcel (S/MIME), remark what is encrypted; whether anything is signed."""
    is_signed = False
    for part in list(root.walk()):
        if part.media_type == "multipart/signed":
            is_signed = True
        elif part.media_type == "multipart/encrypted":
            budget.remark("encrypted")
        elif part.media_type in PARCELS or (not part.children and ending(name_of(part)) == ".p7m"):
            what, content = signed.opened(part.content)
            is_signed |= what == "signed"
            if what == "encrypted":
                budget.remark("encrypted")
            elif content:
                part.children = [grow(content, budget)]
    return is_signed


def files_of(root: Part, taken: list[tuple[str, bytes]], budget: Budget) -> tuple[MailFile, ...]:
    """All files in the order of the mail; then those that stood in a text. Content beyond the bound is left out, and remarked."""
    candidates = [*_within(root, is_page=False), *(Candidate(name=name, content=content) for name, content in taken)]
    return tuple(_looked_into(one, number, budget) for number, one in enumerate(candidates[:MOST], 1))


def name_of(part: Part) -> str:
    """As it was given; empty when it was not."""
    return safe_name(part.disposition.get("filename") or part.content_type.get("name"))


def safe_name(given: str) -> str:
    """Without folders, control signs and signs that turn the direction of writing (they hide the true ending)."""
    seen = "".join(sign for sign in cleaned(given) if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"})
    last = seen.replace("\\", "/").rpartition("/")[2].strip(" .")
    head, point, tail = last.rpartition(".")
    if len(last) <= LONGEST_NAME:
        return last
    return f"{head[: LONGEST_NAME - len(tail) - 1]}.{tail}" if point and len(tail) < 10 else last[:LONGEST_NAME]


def _within(part: Part, *, is_page: bool) -> Iterator[Candidate]:
    """``is_page``: the part stands beside a page that may show it."""
    kind = part.media_type
    if kind in MAILS:
        yield _mail(part)
    elif part.children:
        for child in part.children:
            yield from _within(child, is_page=is_page or kind == "multipart/related")
    elif not is_text(part) and kind not in PASSED_OVER and not part.is_epilogue and not kind.startswith("multipart/"):
        yield from _leaf(part, is_page=is_page)


def _mail(part: Part) -> Candidate:
    inner = part.children[0] if part.children else None
    subject = safe_name(header(inner.message, "subject"))[:100] if inner is not None else ""
    name = name_of(part) or subject
    content = inner.whole if inner is not None else part.raw
    return Candidate(
        name=f"{name.removesuffix('.eml')}.eml" if name else "", content=content, declared="message/rfc822", kind=FileKind.MAIL
    )


def _leaf(part: Part, *, is_page: bool) -> Iterator[Candidate]:
    content, name, kind = part.content, name_of(part), part.media_type
    if content.startswith(tnef.MARK):
        parcel = tnef.opened(content)
        if parcel.files or parcel.text or parcel.html:
            yield from (
                Candidate(name=safe_name(file.name), content=file.content, content_id=file.content_id) for file in parcel.files
            )
            return
    content_id = cleaned(raw_header(part.message, "content-id")).strip("<> ")[:250]
    yield Candidate(name=name, content=content, declared=kind, content_id=content_id, kind=_kind(part, name, content_id, is_page))


def _kind(part: Part, name: str, content_id: str, is_page: bool) -> FileKind:
    kind = part.media_type
    if kind in SIGNATURES or ending(name) in SIGNATURE_ENDINGS:
        return FileKind.SIGNATURE
    if kind == "text/calendar" or ending(name) == ".ics":
        return FileKind.CALENDAR
    is_shown = content_id and kind.startswith("image/") and (is_page or part.disposition.value == "inline")
    return FileKind.INLINE if is_shown and part.disposition.value != "attachment" else FileKind.ATTACHMENT


def _looked_into(one: Candidate, number: int, budget: Budget) -> MailFile:
    kind = one.declared if one.kind in {FileKind.MAIL, FileKind.SIGNATURE} else contents.media_type(one.content, one.declared)
    name = one.name or f"{'mail' if one.kind is FileKind.MAIL else 'file'}-{number}{_ending(kind)}"
    warnings = contents.warnings(one.content, name, kind, budget)
    content = one.content
    if len(content) > budget.files:
        budget.remark("too_big")
        content = b""
    budget.files -= len(content)
    return MailFile(
        number=number,
        name=name,
        media_type=kind,
        kind=one.kind,
        content_id=one.content_id,
        content=content,
        warnings=(*warnings, "too_big") if not content and one.content else warnings,
    )


def _ending(kind: str) -> str:
    if kind == "message/rfc822":
        return ".eml"
    return ENDINGS.get(kind) or (mimetypes.guess_extension(kind, strict=False) or "" if kind != contents.ANY else "")
