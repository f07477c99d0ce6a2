"""What a file is, by its content: names and extensions of departments' files are often wrong."""

import io
import zipfile
from dataclasses import dataclass

import puremagic

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits
from core.knowledge.importing.articles_yaml import looks_like_yaml
from core.knowledge.importing.compound import DAMAGE, MAGIC, CompoundFile
from core.knowledge.importing.markdown import looks_like_markdown
from core.knowledge.importing.vocabulary import Content

ENCRYPTED_MEMBER = 0x1
ENCODINGS = ("utf-8-sig", "cp1251")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """The kind of content, the text of a text file, the streams of an OLE file, and whether it carries macros."""

    content: Content
    text: str = ""
    compound: CompoundFile | None = None
    has_macros: bool = False


def sniff(raw: bytes) -> Sniffed:
    """Raises UnreadableDocument: EMPTY, ZIP_BOMB, PASSWORD, DAMAGED, or UNKNOWN_CONTENT with ``found``."""
    if not raw.strip(b"\0 \t\r\n"):
        raise UnreadableDocument(Unreadable.EMPTY)
    if raw[:2] == b"PK":
        return _zip(raw)
    if raw[:8] == MAGIC:
        return _ole(raw)
    if raw[:5] == b"{\\rtf":
        return Sniffed(content=Content.RTF)
    return _text(raw)


def _zip(raw: bytes) -> Sniffed:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableDocument(Unreadable.DAMAGED) from error
    _check_members(members)
    names = {member.filename for member in members}
    if "word/document.xml" not in names:
        raise UnreadableDocument(Unreadable.UNKNOWN_CONTENT, found="application/zip")
    return Sniffed(content=Content.DOCX, has_macros="word/vbaProject.bin" in names)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & ENCRYPTED_MEMBER for member in members):
        raise UnreadableDocument(Unreadable.PASSWORD)
    swollen = any(
        member.file_size > limits.RATIO_COUNTS_FROM and member.file_size > limits.RATIO_LIMIT * max(member.compress_size, 1)
        for member in members
    )
    total = sum(member.file_size for member in members)
    if swollen or total >= limits.UNPACKED_LIMIT or len(members) > limits.MEMBERS_LIMIT:
        raise UnreadableDocument(Unreadable.ZIP_BOMB)


def _ole(raw: bytes) -> Sniffed:
    try:
        compound = CompoundFile(raw)
    except DAMAGE as error:
        raise UnreadableDocument(Unreadable.DAMAGED) from error
    names = compound.names()
    if "EncryptedPackage" in names:
        raise UnreadableDocument(Unreadable.PASSWORD)
    if "WordDocument" not in names:
        raise UnreadableDocument(Unreadable.UNKNOWN_CONTENT, found="application/x-ole-storage")
    return Sniffed(content=Content.DOC, compound=compound, has_macros="_VBA_PROJECT" in names or "Macros" in names)


def _text(raw: bytes) -> Sniffed:
    text = None if b"\0" in raw else _decoded(raw)
    if text is None:
        raise UnreadableDocument(Unreadable.UNKNOWN_CONTENT, found=_named(raw))
    if looks_like_yaml(text):
        return Sniffed(content=Content.YAML, text=text)
    if looks_like_markdown(text):
        return Sniffed(content=Content.MARKDOWN, text=text)
    raise UnreadableDocument(Unreadable.UNKNOWN_CONTENT, found=_named(raw))


def _decoded(raw: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        printable = sum(character.isprintable() or character.isspace() for character in text[:10_000])
        return text if printable >= 0.98 * min(len(text), 10_000) else None
    return None


def _named(raw: bytes) -> str:
    try:
        return str(puremagic.from_string(raw[:65536], mime=True)) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
