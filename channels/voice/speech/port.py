"""What the speech service needs from a voice and from a recogniser."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

TELEPHONE_RATE = 8000
"""Samples a second of a telephone line. All sound here is mono, signed 16 bit, little endian."""


class EngineMissing(Exception):
    """The engine, its voice or its model is not installed here; the message says what to install or to set."""


class SpeechFailed(Exception):
    """The engine could not say this sentence; it may say the next one."""


class Engine(Protocol):
    """A voice. It says one sentence at a time of each caller; several callers may ask at once."""

    name: str
    rate: int
    """Samples a second of what it gives."""
    gain: float
    """Times which its sound is as loud as the other prompts (-19 LUFS)."""

    async def start(self) -> None:
        """Makes it ready. Raises EngineMissing."""
        ...

    def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """The sound of a sentence as it is made. A voice it does not know is its own. Raises SpeechFailed."""
        ...

    async def close(self) -> None:
        """Ends its processes."""
        ...


class Hearing(Protocol):
    """One utterance being heard, at ``TELEPHONE_RATE``. Called from one thread at a time, never from the event loop's."""

    def feed(self, sound: bytes) -> str:
        """Takes the next piece; the words so far."""
        ...

    def finish(self) -> tuple[str, float]:
        """The words of the whole utterance and how sure they are, 0 to 1. Nothing is fed after it."""
        ...


class Recogniser(Protocol):
    """Understands Russian speech, or says that it does not."""

    name: str
    hears: bool
    """False: there is no recognition, and callers press keys."""

    def open(self, hints: Sequence[str]) -> Hearing:
        """Begins an utterance; the hints are words that are likely."""
        ...
