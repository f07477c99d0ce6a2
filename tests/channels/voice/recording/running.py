"""A recorder that runs on a free port in the test's own loop, its journal, and callers with real websockets."""

import asyncio
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import uvicorn
from httpx import AsyncClient, Response
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect

from channels.voice.recording.app import SERVER_OPTIONS, recorder_app
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.wave import HEADER_BYTES
from channels.voice.seals import Seals
from core.clock import Clock
from core.phone.recordings import RecordingFacts
from core.phone.vocabulary import RecordingState
from db.sealing import RECORDINGS, MasterKeys
from tests import patience

USER, PASSWORD, SECRET = "jambonz", "a word of the tests", "a secret of the tests"
KEPT_AT = "http://recorder.example"
SEALS = Seals(SECRET)
MASTERS = MasterKeys.read("tests:" + "A" * 43, RECORDINGS)
"""The same in every process of a test."""
SUBPROTOCOL = "audio.drachtio.org"
METADATA = '{"sampleRate":8000,"mixType":"stereo","callSid":"c-1","direction":"inbound"}'
MONO = METADATA.replace("stereo", "mono")


def options(folder: Path, **changed: Any) -> RecorderOptions:
    """Of a recorder that packs at once and has all the room."""
    usual = RecorderOptions(
        folder=folder,
        kept_at=KEPT_AT,
        user=USER,
        password=PASSWORD,
        masters=MASTERS,
        free_bytes=0,
        settle_seconds=0,
        retry_seconds=0.02,
    )
    return replace(usual, **changed)


class FakeJournal:
    """Implements RecordingJournal; remembers what it was told, and can be away."""

    def __init__(self) -> None:
        self.told: list[RecordingFacts] = []
        self.believed: list[str] = []
        self.is_away = False
        self._news = asyncio.Condition()

    async def tell(self, facts: RecordingFacts) -> None:
        """Remember, or fail as a database does."""
        async with self._news:
            if not self.is_away:
                self.told.append(facts)
            self._news.notify_all()
        if self.is_away:
            raise ConnectionError("the database is away")

    async def unfinished(self, kept_at: str) -> list[str]:
        """What the test says."""
        if self.is_away:
            raise ConnectionError("the database is away")
        return self.believed if kept_at == KEPT_AT else []

    def of(self, key: str) -> list[RecordingFacts]:
        """All that was told of one recording, in its order."""
        return [facts for facts in self.told if facts.key == key]

    async def until(self, key: str, *states: RecordingState, when: Callable[[RecordingFacts], bool] = bool) -> RecordingFacts:
        """Wait until the newest that was told of a recording is in one of these states."""
        async with self._news, asyncio.timeout(patience.SECONDS):
            await self._news.wait_for(lambda: self.of(key) and self.of(key)[-1].state in states and when(self.of(key)[-1]))
        return self.of(key)[-1]

    async def until_asked_in_vain(self) -> None:
        """Wait until somebody told while the journal was away."""
        async with self._news, asyncio.timeout(patience.SECONDS):
            await self._news.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A recorder at ``port``, and what the web process would do with it."""

    port: int
    journal: FakeJournal

    def call(self, key: str = "call:c-1", *, mac: str | None = None, authorization: str | None = None, **how: Any) -> connect:
        """A socket of jambonz for this recording: genuine, unless another ``mac`` or ``authorization`` is given."""
        path = key.replace(":", "/")
        headers = {"Authorization": basic(USER, PASSWORD) if authorization is None else authorization}
        how = {"subprotocols": [SUBPROTOCOL], "additional_headers": headers, "compression": None, "proxy": None, **how}
        return connect(f"ws://127.0.0.1:{self.port}/rec/{path}/{mac or SEALS.mac('rec', key)}", **how)

    async def record(self, key: str, sound: bytes, metadata: str = METADATA) -> None:
        """One whole call."""
        async with self.call(key) as ws:
            await ws.send(metadata)
            await ws.send(sound)

    async def get(self, path: str, *, method: str = "GET", authorization: str | None = None, **headers: str) -> Response:
        """What the web process asks over HTTP."""
        headers["authorization"] = "Bearer " + SEALS.mac("recorder", "read") if authorization is None else authorization
        sent = {name.replace("_", "-"): value.encode("latin-1") for name, value in headers.items()}
        async with AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False) as client:
            return await client.request(method, path, headers=sent)

    async def until_it_has(self, key: str, sound: bytes) -> None:
        """Wait until the recorder has exactly this sound of a call."""
        async with asyncio.timeout(patience.SECONDS):
            while (await self.get(f"/recordings/{key}")).content[HEADER_BYTES:] != sound:
                pass

    async def sound_of(self, key: str) -> tuple[NDArray[np.int16], int]:
        """Samples (moments, channels) and rate of a recording, as the inbox gets it."""
        answer = await self.get(f"/recordings/{key}")
        assert answer.status_code == 200, answer.text
        return heard(answer.content)


def heard(content: bytes) -> tuple[NDArray[np.int16], int]:
    """Samples and rate of a sound file."""
    samples, rate = soundfile.read(BytesIO(content), dtype="int16", always_2d=True)
    return samples, rate


def basic(user: str, password: str) -> str:
    """Of RFC 7617."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@asynccontextmanager
async def running(given: RecorderOptions, clock: Clock, journal: FakeJournal | None = None) -> AsyncIterator[Running]:
    """Serve; stopped as by its supervisor."""
    journal = journal or FakeJournal()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(recorder_app(given, journal, clock, SEALS), log_config=None, lifespan="on", **SERVER_OPTIONS)
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await server.up.wait()
        try:
            assert server.started
            yield Running(port=listening.getsockname()[1], journal=journal)
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.up.set()


async def until_closed(ws: ClientConnection) -> int | None:
    """Wait until the recorder closes the socket; gives its code."""
    async with asyncio.timeout(patience.SECONDS):
        await ws.wait_closed()
    return ws.close_code


def tone(hertz: float, seconds: float, *, rate: int = 8000, height: float = 0.5) -> NDArray[np.int16]:
    """A pure tone."""
    moments = np.arange(int(seconds * rate)) / rate
    return (height * 32767 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)


def both(left: NDArray[np.int16], right: NDArray[np.int16]) -> bytes:
    """Two channels as jambonz sends them."""
    return np.stack([left, right], axis=1).tobytes()


def strength(samples: NDArray[np.int16], hertz: float, rate: int = 8000) -> float:
    """How much of one tone is in a channel: about ``height`` of ``tone``."""
    moments = np.arange(len(samples)) / rate
    return float(2 * abs(np.mean(samples / 32767 * np.exp(-2j * np.pi * hertz * moments))))
