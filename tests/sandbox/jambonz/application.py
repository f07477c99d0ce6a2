"""An application for the exchange to talk to: answers on order, checks signatures with the vendor's own code, takes sound."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from jambonz_sdk._signature import verify_signature

from sandbox.telegram.feed import Signal
from tests import patience

Json = dict[str, Any]
Answer = list[Json] | web.Response | Callable[[Json], "list[Json] | web.Response"]
PROTOCOL = "audio.drachtio.org"


@dataclass(slots=True)
class Posted:
    """A hook that came."""

    path: str
    body: Json
    raw: bytes
    signature: str


@dataclass(slots=True)
class Sound:
    """A socket's frames."""

    path: str
    headers: dict[str, str]
    texts: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    code: int | None = None


class Application:
    """`answers` by path; without one an empty list."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.answers: dict[str, Any] = {}
        self.posted: list[Posted] = []
        self.sounds: list[Sound] = []
        self.files: dict[str, bytes] = {}
        self.asked_files: list[tuple[str, str]] = []
        self.refuses_head = False
        self.speech: list[Json] = []
        self.tts: Callable[[Json], web.Response] | None = None
        self.heard: list[Json] = []
        self.recogniser: Callable[[int], list[Json]] | None = None
        self.base = ""
        self.came = Signal()

    def bodies(self, path: str) -> list[Json]:
        """What was posted there."""
        return [posted.body for posted in self.posted if posted.path == path]

    def paths(self) -> list[str]:
        """Where hooks went, in order."""
        return [posted.path for posted in self.posted]

    async def hook(self, request: web.Request) -> web.StreamResponse:
        """Any hook."""
        raw = await request.read()
        signature = request.headers["Jambonz-Signature"]
        assert verify_signature(raw, signature, self.secret)
        body = json.loads(raw)
        self.posted.append(Posted(request.path, body, raw, signature))
        self.came.fire()
        answer = self.answers.get(request.path, [])
        if callable(answer):
            answer = answer(body)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer)

    async def sound(self, request: web.Request) -> web.StreamResponse:
        """A recorder's socket."""
        socket = web.WebSocketResponse(protocols=(PROTOCOL,))
        await socket.prepare(request)
        sound = Sound(request.path, {name: request.headers.get(name, "") for name in ("Authorization", "Sec-WebSocket-Protocol")})
        self.sounds.append(sound)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                sound.texts.append(message.data)
            elif message.type is WSMsgType.BINARY:
                sound.frames.append(message.data)
            self.came.fire()
        sound.code = socket.close_code
        self.came.fire()
        return socket

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A sound file."""
        self.asked_files.append((request.method, request.path))
        if request.method == "HEAD" and self.refuses_head:
            return web.Response(status=405)
        content = self.files.get(request.path)
        return web.Response(status=404) if content is None else web.Response(body=content, content_type="audio/wav")

    async def speak(self, request: web.Request) -> web.StreamResponse:
        """A voice."""
        assert self.tts is not None
        assert request.headers["Authorization"] == "Bearer k"
        return self.tts(await request.json())

    async def stt(self, request: web.Request) -> web.StreamResponse:
        """A recogniser: `recogniser(bytes heard so far)` says what it sends."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        count = 0
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.heard.append(json.loads(message.data))
                if self.heard[-1]["type"] == "stop":
                    break
            elif message.type is WSMsgType.BINARY and self.recogniser is not None:
                count += len(message.data)
                for said in self.recogniser(count):
                    await socket.send_json(said)
        await socket.close()
        return socket


@asynccontextmanager
async def running(secret: str) -> AsyncIterator[Application]:
    """The application on a free port of this machine."""
    application = Application(secret)
    server = web.Application()
    server.router.add_get("/rec/{key:.*}", application.sound)
    server.router.add_get("/stt", application.stt)
    server.router.add_post("/tts", application.speak)
    server.router.add_route("*", "/media/{name:.*}", application.file)
    server.router.add_post("/{path:.*}", application.hook)
    runner = web.AppRunner(server, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    application.base = f"http://{host}:{port}"
    try:
        yield application
    finally:
        await runner.cleanup()


async def eventually(application: Application, condition: Callable[[], bool], seconds: float = patience.SECONDS) -> None:
    """Until it is so; looked at whenever something comes to the application."""
    async with asyncio.timeout(seconds):
        while not condition():
            await application.came.wait(None)
