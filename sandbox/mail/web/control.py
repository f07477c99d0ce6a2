"""`/sandbox/api`: boxes, letters, files and failures, for the page and for tests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, File, Form, HTTPException, Query, UploadFile
from fastapi.responses import HTMLResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from sandbox.mail import writing
from sandbox.mail.delivering import Envelope, deliver
from sandbox.mail.faults import FaultKind
from sandbox.mail.letters import MEDIA_TYPE, Reading
from sandbox.mail.office import PostOffice
from sandbox.mail.words import samples

Json = dict[str, Any]
LONGEST_WAIT = 60.0
LETTER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin"
)
"""Of the same origin, so that the page sees how tall the letter is; without scripts it can do nothing with that."""
LETTER_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>letter</title><style>
body { margin: 0; padding: 4px 0; font: 16px/1.5 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere }
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
        """Where mails are taken and read, and whose the mailbox is."""
        return {"smtp_port": app.state.smtp_port, "imap_port": app.state.imap_port, "centre": office.centre}

    _add_boxes(router, office)
    _add_letters(router, office)
    _add_one_letter(router, office)
    _add_writing(router, office)
    _add_faults(router, office)
    return router


def _add_boxes(router: APIRouter, office: PostOffice) -> None:
    @router.get("/boxes")
    async def boxes() -> list[Json]:
        """Who got letters, and who may write some."""
        names = {person.address: person.name for person in samples()}
        for letter in office.letters():
            if letter.author_address and letter.author != letter.author_address:
                names.setdefault(office.box_of(letter.author_address), letter.author)
        found = office.boxes()
        got = [_box(address, names, len(letters), asdict(letters[0])) for address, letters in found.items()]
        return got + [_box(address, names, 0, None) for address in names if address not in found]

    @router.get("/threads")
    async def threads(box: str = "") -> list[Json]:
        """What somebody got and wrote, by thread; the letters of a thread oldest first."""
        return [{"letters": [asdict(letter) for letter in thread]} for thread in office.threads(box)]


def _box(address: str, names: dict[str, str], count: int, last: Json | None) -> Json:
    return {"address": address, "name": names.get(address, ""), "count": count, "last": last}


def _add_letters(router: APIRouter, office: PostOffice) -> None:
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
            "answer_to": reading.answer_address,
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


def _add_writing(router: APIRouter, office: PostOffice) -> None:
    @router.post("/letters", status_code=201)
    async def write(
        address: Annotated[str, Form()],
        text: Annotated[str, Form()],
        name: Annotated[str, Form()] = "",
        to: Annotated[str, Form()] = "",
        subject: Annotated[str, Form()] = "",
        answers: Annotated[int | None, Form()] = None,
        quotes: Annotated[bool, Form()] = True,
        files: Annotated[list[UploadFile] | None, File()] = None,
    ) -> Json:
        """A letter of a person, an answer to letter ``answers`` if there is one; to the centre when nobody else is named."""
        answered = None if answers is None else _reading(office, answers)
        to = to.strip() or (answered.answer_address if answered else office.centre)
        attached = [
            writing.File(name=one.filename or "file", media_type=_media_type(one), content=await one.read()) for one in files or ()
        ]
        draft = writing.Draft(
            name=name, address=address.strip(), to=to, subject=subject, text=text, answered=answered, quotes=quotes, files=attached
        )
        try:
            raw = writing.written(draft)
        except writing.NotWritable as wrong:
            raise HTTPException(422, str(wrong)) from wrong
        letter = deliver(office, Envelope(sender=draft.address, recipients=(to,)), raw)
        return {"letter": None if letter is None else asdict(letter)}


def _media_type(upload: UploadFile) -> str:
    given = upload.content_type or ""
    return given if MEDIA_TYPE.fullmatch(given) and not given.startswith(("multipart/", "message/")) else "application/octet-stream"


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
