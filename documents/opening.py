"""What may be opened at all: a stranger's .docx is checked before any library sees it."""

import io
import re
import zipfile

from lxml import etree

from core.errors import Invalid
from core.knowledge.errors import UnreadableDocument
from core.knowledge.importing.sniffing import sniff
from core.knowledge.importing.vocabulary import Content

SIZE_LIMIT = 10 * 1024 * 1024
"""Bytes of the file; a form or a note of a department has some dozens of kilobytes."""
XML_LIMIT = 4 * 1024 * 1024
"""Bytes of one XML part, unpacked: the libraries read such a part with expressions that cost more than they are long."""
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instrText"
ACTIVE_PARTS = re.compile(r"^word/(?:vba|activeX/|embeddings/)", re.IGNORECASE)
ACTIVE_FIELDS = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE)
"""Fields by which Word fetches something, or starts a program, when the document is opened."""


def checked_docx(content: bytes, field: str) -> bytes:
    """The same bytes when they are a plain .docx.

    Raises Invalid with ``fields[field]``: ``too_large``, ``unreadable``, ``macros`` (code in the file) or ``forbidden`` (something
    that Word would fetch from elsewhere).
    """
    if len(content) > SIZE_LIMIT:
        raise refused(field, "too_large", limit=SIZE_LIMIT // 1024 // 1024)
    try:
        found = sniff(content)
    except UnreadableDocument as error:
        raise refused(field, "unreadable") from error
    if found.content is not Content.DOCX:
        raise refused(field, "unreadable")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, field)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise refused(field, "unreadable") from error
    return content


def refused(field: str, reason: str, **facts: object) -> Invalid:
    """The refusal of a file given in ``field``."""
    return Invalid(f"{field}: {reason}", fields={field: reason}, **facts)


def _check_parts(archive: zipfile.ZipFile, field: str) -> None:
    names = [member.filename for member in archive.infolist()]
    if len(names) != len(set(names)):
        raise refused(field, "unreadable")
    if any(ACTIVE_PARTS.match(name) for name in names):
        raise refused(field, "macros")
    for member in archive.infolist():
        if not member.filename.endswith((".xml", ".rels")):
            continue
        if member.file_size > XML_LIMIT:
            raise refused(field, "too_large", limit=XML_LIMIT // 1024 // 1024)
        _check_part(member.filename, archive.read(member), field)


def _check_part(name: str, raw: bytes, field: str) -> None:
    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    if root.getroottree().docinfo.doctype:
        raise refused(field, "forbidden")
    if name == "[Content_Types].xml":
        kinds = {element.get("ContentType", "") for element in root}
        if any("macroEnabled" in kind or "vbaProject" in kind for kind in kinds):
            raise refused(field, "macros")
        if MAIN not in kinds:
            raise refused(field, "unreadable")
    elif name.endswith(".rels"):
        if any(_reaches_out(element) for element in root):
            raise refused(field, "forbidden")
    elif ACTIVE_FIELDS.search("".join(element.text or "" for element in root.iter(TEXT)) + _simple_fields(root)):
        raise refused(field, "forbidden")


def _reaches_out(relationship: etree._Element) -> bool:
    kind = (relationship.get("Type") or "").rpartition("/")[2]
    return kind == "aFChunk" or (relationship.get("TargetMode") == "External" and kind != "hyperlink")


def _simple_fields(root: etree._Element) -> str:
    space = TEXT.partition("}")[0] + "}"
    return " ".join(element.get(f"{space}instr", "") for element in root.iter(f"{space}fldSimple"))
