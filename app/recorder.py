"""The recorder of calls: a process that loads little, because it must not fall."""

import asyncio

import uvicorn

from app.keys import recording_keys
from app.logging import set_up_logging
from app.settings import Settings
from app.watching.draining import DrainingServer
from app.watching.health import Health
from app.watching.serving import told_of
from app.watching.tables import database_checks
from channels.voice.recording.app import SERVER_OPTIONS, recorder_app
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.survey import survey
from channels.voice.seals import Seals
from core.clock import SystemClock
from core.logs import log
from core.phone.recordings import Recordings
from db.engine import open_engine
from db.sealing import KeysMissing
from db.transactions import Transactions

GIGABYTE = 10**9


async def recorder(settings: Settings) -> int:
    """Record until stopped. Raises KeysMissing: without the key of its recordings nothing is recorded, and callers are told so."""
    set_up_logging(settings.log, "recorder")
    part = settings.recorder
    secret, url = settings.voice.voice_secret, settings.database.database_url
    if secret is None or part.voice_recorder_password is None or url is None:
        log.error("recorder.not_set_up", needs="VOICE_SECRET, VOICE_RECORDER_PASSWORD, DATABASE_URL")
        return 2
    masters = recording_keys(settings)
    missing = survey(part.voice_recordings_dir, masters).missing
    if missing:
        raise KeysMissing(missing[0], masters.setting)
    options = RecorderOptions(
        folder=part.voice_recordings_dir,
        masters=masters,
        kept_at=part.voice_recorder_http or f"http://{part.voice_recorder_host}:{part.voice_recorder_port}",
        user=part.voice_recorder_user,
        password=part.voice_recorder_password.get_secret_value(),
        quota_bytes=int(part.voice_recordings_gb * GIGABYTE),
        free_bytes=int(part.voice_free_gb * GIGABYTE),
        keep_days=part.voice_recordings_days,
    )
    engine = open_engine(url.get_secret_value(), pool_size=4)
    try:
        app = recorder_app(options, Recordings(transactions=Transactions(engine)), SystemClock(), Seals(secret.get_secret_value()))
        config = uvicorn.Config(
            app,
            host=part.voice_recorder_host,
            port=part.voice_recorder_port,
            log_config=None,
            access_log=False,
            server_header=False,
            **SERVER_OPTIONS,  # type: ignore[arg-type]  # each option has a type of its own
        )
        useful = database_checks(engine)  # without it the recorder records on, and tells it afterwards
        health = Health(stopping=asyncio.Event(), serving=asyncio.Event(), useful=useful)
        async with told_of(settings.watching, "recorder", health):
            await DrainingServer(config, health, settings.watching.drain_seconds).serve()
    finally:
        await engine.dispose()
    return 0
