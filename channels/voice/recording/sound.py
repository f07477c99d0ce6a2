"""The sound library's only user here: a finished WAV becomes Ogg/Opus, and what the inbox draws of it is measured on the way.

Everything goes through in blocks of seconds, whatever the length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from channels.voice.recording.streams import Source, Target

BLOCK_SECONDS = 5
WINDOW_SECONDS = 0.02
SILENT_BELOW = 32768 * 10 ** (-45 / 20)
"""-45 dB of full scale, as the root mean square of a window."""
SHORTEST_SILENCE = 1.0
MOST_PEAKS = 1000
TELEPHONE_RATE, WIDE_RATE = 8000, 16000
"""Opus is made at one of these; speech has nothing above."""
TOLERATED_SECONDS = 0.1

Samples = NDArray[np.int16]


class SoundError(Exception):
    """The recording cannot be read."""


class NotPacked(Exception):
    """The packed file could not be made, or has another length when it is read back: the disk may be full."""


class PackingStopped(Exception):
    """Somebody wished it; nothing was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """``seconds`` long; ``size`` of the packed sound in bytes; ``peaks``: up to 1000 values, 0-100 of full scale, of the louder;
    ``silences``: (from, until) in seconds, where no channel speaks for a second or more."""

    seconds: float
    size: int
    peaks: tuple[int, ...]
    silences: tuple[tuple[float, float], ...]


def pack(wav: Source, opus: Target, stopping: Event) -> Sound:
    """Write the sound of ``wav`` into ``opus``, in order.

    Raises SoundError, NotPacked, PackingStopped, OSError.
    """
    meter = Meter()
    with _opened(wav) as source:
        rate = TELEPHONE_RATE if source.samplerate <= TELEPHONE_RATE else WIDE_RATE
        seconds = source.frames / source.samplerate
        shape = {"samplerate": rate, "channels": source.channels, "format": "OGG", "subtype": "OPUS"}
        try:
            with soundfile.SoundFile(opus, "w", **shape) as target:
                for block in _resampled(_measured(source, meter), source.samplerate, rate, source.channels):
                    target.write(block)
                    if stopping.is_set():
                        raise PackingStopped()
        except soundfile.LibsndfileError as error:
            raise NotPacked(error.error_string) from error
    if wav.trouble is not None:
        raise SoundError(str(wav.trouble)) from wav.trouble
    if opus.trouble is not None:
        raise opus.trouble
    return Sound(seconds=round(seconds, 3), size=opus.tell(), peaks=meter.peaks(), silences=meter.silences(seconds))


def read_back(opus: Source, seconds: float) -> None:
    """Hold what was packed to its length. Raises NotPacked."""
    try:
        with soundfile.SoundFile(opus) as made:
            frames = sum(len(block) for block in made.blocks(made.samplerate * BLOCK_SECONDS, dtype="int16"))
            heard = frames / made.samplerate
    except soundfile.LibsndfileError as error:
        raise NotPacked(error.error_string) from error
    if abs(heard - seconds) > TOLERATED_SECONDS:
        raise NotPacked("another length")


def _opened(wav: Source) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(wav)
    except soundfile.LibsndfileError as error:
        raise SoundError(error.error_string) from error


def _measured(source: soundfile.SoundFile, meter: "Meter") -> Iterator[Samples]:
    window = max(1, int(source.samplerate * WINDOW_SECONDS))
    for block in source.blocks(window * int(BLOCK_SECONDS / WINDOW_SECONDS), dtype="int16", always_2d=True):
        meter.hear(block, window)
        yield block


def _resampled(blocks: Iterator[Samples], given: int, wanted: int, channels: int) -> Iterator[Samples]:
    if given == wanted:
        yield from blocks
        return
    stream = soxr.ResampleStream(given, wanted, channels, dtype="int16")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty((0, channels), np.int16), last=True)


class Meter:
    """Hears a recording window by window: a flag and a peak of 20 ms is all that it keeps."""

    def __init__(self) -> None:
        self._peaks: list[NDArray[np.uint8]] = []
        self._silent: list[NDArray[np.bool_]] = []

    def hear(self, block: Samples, window: int) -> None:
        """The next block; only the last may hold a part of a window."""
        rest = -len(block) % window
        whole = np.pad(block, ((0, rest), (0, 0))) if rest else block
        windows = whole.reshape(-1, window, whole.shape[1]).astype(np.float32)
        heights = np.abs(windows).max(axis=(1, 2), initial=0)
        self._peaks.append(np.ceil(heights * (100 / 32768)).astype(np.uint8))
        lengths = np.full(len(windows), window)
        lengths[-1:] = window - rest
        power = np.square(windows).sum(axis=1) / lengths[:, None]
        self._silent.append(power.max(axis=1) < SILENT_BELOW**2)

    def peaks(self) -> tuple[int, ...]:
        """The waveform."""
        heights = np.concatenate(self._peaks) if self._peaks else np.empty(0, np.uint8)
        if len(heights) > MOST_PEAKS:
            heights = np.maximum.reduceat(heights, np.linspace(0, len(heights), MOST_PEAKS, endpoint=False).astype(int))
        return tuple(heights.tolist())

    def silences(self, seconds: float) -> tuple[tuple[float, float], ...]:
        """Where nobody speaks, in a recording of so many seconds."""
        silent = np.concatenate([*self._silent, np.zeros(1, bool)])
        edges = np.flatnonzero(np.diff(silent, prepend=False)).reshape(-1, 2) * WINDOW_SECONDS
        found = ((float(start), min(float(end), seconds)) for start, end in edges)
        return tuple((round(start, 2), round(end, 2)) for start, end in found if end - start >= SHORTEST_SILENCE)
