"""The recorder: an application for uvicorn that takes sound over sockets, keeps it, packs it and gives it to the inbox."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from channels.voice.recording.audio_socket import AudioSocket
from channels.voice.recording.deleting import Deleting
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.packing import Packing
from channels.voice.recording.ports import RecordingJournal
from channels.voice.recording.recorder import Recorder
from channels.voice.recording.room import Room
from channels.voice.recording.scribe import Scribe
from channels.voice.recording.sealing import Sealing
from channels.voice.recording.serving import Serving
from channels.voice.recording.shelf import Shelf
from channels.voice.recording.telling import Telling
from channels.voice.seals import Seals
from core.clock import Clock
from core.logs import log
from core.phone.vocabulary import RecordingState

Work = Callable[[], Awaitable[None]]
LARGEST_FRAME = 256 * 1024
SERVER_OPTIONS: Mapping[str, bool | int | float | str] = MappingProxyType(
    {
        "ws": "websockets-sansio",
        "ws_max_size": LARGEST_FRAME,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 10.0,
        "ws_ping_timeout": 10.0,
        "timeout_graceful_shutdown": 5,
    }
)
"""What uvicorn must be told. Compression would cost each socket more memory than all the rest; a larger frame is no sound (1009);
a peer whose cable was cut is noticed within 20 s."""


def recorder_app(options: RecorderOptions, journal: RecordingJournal, clock: Clock, seals: Seals) -> Starlette:
    """The application; it must be served with SERVER_OPTIONS. Its start raises Conflict when another has the folder."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with parts.running():
            yield

    parts = Parts(options, journal, clock, seals)
    sockets, serving = parts.sockets, parts.serving
    return Starlette(
        routes=[
            WebSocketRoute("/rec/call/{call_sid}/{mac}", sockets.serve),
            WebSocketRoute("/rec/message/{call_sid}/{part}/{mac}", sockets.serve),
            Route("/recordings/{key}", serving.recording, methods=["GET"]),
            Route("/room", serving.room, methods=["GET"]),
            Route("/healthz", serving.health, methods=["GET"]),
        ],
        lifespan=lifespan,
    )


class Parts:
    """The recorder's parts, joined; they work as long as it runs."""

    def __init__(self, options: RecorderOptions, journal: RecordingJournal, clock: Clock, seals: Seals) -> None:
        self._options = options
        self._clock = clock
        self._shelf = Shelf(options.folder, options.kept_at, options.masters)
        self._scribe = Scribe(options)
        self._room = Room(options, lambda: self._scribe.size)
        self._telling = Telling(options, self._shelf, journal)
        self._recorder = Recorder(options, clock, self._shelf, self._scribe, room=self._room, telling=self._telling)
        self._packing = Packing(options, self._shelf, self._recorder, self._room, self._telling)
        self._deleting = Deleting(options, clock, self._shelf, self._room, self._telling)
        self._sealing = Sealing(self._shelf)
        self._recorder.on_kept = self._packing.later
        self.sockets = AudioSocket(options, seals, self._recorder, self._room)
        self.serving = Serving(seals, self._shelf, self._recorder, room=self._room, scribe=self._scribe)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Put the folder in order, then work; at the end every recording is closed and the folder is free."""
        self._shelf.enter()
        try:
            await self._put_in_order()
            async with asyncio.TaskGroup() as tasks:
                works = [tasks.create_task(self._for_ever(*work)) for work in self._works()]
                yield
                await self._recorder.close_all()
                self._packing.stop()
                for work in works:
                    work.cancel()
        finally:
            self._scribe.rest()
            self._shelf.leave()

    def _works(self) -> list[tuple[str, Work]]:
        return [
            ("write", self._scribe.write_on),
            ("sync", self._scribe.sync_on),
            ("label", self._recorder.label_on),
            ("tell", self._telling.tell_on),
            ("ask", self._telling.ask_for_lost),
            ("pack", self._packing.pack_on),
            ("delete", self._deleting.delete_on),
            ("seal", self._sealing.seal_all),
        ]

    async def _for_ever(self, name: str, work: Work) -> None:
        """A work that fails in an unforeseen way begins anew: the others, and the calls, go on."""
        while True:
            try:
                await work()
            except Exception:  # noqa: BLE001  # the outermost loop
                log.exception("recorder.failed", work=name)
                await asyncio.sleep(self._options.retry_seconds)
            else:
                return

    async def _put_in_order(self) -> None:
        await asyncio.to_thread(self._shelf.clear)
        await asyncio.to_thread(self._shelf.repair, self._clock.now())
        self._room.count(await asyncio.to_thread(self._shelf.used))
        for label in await asyncio.to_thread(lambda: list(self._shelf.labels())):
            if not label.told:
                self._telling.owe(label.facts.key)
            if label.facts.state is RecordingState.KEPT:
                self._packing.later(label.facts.key)
