"""The centre's telephone in one event loop with a clock that the test moves: hooks, recorder, voice, worker, mail, and an exchange.

Everything is wired as its processes wire it; jambonz and the mail server are the sandboxes, the dialogue is a fake.
"""

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import recordings
from app.assembly import House, open_house
from app.keys import recording_keys
from app.phone import open_site, seals_of, spool_of, voice_channel
from app.settings import Settings
from app.web import Front, build, warm_lexicons
from app.worker import run_worker
from channels.voice import patience as voice_patience
from channels.voice.recording.app import SERVER_OPTIONS, recorder_app
from channels.voice.recording.options import RecorderOptions
from channels.voice.speech.engines.choosing import started_engine
from channels.voice.speech.hearing.choosing import NoRecogniser
from channels.voice.speech.server import SpeechOptions, speech_app
from core.clock import SystemClock
from core.phone.recordings import Recordings
from core.phone.spool import Spool
from core.phone.vocabulary import LineKind
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import Role
from db.types import Sealed
from inbox.build import ensure_ui_built
from sandbox.jambonz.app import serving
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import ACCOUNT, APPLICATION, KEY, NUMBER, SECRET
from sandbox.jambonz.settings import Settings as ExchangeSettings
from sandbox.mail.app import create_app as mail_app
from sandbox.mail.settings import Settings as MailSettings
from tests import patience
from tests.clocks import MovableClock
from tests.fakes import FakeDialogue
from tests.serving import serve

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a password of the tests"
SPEECH, RECORDER_PASSWORD = "the speech token of the tests", "the recorder's password of the tests"
DISPATCH, DISPATCH_2 = "+7 (8672) 00-01-12", "112"
RATE = 8000
"""Of recordings, in samples a second."""


@dataclass
class Telephone:
    """The running centre with its exchange."""

    house: House
    exchange: Exchange
    clock: MovableClock
    dialogue: FakeDialogue
    inbox: str
    mail: str
    recorder: uvicorn.Server

    async def employs(self, login: str, full_name: str, role: Role = Role.OPERATOR) -> Asker:
        """A member of staff; an operator is on shift, with a telephone of their login."""
        staff = self.house.office.staff
        asker = await staff.asker_for(await staff.accounts.create(login=login, full_name=full_name, role=role, password=PASSWORD))
        if not asker.may(Ability.WORK_SHIFT):
            return asker
        asker = await staff.start_shift(asker)
        await self.house.office.phone.lines.set(asker, LineKind.USER, login)
        return asker

    async def rows(self, statement: str, sealed: Mapping[str, str] | None = None, **values: object) -> list[Any]:
        """What the database says; ``sealed``: the table.column of each column of the answer that is kept sealed."""
        typed = text(statement).columns(**{name: Sealed(where) for name, where in (sealed or {}).items()})
        async with self.house.transactions.begin() as tx:
            return list((await tx.execute(typed, values)).all())

    async def eventually(self, statement: str, wanted: object, **values: object) -> None:
        """Wait until the first value of a query is this one."""
        found: list[Any] = []
        async with asyncio.timeout(patience.SECONDS):
            while not (found := await self.rows(statement, **values)) or found[0][0] != wanted:
                await asyncio.sleep(0.02)

    async def records_no_more(self) -> None:
        """The recorder stops."""
        self.recorder.should_exit = True
        async with asyncio.timeout(patience.SECONDS):
            while await self.house.wires.recorder.has_room(self.house.settings.recorder.voice_recorder_http):
                await asyncio.sleep(0.02)

    async def sound(self, key: str) -> npt.NDArray[np.float32]:
        """A recording as it is packed and kept: samples by channels (the caller, what they heard)."""
        await self.eventually("SELECT state FROM recording WHERE key = :key", "packed", key=key)
        ((kept_at,),) = await self.rows("SELECT kept_at FROM recording WHERE key = :key", key=key)
        opened = await self.house.wires.recorder.open(kept_at, key, "")
        try:
            return decoded(b"".join([piece async for piece in opened.pieces()]))
        finally:
            await opened.close()


def decoded(file: bytes) -> npt.NDArray[np.float32]:
    """The samples of a sound file, one column a channel."""
    samples, rate = soundfile.read(io.BytesIO(file), dtype="float32", always_2d=True)
    assert rate == RATE
    return np.asarray(samples, dtype=np.float32)


