"""Sounds for the tests, made here: a voice-like tone that swells, silence, noise."""

import io
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 44100
Sound = NDArray[np.float32]


def a_voice(seconds: float = 3.0, *, level: float = 0.1, rate: int = RATE) -> Sound:
    """A tone of 440 Hz that swells three times a second."""
    at = np.arange(int(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * 440 * at) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * at))).astype(np.float32)


def a_file(sound: Sound, *, rate: int = RATE, **options: Any) -> bytes:
    """The sound as a file; WAV unless told."""
    out = io.BytesIO()
    soundfile.write(out, sound, rate, **({"format": "WAV"} | options))
    return out.getvalue()


def read(content: bytes) -> tuple[Sound, int]:
    """Samples and rate of a file."""
    sound, rate = soundfile.read(io.BytesIO(content), dtype="float32")
    return sound, rate
