"""A file becomes one channel of samples at one rate, block by block, within its limits."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from channels.voice.sound.kinds import demuxer_of
from core.news.port import LONGEST_SECONDS, Refused, SoundRefused

RATE = 24000
"""Hz of everything that is made here: speech and jingles have little above 12 kHz."""
FORMATS = frozenset({"WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3", "AIFF"})
RATES = range(4000, 192_001)
MOST_CHANNELS = 8
SHORTEST_SECONDS = 1.0
BLOCK_SECONDS = 2
CANCELLED = 0.05
"""Below this part of the channels' power their sum is what is left of two that cancel each other out."""
FFMPEG_SECONDS = 60

Samples = NDArray[np.float32]


def decode(content: bytes, ffmpeg: str | None = None) -> Samples:
    """One channel at RATE, -1 to 1. ``ffmpeg``: the program, where there is one. Raises SoundRefused."""
    try:
        with _opened(content, ffmpeg) as source:
            return _read(source)
    except soundfile.LibsndfileError as error:
        raise SoundRefused(Refused.DAMAGED) from error


@contextmanager
def _opened(content: bytes, ffmpeg: str | None) -> Iterator[soundfile.SoundFile]:
    demuxer = demuxer_of(content)
    if demuxer is not None:
        if ffmpeg is None:
            raise SoundRefused(Refused.NEEDS_FFMPEG)
        with tempfile.TemporaryDirectory() as folder:
            made = _decoded(content, ffmpeg, demuxer, Path(folder))
            with soundfile.SoundFile(made) as source:
                yield source
        return
    try:
        source = soundfile.SoundFile(io.BytesIO(content))
    except soundfile.LibsndfileError as error:
        raise SoundRefused(Refused.NO_SOUND) from error
    with source:
        if source.format not in FORMATS or source.samplerate not in RATES or source.channels > MOST_CHANNELS:
            raise SoundRefused(Refused.NO_SOUND)
        yield source


def _decoded(content: bytes, ffmpeg: str, demuxer: str, folder: Path) -> Path:
    """ffmpeg gets a file and no way to any other; the second more tells what is too long."""
    given, made = folder / "given", folder / "made.wav"
    given.write_bytes(content)
    guarded = [ffmpeg, "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-f", demuxer, "-i", str(given)]
    wanted = ["-vn", "-sn", "-dn", "-t", str(LONGEST_SECONDS + 1), "-ac", "2", "-ar", str(RATE), "-c:a", "pcm_s16le", str(made)]
    try:
        subprocess.run([*guarded, *wanted], check=True, capture_output=True, timeout=FFMPEG_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise SoundRefused(Refused.TOO_HARD) from late
    except subprocess.CalledProcessError as failed:
        raise SoundRefused(Refused.DAMAGED) from failed
    return made


def _read(source: soundfile.SoundFile) -> Samples:
    """The channels mixed; where they cancel each other out (a microphone wired the wrong way), the first alone."""
    mixed, power_of_sum, power_of_channels = _mixed(source, only_first=False)
    if power_of_sum < CANCELLED * power_of_channels:
        source.seek(0)
        mixed, _, _ = _mixed(source, only_first=True)
    if len(mixed) < SHORTEST_SECONDS * RATE:
        raise SoundRefused(Refused.TOO_SHORT)
    return mixed


def _mixed(source: soundfile.SoundFile, *, only_first: bool) -> tuple[Samples, float, float]:
    """The sound, its power, and the mean power of its channels."""
    stream = soxr.ResampleStream(source.samplerate, RATE, 1, dtype="float32")
    pieces: list[Samples] = []
    frames, power_of_sum, power_of_channels = 0, 0.0, 0.0
    for block in source.blocks(BLOCK_SECONDS * source.samplerate, dtype="float32", always_2d=True):
        frames += len(block)
        if frames > LONGEST_SECONDS * source.samplerate:
            raise SoundRefused(Refused.TOO_LONG)
        usable = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
        one = usable[:, 0] if only_first else usable.mean(axis=1, dtype=np.float32)
        power_of_sum += float(np.square(one).sum())
        power_of_channels += float(np.square(usable).mean(axis=1).sum())
        pieces.append(stream.resample_chunk(np.ascontiguousarray(one)))
    pieces.append(stream.resample_chunk(np.empty(0, np.float32), last=True))
    return np.concatenate(pieces), power_of_sum, power_of_channels
