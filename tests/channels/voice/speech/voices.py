"""Voices for the tests: one that makes a tone of each sentence, and espeak-ng as a person on the line."""

import asyncio
import subprocess
from collections.abc import AsyncGenerator
from functools import cache

import numpy as np
import soundfile
import soxr

from channels.voice.speech.port import TELEPHONE_RATE, SpeechFailed

FRAME = 320
"""Bytes of 20 ms at 8 kHz, as jambonz sends them."""


class ToneEngine:
    """Says each sentence as a tone of 10 ms a letter, in pieces. ``broken``: sentences with this word fail."""

    name = "tone"
    rate = 16000
    gain = 1.0

    def __init__(self, broken: str = "", wait: asyncio.Event | None = None) -> None:
        self.said: list[tuple[str, str]] = []
        self.is_closed = False
        self._broken = broken
        self._wait = wait

    async def start(self) -> None:
        """Ready."""

    async def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """Half of it, then, when the test lets it go on, the other half."""
        self.said.append((sentence, voice))
        if self._broken and self._broken in sentence.lower():
            raise SpeechFailed("broken")
        samples = len(sentence) * self.rate // 100
        tone = (np.sin(np.arange(samples) / self.rate * 2 * np.pi * 440) * 8000).astype("<i2").tobytes()
        half = len(tone) // 4 * 2
        yield tone[:half]
        if self._wait is not None:
            await self._wait.wait()
        yield tone[half:]

    async def close(self) -> None:
        """Noted."""
        self.is_closed = True


@cache
def person(text: str, rate: int = TELEPHONE_RATE) -> bytes:
    """A person who says this: L16 of the rate."""
    made = subprocess.run(
        ["espeak-ng", "-v", "ru", "-s", "150", "--stdin", "--stdout"], input=text.encode(), capture_output=True, check=True
    )
    sound = np.frombuffer(made.stdout[44:], "<i2")
    return soxr.resample(sound, 22050, rate).astype("<i2").tobytes()


def quiet(seconds: float, rate: int = TELEPHONE_RATE) -> bytes:
    """A person who says nothing."""
    return bytes(int(seconds * rate) * 2)


def frames(sound: bytes, size: int = FRAME) -> list[bytes]:
    """The sound in pieces."""
    return [sound[at : at + size] for at in range(0, len(sound), size)]


def wav(sound: bytes, rate: int, place, kind: str = "wav", channels: int = 1) -> bytes:
    """A sound file of this kind."""
    file = place / f"sound.{kind}"
    mono = np.frombuffer(sound, "<i2")
    soundfile.write(file, np.stack([mono] * channels, axis=1), rate)
    return file.read_bytes()
