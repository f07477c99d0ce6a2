"""The speech service: ``POST /tts``, ``WS /stt``, ``POST /transcribe``, ``GET /healthz``. All but the last ask for the key."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from channels.voice.speech.gate import may_ask
from channels.voice.speech.hearing.ends import Detectors
from channels.voice.speech.hearing.socket import listen, refuse
from channels.voice.speech.hearing.transcribing import transcribe
from channels.voice.speech.port import Engine, Recogniser, SpeechFailed
from channels.voice.speech.prompts import Prompts
from channels.voice.speech.saying import Speaker
from channels.voice.speech.sound import Shape
from channels.voice.speech.wanted import LARGEST_BODY, NothingAcceptable, Wanted, read_request, shape_for
from core.errors import Invalid
from core.logs import log

LARGEST_RECORDING = 40_000_000
"""Bytes: ten minutes of stereo L16 at 16 kHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """``key``: the bearer key of all who ask. ``known``: sentences whose sound may be kept (``prompts.known_sentences``)."""

    key: str
    known: frozenset[str] = frozenset()


class SpeechService:
    """The handlers, with one voice and one recogniser."""

    def __init__(self, options: SpeechOptions, engine: Engine, recogniser: Recogniser) -> None:
        self._key = options.key
        self._speaker = Speaker(engine, Prompts(options.known))
        self._recogniser = recogniser
        self._detectors = Detectors()

    async def tts(self, request: Request) -> Response:
        """Text to sound: 401 without the key, 406 for another shape, 422 for an unusable body, 503 when nothing is said."""
        if not may_ask(request, self._key):
            return _refusal(401, "the key is missing or wrong")
        try:
            body = await _body(request, LARGEST_BODY)
            shape, media_type, rate = shape_for(request.headers.get("accept", ""))
            wanted = read_request(body)
        except NothingAcceptable:
            return _refusal(406, "audio/mpeg, audio/wav and audio/l16 are made here")
        except Invalid as invalid:
            return _refusal(422, "the request cannot be used", **invalid.facts)
        return await self._said(wanted, shape, media_type, rate)

    async def _said(self, wanted: Wanted, shape: Shape, media_type: str, rate: int) -> Response:
        """The first piece is waited for, so that a failure is a refusal and jambonz takes its second voice."""
        sound = self._encoded(wanted, shape, rate)
        try:
            first = await anext(sound)
        except SpeechFailed as failed:
            log.warning("speech.not_said", engine=self._speaker.engine.name)
            return _refusal(503, str(failed))
        return StreamingResponse(_after(first, sound), media_type=media_type)

    async def _encoded(self, wanted: Wanted, shape: Shape, rate: int) -> AsyncGenerator[bytes]:
        async with aclosing(self._speaker.say(wanted, rate)) as sound:
            async for samples in sound:
                if piece := shape.feed(samples):
                    yield piece
        yield shape.end()

    async def stt(self, socket: WebSocket) -> None:
        """Sound to words, for one listening of jambonz."""
        if not may_ask(socket, self._key):
            await refuse(socket)
            return
        await socket.accept()
        await listen(socket, self._recogniser, self._detectors)

    async def transcription(self, request: Request) -> Response:
        """A recording to words: ``{"text": "..."}``; 501 where nothing is recognised, 422 for what is no sound."""
        if not may_ask(request, self._key):
            return _refusal(401, "the key is missing or wrong")
        if not self._recogniser.hears:
            return _refusal(501, "speech is not recognised here")
        try:
            recording = await _body(request, LARGEST_RECORDING)
            text = await asyncio.to_thread(transcribe, recording, self._recogniser, self._detectors)
        except Invalid as invalid:
            return _refusal(422, "the recording cannot be used", **invalid.facts)
        return JSONResponse({"text": text})

    async def health(self, _: Request) -> Response:
        """What speaks and who understands; "off" is said honestly."""
        recognition = self._recogniser.name if self._recogniser.hears else "off"
        return JSONResponse({"voice": self._speaker.engine.name, "recognition": recognition})

    async def close(self) -> None:
        """Ends the voice's processes."""
        await self._speaker.engine.close()


def speech_app(options: SpeechOptions, engine: Engine, recogniser: Recogniser) -> Starlette:
    """The service with a started engine, which it closes when it stops."""
    service = SpeechService(options, engine, recogniser)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await service.close()

    return Starlette(
        routes=[
            Route("/tts", service.tts, methods=["POST"]),
            WebSocketRoute("/stt", service.stt),
            Route("/transcribe", service.transcription, methods=["POST"]),
            Route("/healthz", service.health),
        ],
        lifespan=lifespan,
    )


async def _after(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece


async def _body(request: Request, most: int) -> bytes:
    """The body. Raises Invalid when it is larger, before it is read whole."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise Invalid(fields={"body": "too_large"})
    return bytes(body)


def _refusal(status: int, reason: str, **facts: object) -> JSONResponse:
    return JSONResponse({"error": reason, **facts}, status)
