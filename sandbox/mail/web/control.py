"""`/sandbox/api`: boxes, letters, files and failures, for the page and for tests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from sandbox.mail.faults import FaultKind
from sandbox.mail.letters import Reading
from sandbox.mail.office import PostOffice

Json = dict[str, Any]
LONGEST_WAIT = 60.0
LETTER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
LETTER_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>letter</title><style>
body { margin: 0; padding: 18px 22px; font: 16px/1.5 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere }
</style></head><body>{body}</body></html>
"""


class FaultOrder(BaseModel):
    """See `sandbox.mail.faults`."""

    kind: FaultKind
    address: str = ""
    times: int | None = Field(default=None, ge=1)


def control_api(app: FastAPI, office: PostOffice) -> APIRouter:
    """Everything below the prefix."""
    router = APIRouter(prefix="/sandbox/api")

    @router.get("/settings")
    async def settings() -> Json:
        """Where mails are taken."""
        return {"smtp_port": app.state.smtp_port}

    _add_letters(router, office)
    _add_one_letter(router, office)
    _add_faults(router, office)
    return router


def _add_letters(router: APIRouter, office: PostOffice) -> None:
    @router.get("/boxes")
    async def boxes() -> list[Json]:
        """Who got letters."""
        return office.boxes()

    @router.get("/letters")
    async def letters(box: str = "", after: int = 0) -> list[Json]:
        """The letters of a box, the newest first."""
        return [asdict(letter) for letter in office.letters(box, after)]

    @router.delete("/letters", status_code=204)
    async def clear() -> None:
        """Throw all letters away."""
        office.clear()

    @router.get("/wait")
    async def wait(box: str = "", after: int = 0, seconds: float = Query(10.0, ge=0, le=LONGEST_WAIT)) -> list[Json]:
        """The letters of a box after number ``after``; waits until there are some."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            found = office.letters(box, after)
            left = end - asyncio.get_running_loop().time()
            if found or left <= 0 or not await office.wait(left):
                return [asdict(letter) for letter in found]

    @router.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        """The number of the last letter, whenever something changes (SSE)."""
        async for last in office.changes():
            yield ServerSentEvent(data=last)


def _add_one_letter(router: APIRouter, office: PostOffice) -> None:
    @router.get("/letters/{letter_id}")
    async def letter(letter_id: int) -> Json:
        """One letter, taken apart."""
        reading = _reading(office, letter_id)
        return asdict(office.find(letter_id)) | {
            "headers": reading.headers(),
            "text": reading.text,
            "has_html": bool(reading.html),
            "attachments": [one.as_json() for one in reading.attachments],
            "size": reading.size,
        }

    @router.get("/letters/{letter_id}/html")
    async def html(letter_id: int) -> HTMLResponse:
        """The HTML body, harmless: nothing acts, nothing is fetched."""
        page = LETTER_PAGE.replace("{body}", _reading(office, letter_id).html)
        return HTMLResponse(page, headers={"Content-Security-Policy": LETTER_CSP})

    @router.get("/letters/{letter_id}/raw")
    async def raw(letter_id: int) -> Response:
        """The mail as it came."""
        _reading(office, letter_id)
        return _download(office.raw(letter_id), "message/rfc822", f"{letter_id:06d}.eml")

    @router.get("/letters/{letter_id}/files/{number}")
    async def file(letter_id: int, number: int) -> Response:
        """An attachment, counted from 0."""
        files = _reading(office, letter_id).attachments
        if not 0 <= number < len(files):
            raise HTTPException(404, f"no file {number}")
        return _download(files[number].content, "application/octet-stream", files[number].name)


def _add_faults(router: APIRouter, office: PostOffice) -> None:
    @router.post("/faults", status_code=201)
    async def add(order: FaultOrder) -> Json:
        """Order a failure."""
        return office.faults.add(order.kind, order.address, order.times).as_json()

    @router.get("/faults")
    async def coming() -> list[Json]:
        """Failures that are still to come."""
        return [fault.as_json() for fault in office.faults.coming()]

    @router.delete("/faults", status_code=204)
    async def call_off(address: str | None = None) -> None:
        """Call off the failures of an address; without one, all."""
        office.faults.clear(address)


def _reading(office: PostOffice, letter_id: int) -> Reading:
    try:
        return Reading(office.raw(letter_id))
    except KeyError as error:
        raise HTTPException(404, f"no letter {letter_id}") from error


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)
