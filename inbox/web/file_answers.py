"""Files as answers: saved by the browser, or shown by it where nothing in them can run on our pages (ui.md 4)."""

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


def _answer(kind: str, name: str, content: bytes, media_type: str, policy: str) -> Response:
    headers = {"Content-Disposition": disposition(kind, name), "Content-Security-Policy": policy}
    return Response(content, headers=headers, media_type=media_type)
