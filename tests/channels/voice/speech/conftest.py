"""The speech service on a free port, with the voice and the recogniser that a test wants."""

import asyncio
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvicorn

from channels.voice.speech.hearing.choosing import NoRecogniser
from channels.voice.speech.server import SpeechOptions, speech_app

KEY = "a key for the tests"
START_WITHIN = 30
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
async def serve_speech():
    """``async with serve_speech(engine, recogniser, known) as http``: a client of the running service, with the key."""

    @asynccontextmanager
    async def serve(engine, recogniser=None, known=frozenset(), headers=BEARER):
        app = speech_app(SpeechOptions(key=KEY, known=known), engine, recogniser or NoRecogniser())
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            server = _Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=1))
            running = asyncio.create_task(server.serve(sockets=[listening]))
            base = f"http://127.0.0.1:{listening.getsockname()[1]}"
            async with aiohttp.ClientSession(base, headers=headers) as http:
                async with asyncio.timeout(START_WITHIN):
                    await server.up.wait()
                yield http
            server.should_exit = True
            await running

    return serve


class _Server(uvicorn.Server):
    """Tells when it is up, or will never be."""

    def __init__(self, config):
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets=None):
        try:
            await super().startup(sockets)
        finally:
            self.up.set()
