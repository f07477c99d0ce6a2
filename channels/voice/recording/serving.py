"""Recordings over HTTP, to our own web process only: whole or in parts (RFC 9110, 14), also while sound still comes."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.ranges import Unsatisfiable, part_of
from channels.voice.recording.recorder import Recorder
from channels.voice.recording.room import Room
from channels.voice.recording.scribe import Scribe
from channels.voice.recording.shelf import Shelf
from channels.voice.recording.wave import HEADER_BYTES, Shape, header
from channels.voice.seals import Seals
from core.errors import Invalid, NotFound
from core.logs import log
from core.phone.vocabulary import RecordingState
from core.sealing.envelope import CannotUnseal
from core.sealing.sealed_files import Content

READER = ("recorder", "read")
"""Purpose and value of the seal that a reader shows as its bearer token."""
PIECE = 64 * 1024
OGG_TYPE, WAV_TYPE = "audio/ogg", "audio/wav"
WITH_WAV = (RecordingState.OPEN, RecordingState.KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Opened content: ``head`` stands in the place of its first bytes, ``size`` is what may be read now."""

    content: Content
    size: int
    head: bytes
    media_type: str
    tag: str

    def read(self, start: int, count: int) -> bytes:
        """Bytes from ``start``, at least one unless nothing is there. Raises CannotUnseal, OSError."""
        if start < len(self.head):
            return self.head[start : start + count]
        return self.content.read(start, count)


class Serving:
    """Its routes' deeds."""

    def __init__(self, seals: Seals, shelf: Shelf, recorder: Recorder, *, room: Room, scribe: Scribe) -> None:
        self._token = f"Bearer {seals.mac(*READER)}".encode()
        self._shelf = shelf
        self._recorder = recorder
        self._room = room
        self._scribe = scribe

    async def health(self, _: Request) -> Response:
        """200, or 503 when the disk does not take the sound any more."""
        well = not self._scribe.is_behind
        return JSONResponse({"ok": well}, status_code=200 if well else 503)

    async def room(self, request: Request) -> Response:
        """Whether another recording may begin."""
        if not self._knows(request):
            return _refusal(401, "unknown")
        room = {"has_room": self._room.is_there(), "used": self._room.used, "free": self._room.free}
        return JSONResponse({**room, "open": self._recorder.open_count})

    async def recording(self, request: Request) -> Response:
        """The sound of one recording."""
        if not self._knows(request):
            return _refusal(401, "unknown")
        try:
            found = await self._find(RecordingKey.parse(request.path_params["key"]))
        except (Invalid, NotFound, FileNotFoundError):
            return _refusal(404, "not_found")
        except CannotUnseal as shut:
            log.error("recording.damaged", file=str(shut))
            return _refusal(500, "damaged")
        return _answer(request, found)

    def _knows(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), self._token)

    async def _find(self, key: RecordingKey) -> Found:
        if (tape := self._recorder.tape_of(key)) is not None:
            await self._scribe.flush(tape)
            if (content := await asyncio.to_thread(tape.so_far)) is not None:
                return _so_far(content, tape.shape, content.size)
        try:
            return await asyncio.to_thread(self._open, key)
        except FileNotFoundError:  # it was packed between the look at its label and the opening
            return await asyncio.to_thread(self._open, key)

    def _open(self, key: RecordingKey) -> Found:
        label = self._shelf.label(key)
        if label is None or label.facts.state not in (RecordingState.PACKED, *WITH_WAV):
            raise NotFound()
        facts, content = label.facts, self._shelf.sound(label.facts)
        if facts.state is RecordingState.PACKED:
            return Found(content=content, size=content.size, head=b"", media_type=OGG_TYPE, tag=f'"opus-{content.size:x}"')
        size = content.size if facts.state is RecordingState.OPEN else facts.size
        return _so_far(content, Shape(rate=facts.rate, channels=facts.channels), size)


def _so_far(content: Content, shape: Shape, size: int) -> Found:
    """The header in the file promises no sound: a true one stands in its place."""
    sound = shape.whole(max(0, size - HEADER_BYTES))
    size = HEADER_BYTES + sound
    return Found(content=content, size=size, head=header(shape, sound), media_type=WAV_TYPE, tag=f'"wav-{size:x}"')


class SoundResponse(StreamingResponse):
    """Streams a part of opened content, and closes it whatever happens."""

    def __init__(self, found: Found, part: tuple[int, int], *, status_code: int, headers: dict[str, str]) -> None:
        super().__init__(_pieces(found, *part), status_code, headers, found.media_type)
        self._content = found.content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a HEAD gets no body."""
        try:
            if scope["method"] == "HEAD":
                await Response(status_code=self.status_code, headers=dict(self.headers))(scope, receive, send)
            else:
                await super().__call__(scope, receive, send)
        finally:
            self._content.close()


def _answer(request: Request, found: Found) -> Response:
    headers = {"etag": found.tag, "accept-ranges": "bytes", "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == found.tag:
        found.content.close()
        return Response(status_code=304, headers=headers)
    try:
        part = _asked(request, found)
    except Unsatisfiable:
        found.content.close()
        return Response(status_code=416, headers=headers | {"content-range": f"bytes */{found.size}"})
    start, end = part or (0, found.size)
    headers["content-length"] = str(end - start)
    if part:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
    return SoundResponse(found, (start, end), status_code=206 if part else 200, headers=headers)


def _asked(request: Request, found: Found) -> tuple[int, int] | None:
    """The part that is asked for, of the very file that is here now. Raises Unsatisfiable."""
    if request.headers.get("if-range", found.tag) != found.tag:
        return None
    return part_of(request.headers.get("range", ""), found.size)


async def _pieces(found: Found, start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        try:
            piece = await asyncio.to_thread(found.read, start, min(PIECE, end - start))
        except CannotUnseal as shut:  # the answer breaks off: no sound is given that was not sealed by us
            log.error("recording.damaged", file=str(shut))
            return
        if not piece:
            return
        start += len(piece)
        yield piece


def _refusal(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)
