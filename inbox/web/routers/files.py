"""Files of conversations, served so that nothing in them runs (ui.md 4)."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from core.conversations.thread import NEWEST
from inbox.web.auth import Desks, SignedIn
from inbox.web.file_answers import PDF, PDF_VIEWER, PICTURES, SEALED, disposition

router = APIRouter(prefix="/api", tags=["files"])

_SHOWN = frozenset(
    {
        *(*PICTURES, PDF),
        *("audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/x-wav", "audio/webm", "audio/aac", "audio/opus"),
        *("video/mp4", "video/webm", "video/quicktime"),
    }
)
"""What a browser shows without running anything of it on our pages; SVG and HTML are not among them."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@router.get("/attachments/{id}", response_class=Response)
async def attachment(
    attachment_id: Annotated[int, Path(alias="id", ge=1, le=NEWEST)],
    request: Request,
    asker: SignedIn,
    office: Desks,
    inline: Annotated[bool, Query()] = False,
) -> Response:
    """The bytes of a file; a part of them for a player that seeks."""
    found, stored = await office.operators.reading.file(asker, attachment_id)
    shown = inline and stored.media_type in _SHOWN
    headers = {
        "Content-Disposition": disposition("inline" if shown else "attachment", found.file_name),
        "Content-Security-Policy": PDF_VIEWER if shown and stored.media_type == PDF else SEALED,
        "Accept-Ranges": "bytes",
    }
    media_type = stored.media_type if shown else "application/octet-stream"
    part = _part(request.headers.get("range", ""), len(stored.content))
    if part is None:
        return Response(stored.content, headers=headers, media_type=media_type)
    first, last = part
    if first >= len(stored.content):
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(stored.content)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(stored.content)}"
    return Response(stored.content[first : last + 1], 206, headers, media_type)


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for the whole (several ranges are not worth their multipart)."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size - 1) if int(found[2]) else (size, size)
    first, last = int(found[1]), min(int(found[2] or size), size - 1)
    return (first, last) if first <= last or first >= size else None
