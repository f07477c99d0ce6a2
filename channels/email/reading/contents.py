"""What a file is by its content, whatever it is called, and of what one must be warned before opening it."""

import re
from collections.abc import Callable, Mapping

import puremagic

from channels.email.reading.charsets import decoded
from channels.email.reading.parameters import is_media_type
from channels.email.reading.remarks import Budget
from core.packed import EXECUTABLE, ending, entries, findings, is_stream_bomb

ANY = "application/octet-stream"
WORD, EXCEL, SLIDES = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    f"{OPEN_XML}{kind}" for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
ZIP, OLE, MSG, PDF, RTF = (
    "application/zip",
    "application/x-ole-storage",
    "application/vnd.ms-outlook",
    "application/pdf",
    "text/rtf",
)
PROGRAM = "application/x-executable"
PACKED = {"application/gzip", "application/x-bzip2", "application/x-xz"}
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, OLE_MARK, OLE),
    (0, b"{\\rt", RTF),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"MZ", PROGRAM),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xfe\xed\xfa", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"#!/", PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)
STREAMS = (("WordDocument", WORD), ("Workbook", EXCEL), ("PowerPoint Document", SLIDES), ("__properties_version1.0", MSG))
FAMILIES: Mapping[str, str] = {
    **dict.fromkeys((".doc", ".docx", ".docm", ".dot", ".dotx", ".rtf", ".odt"), "document"),
    **dict.fromkeys((".xls", ".xlsx", ".xlsm", ".ods"), "sheet"),
    **dict.fromkeys((".ppt", ".pptx", ".pptm", ".odp"), "slides"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic"), "image"),
    **dict.fromkeys((".mp4", ".mov", ".avi", ".mp3", ".ogg", ".oga", ".wav", ".m4a", ".3gp"), "media"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz"), "archive"),
    **dict.fromkeys((".txt", ".csv", ".log", ".htm", ".html", ".xml", ".ics", ".eml"), "text"),
    ".pdf": "pdf",
}
"""What a name promises; within a family nobody is deceived: a .doc that is a .docx opens all the same."""
TYPES: Mapping[str, str] = {
    **dict.fromkeys((WORD, DOCX, RTF, "application/vnd.oasis.opendocument.text"), "document"),
    **dict.fromkeys((EXCEL, XLSX, "application/vnd.oasis.opendocument.spreadsheet"), "sheet"),
    **dict.fromkeys((SLIDES, PPTX, "application/vnd.oasis.opendocument.presentation"), "slides"),
    **dict.fromkeys((ZIP, "application/vnd.rar", "application/x-7z-compressed", *PACKED), "archive"),
    PDF: "pdf",
    PROGRAM: "program",
}
MACRO_NAMES = frozenset({".docm", ".xlsm", ".pptm", ".dotm", ".xlam"})
MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "VBA_PROJECT_CUR"))
LOCKED = "EncryptedPackage".encode("utf-16-le")
HEAD = 4096


def media_type(content: bytes, declared: str = "") -> str:
    """By the content; as declared where that says nothing."""
    known = next((kind for at, mark, kind in MARKS if content.startswith(mark, at)), "")
    if known == ZIP:
        return _zipped(content)
    if known == OLE:
        return next((kind for name, kind in STREAMS if name.encode("utf-16-le") in content), OLE)
    if known:
        return known
    if b"%PDF-" in content[:1024]:
        return PDF
    if _is_text(content[:HEAD]):
        return _written(content[:HEAD], declared)
    return _unusual(content) or (declared if is_media_type(declared) and not declared.startswith("text/") else ANY)


