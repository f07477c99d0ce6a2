"""Sound: 8 kHz, 16 bits, one channel, as numpy arrays; what a leg hears and says, frame by frame."""

import io
from collections import deque

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

RATE = 8000
FRAME = 160
"""Samples of 20 ms."""
LETTERS_A_SECOND = 14

Samples = npt.NDArray[np.int16]


def silence(seconds: float) -> Samples:
    """Nothing, so long."""
    return np.zeros(round(seconds * RATE), dtype=np.int16)


def tone(hertz: float, seconds: float, loudness: float = 0.3) -> Samples:
    """An even tone."""
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * hertz * time) * loudness * 32767, dtype=np.int16)


def beep() -> Samples:
    """The tone before a message: half a second of 1500 Hz."""
    return tone(1500, 0.5)


def babble(text: str) -> Samples:
    """A sound in place of spoken words, as long as they would take: a hum that swells with each syllable."""
    hum = tone(180, spoken_seconds(text), 0.25).astype(np.float64)
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(len(hum)) / RATE)
    return np.asarray(hum * swell, dtype=np.int16)


def spoken_seconds(text: str) -> float:
    """How long words take when nobody speaks them really."""
    return max(0.2, len(text) / LETTERS_A_SECOND)


def decoded(content: bytes, media_type: str) -> Samples:
    """A sound file or raw L16 (the rate is in the media type). Raises soundfile.LibsndfileError when it is neither."""
    kind, _, parameters = media_type.partition(";")
    if kind.strip().lower() == "audio/l16":
        rate = int(parameters.partition("rate=")[2].split(";")[0] or RATE)
        samples = np.frombuffer(content[: len(content) // 2 * 2], dtype="<i2").astype(np.float64) / 32768
    else:
        samples, rate = soundfile.read(io.BytesIO(content), dtype="float64", always_2d=True)
        samples = samples.mean(axis=1)
    if rate != RATE:
        samples = soxr.resample(samples, rate, RATE)
    return np.asarray(np.clip(samples * 32767, -32768, 32767), dtype=np.int16)


def wav(samples: Samples) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def at_rate(samples: Samples, rate: int) -> Samples:
    """The same sound at another rate."""
    if rate == RATE:
        return samples
    return np.asarray(soxr.resample(samples, RATE, rate), dtype=np.int16)


class Line:
    """Sound on its way, in the order in which it was put in; silence when there is none."""

    def __init__(self) -> None:
        self._waiting: deque[Samples] = deque()

    def push(self, samples: Samples) -> None:
        """After what is there already."""
        if len(samples):
            self._waiting.append(samples)

    def clear(self) -> None:
        """Throw away what was not heard yet."""
        self._waiting.clear()

    def read(self, count: int) -> Samples:
        """The next samples."""
        taken = np.zeros(count, dtype=np.int16)
        place = 0
        while place < count and self._waiting:
            piece = self._waiting.popleft()
            part = piece[: count - place]
            taken[place : place + len(part)] = part
            place += len(part)
            if len(part) < len(piece):
                self._waiting.appendleft(piece[len(part) :])
        return taken


class Ear:
    """What a leg hears: a prompt or music, and under it the one to whom it is connected."""

    def __init__(self) -> None:
        self.other = Line()
        self._clip: Samples = silence(0)
        self._place = 0
        self._loops = False

    def play(self, clip: Samples, *, loops: bool = False) -> None:
        """From now on; instead of what was playing."""
        self._clip, self._place, self._loops = clip, 0, loops and len(clip) > 0

    def stop(self) -> None:
        """No prompt, no music."""
        self._clip, self._place, self._loops = silence(0), 0, False

    def read(self, count: int) -> Samples:
        """The next samples."""
        heard = self.other.read(count)
        if self._loops:
            indices = (self._place + np.arange(count)) % len(self._clip)
            heard = self._clip[indices]
        elif self._place < len(self._clip):
            part = self._clip[self._place : self._place + count]
            heard[: len(part)] = part
        self._place += count
        return np.asarray(heard, dtype=np.int16)
