"""Files of conversations, served so that nothing in them runs (ui.md 4)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from core.conversations.thread import NEWEST
from inbox.web.auth import Desks, SignedIn
from inbox.web.file_answers import PDF, PDF_VIEWER, PICTURES, SEALED, disposition, played_file
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["files"])

_SHOWN = frozenset(
    {
        *(*PICTURES, PDF),
        *("audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/x-wav", "audio/webm", "audio/aac", "audio/opus"),
        *("video/mp4", "video/webm", "video/quicktime"),
    }
)
"""What a browser shows without running anything of it on our pages; SVG and HTML are not among them."""


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
    }
    media_type = stored.media_type if shown else "application/octet-stream"
    return played_file(request.headers.get("range", ""), stored.content, media_type, headers)
