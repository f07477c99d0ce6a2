"""The sound of a recording, passed on from the recorder as it comes (reg. 2.5.2)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from core.conversations.thread import NEWEST
from core.phone.sounds import OpenedSound, RecorderAway
from inbox.web.auth import Desks, SignedIn
from inbox.web.file_answers import SEALED, disposition
from inbox.web.masking import MaskedRoute
from inbox.web.problems import answer

router = APIRouter(route_class=MaskedRoute, prefix="/api/recordings", tags=["recordings"])

ENDINGS = {"audio/ogg": "ogg", "audio/wav": "wav"}
OTHERWISE = "application/octet-stream"


class PassedOn(StreamingResponse):
    """Lets the recorder's answer go, also when the player leaves in the middle."""

    def __init__(self, opened: OpenedSound, headers: dict[str, str]) -> None:
        super().__init__(opened.pieces(), opened.status, headers)
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._opened.close()


@router.get("/{id}/sound", response_class=Response)
async def recording_sound(
    recording_id: Annotated[int, Path(alias="id", ge=1, le=NEWEST)],
    request: Request,
    asker: SignedIn,
    office: Desks,
    save: Annotated[bool, Query()] = False,
) -> Response:
    """The sound; a part of it for a player that seeks. Each hearing is written down."""
    try:
        opened = await office.recordings.open(asker, recording_id, wanted=request.headers.get("range", ""), save=save)
    except RecorderAway as away:
        return answer(503, away.code, facts={"retry_after": 5})
    kind = opened.headers.get("content-type", "").partition(";")[0]
    ending = ENDINGS.get(kind)
    headers = {
        **opened.headers,
        "content-type": kind if ending else OTHERWISE,
        "content-disposition": disposition("attachment" if save else "inline", f"recording-{recording_id}.{ending or 'bin'}"),
        "content-security-policy": SEALED,
        "accept-ranges": "bytes",
    }
    return PassedOn(opened, headers)
