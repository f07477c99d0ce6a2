"""Files as answers: saved by the browser, or shown by it where nothing in them can run on our pages (ui.md 4)."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from fastapi import Response

from core.staff.cleaning import clean_file_name

PDF: Final = "application/pdf"
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""SVG is not among them: it can run scripts."""
SEALED: Final = "sandbox; default-src 'none'"
PDF_VIEWER: Final = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""The browser's own viewer runs apart from our pages; a sandbox would keep it from starting."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def saved_file(name: str, content: bytes, media_type: str = "application/octet-stream") -> Response:
    """Bytes to be saved and never to be run on our pages."""
    return _answer("attachment", name, content, media_type, SEALED)


def shown_file(name: str, content: bytes, media_type: str) -> Response:
    """A picture or a PDF to be looked at in a tab; anything else is saved."""
    if media_type == PDF:
        return _answer("inline", name, content, PDF, PDF_VIEWER)
    return _answer("inline", name, content, media_type, SEALED) if media_type in PICTURES else saved_file(name, content)


def disposition(kind: str, file_name: str) -> str:
    """RFC 6266: the name in UTF-8, nothing that could end the header."""
    return f"{kind}; filename*=UTF-8''{quote(clean_file_name(file_name), safe='')}"


def played_file(wanted: str, content: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """A file, or the part of it that a player that seeks wants: ``wanted`` is its Range header, or empty."""
    given = {**headers, "Accept-Ranges": "bytes"}
    part = _part(wanted, len(content))
    if part is None:
        return Response(content, headers=given, media_type=media_type)
    first, last = part
    if first >= len(content):
        return Response(status_code=416, headers={**given, "Content-Range": f"bytes */{len(content)}"})
    given["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, given, media_type)


def _answer(kind: str, name: str, content: bytes, media_type: str, policy: str) -> Response:
    headers = {"Content-Disposition": disposition(kind, name), "Content-Security-Policy": policy}
    return Response(content, headers=headers, media_type=media_type)


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for the whole (several ranges are not worth their multipart)."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size - 1) if int(found[2]) else (size, size)
    first, last = int(found[1]), min(int(found[2] or size), size - 1)
    return (first, last) if first <= last or first >= size else None
