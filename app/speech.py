"""The speech service: text to sound, and sound to text where a recogniser is set."""

import asyncio
from pathlib import Path

import uvicorn

from app.logging import set_up_logging
from app.settings import Settings
from app.watching.draining import DrainingServer
from app.watching.health import Condition, Health
from app.watching.serving import told_of
from channels.voice import lines, texts
from channels.voice.speech.engines.choosing import NoVoice, started_engine
from channels.voice.speech.hearing.choosing import recogniser_of
from channels.voice.speech.port import Engine, EngineMissing
from channels.voice.speech.prompts import known_sentences
from channels.voice.speech.server import SpeechOptions, speech_app
from core.logs import log

PROMPTS = (texts.RUSSIAN, lines.FILE)


async def speech(settings: Settings) -> int:
    """Speak, and understand where a recogniser is set, until stopped."""
    set_up_logging(settings.log, "speech")
    part = settings.speech
    if part.voice_speech_token is None:
        log.error("speech.not_set_up", needs="VOICE_SPEECH_TOKEN")
        return 2
    try:
        recogniser = await asyncio.to_thread(recogniser_of, part.voice_stt, part.voice_stt_model, part.voice_stt_sha256)
        engine = await _engine(part.voice_tts)
    except EngineMissing as missing:
        log.error("speech.engine_missing", why=str(missing))
        return 2
    options = SpeechOptions(key=part.voice_speech_token.get_secret_value(), known=known_sentences(map(Path, PROMPTS)))
    config = uvicorn.Config(
        speech_app(options, engine, recogniser),
        host=part.voice_speech_host,
        port=part.voice_speech_port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )
    log.info("speech.ready", voice=engine.name, hears=recogniser.hears)

    async def voice() -> Condition:
        return Condition.AWAY if isinstance(engine, NoVoice) else Condition.OK

    health = Health(stopping=asyncio.Event(), serving=asyncio.Event(), useful={"voice": voice})
    async with told_of(settings.watching, "speech", health):
        await DrainingServer(config, health, settings.watching.drain_seconds).serve()
    return 0


async def _engine(chosen: str) -> Engine:
    """With ``auto`` a machine without any voice is not a reason to stop: what is asked is refused, and it says so."""
    try:
        return await started_engine(chosen)
    except EngineMissing:
        if chosen != "auto":
            raise
        return NoVoice()