@asynccontextmanager
async def running_telephone(
    database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, directory: Path, *, recognises: bool = False
) -> AsyncIterator[Telephone]:
    """Start everything and stop it as its processes stop; ``recognises``: callers' speech is understood."""
    await asyncio.to_thread(ensure_ui_built, ROOT)
    monkeypatch.chdir(directory)  # no .env of this machine
    for name in ("ENTRY", "BACKLOG", "FACTS", "NEWER_FACTS", "STEP", "REPEAT", "EFFECTS", "DIRECTION", "WHISPER"):
        monkeypatch.setattr(voice_patience, name, patience.SECONDS)  # a busy machine must not make it a journey of apologies
    monkeypatch.setattr(recordings, "ROOM_PATIENCE", patience.SECONDS)
    async with AsyncExitStack() as stack:
        letters = mail_app(MailSettings(smtp_port=0))
        mail = stack.enter_context(serve(letters, before_stop=letters.state.office.close))
        sockets = {name: stack.enter_context(socket.create_server(("127.0.0.1", 0))) for name in ("web", "recorder", "speech")}
        at = {name: one.getsockname()[1] for name, one in sockets.items()}
        engine = await started_engine("espeak")
        voice = speech_app(SpeechOptions(key=SPEECH), engine, NoRecogniser())
        await stack.enter_async_context(_served(voice, sockets["speech"]))
        hooks = f"http://127.0.0.1:{at['web']}/voice"
        exchange = await stack.enter_async_context(
            serving(
                ExchangeSettings(
                    call_hook=f"{hooks}/call",
                    status_hook=f"{hooks}/status#rc=2&rp=ct,5xx",
                    queue_hook=f"{hooks}/queue-event",
                    tts=f"http://127.0.0.1:{at['speech']}/tts",
                    tts_key=SPEECH,
                )
            )
        )
        for name, value in _settings(database_url, letters.state.smtp_port, exchange.url, at).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("VOICE_RECOGNISES", str(recognises))
        settings, dialogue = Settings(), FakeDialogue()
        house = await stack.enter_async_context(open_house(settings, clock=clock, dialogue=dialogue))
        options = RecorderOptions(
            folder=directory / "recordings",
            kept_at=settings.recorder.voice_recorder_http,
            user="jambonz",
            password=RECORDER_PASSWORD,
            masters=recording_keys(settings),
            settle_seconds=0.2,
            retry_seconds=0.2,
        )
        recorder = recorder_app(options, Recordings(transactions=house.transactions), SystemClock(), seals_of(settings))
        recording = await stack.enter_async_context(_served(recorder, sockets["recorder"], **SERVER_OPTIONS))
        await stack.enter_async_context(_working(house, settings, sockets["web"]))
        yield Telephone(house, exchange, clock, dialogue, f"http://localhost:{at['web']}", mail, recording)
        assert not [problem for problem in exchange.problems if "defect" in problem]


def _settings(database_url: str, smtp_port: int, exchange: str, at: dict[str, int]) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "VAR_DIR": "var",
        "WEB_PORT": str(at["web"]),
        "PUBLIC_URL": f"http://localhost:{at['web']}",
        "NLU_URL": "http://127.0.0.1:9",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "SMTP_TLS": "none",
        "MAIL_FROM": "centre@centre.example",
        "MAIL_SECRET": "a long word of the tests, always the same",
        "DISPATCH_PHONE": DISPATCH,
        "DISPATCH_PHONE_2": DISPATCH_2,
        "JAMBONZ_URL": f"{exchange}/v1",
        "JAMBONZ_TOKEN": KEY,
        "JAMBONZ_ACCOUNT": ACCOUNT,
        "JAMBONZ_APPLICATION": APPLICATION,
        "JAMBONZ_WEBHOOK_SECRET": SECRET,
        "VOICE_SECRET": "the seals of the tests",
        "VOICE_PUBLIC_URL": f"http://127.0.0.1:{at['web']}",
        "VOICE_RECORDER_URL": f"ws://127.0.0.1:{at['recorder']}",
        "VOICE_RECORDER_HTTP": f"http://127.0.0.1:{at['recorder']}",
        "VOICE_RECORDER_PASSWORD": RECORDER_PASSWORD,
        "VOICE_NUMBER": NUMBER,
    }


@asynccontextmanager
async def _served(app: Any, listening: socket.socket, **options: Any) -> AsyncIterator[uvicorn.Server]:
    config = uvicorn.Config(app, **({"log_config": None, "lifespan": "on", "timeout_graceful_shutdown": 1} | options))
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets=[listening]))
        async with asyncio.timeout(patience.SECONDS):
            while not server.started:
                await asyncio.sleep(0.01)
        yield server
        server.should_exit = True


@asynccontextmanager
async def _working(house: House, settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    """Web with its hooks and the spool of its journal, and the worker."""
    channel, stopping, spool = voice_channel(house.channels), asyncio.Event(), spool_of(settings)
    assert channel is not None
    await asyncio.gather(house.office.knowledge.warm(), asyncio.to_thread(warm_lexicons))
    async with AsyncExitStack() as stack:
        hooks = open_site(settings, house.office, house.wires, channel, house.clock, spool)
        site = await stack.enter_async_context(hooks)
        await stack.enter_async_context(_served(Front(build(house), site.routes), listening))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        tasks.create_task(run_worker(house, stopping))
        replaying = tasks.create_task(_replayed(house, spool))
        yield
        stopping.set()
        replaying.cancel()


async def _replayed(house: House, spool: Spool) -> None:
    """What waited for the database is written, sooner than by the web process."""
    while True:
        with suppress(OSError, SQLAlchemyError):
            await spool.replay(house.office.phone.journal)
        await asyncio.sleep(0.1)
