"""Which voice speaks: the one that is set, or the best that is installed."""

from collections.abc import AsyncGenerator, Callable, Mapping

from channels.voice.speech.engines.espeak import Espeak
from channels.voice.speech.engines.festival import Festival
from channels.voice.speech.engines.rhvoice import rhvoice
from channels.voice.speech.port import TELEPHONE_RATE, Engine, EngineMissing, SpeechFailed
from core.logs import log

PROCESSES = 2
NO_VOICE = "no voice is installed or set: install espeak-ng, or festival and festvox-ru (VOICE_TTS)"


class NoVoice:
    """Says nothing: every request is refused with the reason, so that jambonz takes its second voice."""

    name = "none"
    rate = TELEPHONE_RATE
    gain = 1.0

    async def start(self) -> None:
        """Always ready."""

    def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """Raises SpeechFailed."""
        raise SpeechFailed(NO_VOICE)

    async def close(self) -> None:
        """Nothing to end."""


ENGINES: Mapping[str, Callable[[int], Engine]] = {
    "rhvoice": lambda processes: rhvoice(processes=processes),
    "festival": lambda processes: Festival(processes=processes),
    "espeak": lambda processes: Espeak(processes=processes),
    "none": lambda _: NoVoice(),
}
"""The best first; ``none`` is always there."""


async def started_engine(chosen: str, *, processes: int = PROCESSES) -> Engine:
    """The engine of that name, ready; ``auto``: the best that starts. Raises EngineMissing when the named one is not there."""
    for name in ENGINES if chosen == "auto" else (chosen,):
        engine = ENGINES[name](processes)
        try:
            await engine.start()
        except EngineMissing as missing:
            await engine.close()
            if chosen != "auto":
                raise
            log.info("speech.engine_missing", engine=name, reason=str(missing))
        else:
            return engine
    raise EngineMissing(NO_VOICE)