def warnings(content: bytes, name: str, kind: str, budget: Budget) -> tuple[str, ...]:
    """Codes, sorted; ``kind`` is what ``media_type`` found."""
    found: set[str] = {"macros"} if ending(name) in MACRO_NAMES else set()
    if content.startswith(b"PK"):
        found |= findings(content, budget)
    elif kind in PACKED and is_stream_bomb(content, budget):
        found.add("bomb")
    found |= {code for code, checks in CHECKS.items() if any(is_so(content) for is_so in checks)}
    if kind == PROGRAM or ending(name) in EXECUTABLE:
        found.add("executable")
    if content and _deceives(name, kind):
        found.add("mismatch")
    return tuple(sorted(found))


def _zipped(content: bytes) -> str:
    names = {entry.name for entry in entries(content)[:2000]}
    for mark, kind in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX)):
        if mark in names:
            return kind
    # OpenDocument keeps its type unpacked, as the first entry (OpenDocument 1.3, part 2, 3.3).
    found = re.match(rb"PK\x03\x04.{26}mimetype(application/[a-z0-9.+\-]{1,80})", content[:200], re.DOTALL)
    return found[1].decode() if found else ZIP


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    controls = sum(sign < 32 and sign not in b"\t\n\r\f\x1b" for sign in head)
    return bool(head) and b"\0" not in head and controls * 100 <= len(head)


def _written(head: bytes, declared: str) -> str:
    start = decoded(head)[0].lstrip("\ufeff \r\n\t").lower()
    for mark, kind in (("<!doctype html", "text/html"), ("<html", "text/html"), ("begin:vcalendar", "text/calendar")):
        if start.startswith(mark):
            return kind
    if start.startswith("begin:vcard"):
        return "text/vcard"
    if start.startswith("<?xml"):
        return "image/svg+xml" if "<svg" in start else "application/xml"
    return "image/svg+xml" if start.startswith("<svg") else declared if declared.startswith("text/") else "text/plain"


def _unusual(content: bytes) -> str:
    """By the library's long list, when it is sure."""
    try:
        found = puremagic.magic_string(content[: 64 * HEAD])[0]
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    return str(found.mime_type) if found.confidence >= 0.6 and is_media_type(str(found.mime_type)) else ""


def _has_macros(content: bytes) -> bool:
    return content.startswith(OLE_MARK) and any(name in content for name in MACROS)


def _is_locked(content: bytes) -> bool:
    """An encrypted package of Office, an encrypted old Word file ([MS-DOC] 2.5.2, fEncrypted), a PDF with a password."""
    if content.startswith(OLE_MARK):
        return LOCKED in content or (content[512:514] == b"\xec\xa5" and len(content) > 524 and bool(content[523] & 1))
    return content.startswith(b"%PDF-") and b"/Encrypt" in content


def _is_locked_archive(content: bytes) -> bool:
    """A RAR whose list of names, or first file, has a password; a 7z that names AES where it describes itself."""
    if content.startswith(b"Rar!\x1a\x07\x01\x00"):
        # Behind the checksum two numbers of seven bits a byte: the size of the header and its kind, 4 for "encrypted".
        return re.match(rb"[\x80-\xff]{0,3}[\x00-\x7f]\x04", content[12:18]) is not None
    if content.startswith(b"Rar!\x1a\x07\x00") and len(content) > 25:
        first_file = 7 + int.from_bytes(content[12:14], "little")
        flags = content[first_file + 3 : first_file + 4] or b"\0"
        return bool(content[10] & 0x80 or flags[0] & 0x04)
    return content.startswith(b"7z\xbc\xaf\x27\x1c") and b"\x06\xf1\x07\x01" in content[-HEAD:]


CHECKS: Mapping[str, tuple[Callable[[bytes], bool], ...]] = {
    "macros": (_has_macros,),
    "encrypted": (_is_locked, _is_locked_archive),
}


def _deceives(name: str, kind: str) -> bool:
    promised, found = FAMILIES.get(ending(name)), _family(kind)
    return bool(promised and found) and promised != found


def _family(kind: str) -> str:
    if kind in TYPES:
        return TYPES[kind]
    top = kind.partition("/")[0]
    return {"image": "image", "audio": "media", "video": "media", "text": "text", "message": "text"}.get(top, "")
