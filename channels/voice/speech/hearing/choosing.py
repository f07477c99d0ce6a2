"""Who understands speech: nobody, unless a model is set."""

from collections.abc import Sequence
from pathlib import Path

from channels.voice.speech.hearing.sherpa import Sherpa
from channels.voice.speech.port import EngineMissing, Hearing, Recogniser


class NoRecogniser:
    """Understands nothing and says so: callers press keys."""

    name = "none"
    hears = False

    def open(self, hints: Sequence[str]) -> Hearing:
        """Begins nothing: what is fed to it is let go."""
        return _Deaf()


class _Deaf:
    def feed(self, sound: bytes) -> str:
        """No words."""
        return ""

    def finish(self) -> tuple[str, float]:
        """No words."""
        return "", 0.0


def recogniser_of(chosen: str, model: Path | None = None, sha256: str = "") -> Recogniser:
    """The recogniser of that name. Blocking: a model is read. Raises EngineMissing with what is missing."""
    if chosen == "none":
        return NoRecogniser()
    if chosen != "sherpa":
        raise EngineMissing(f"there is no recogniser {chosen} (VOICE_STT)")
    if model is None:
        raise EngineMissing("sherpa: set the folder of its model (VOICE_STT_MODEL)")
    return Sherpa.of_folder(model, sha256)
