"""Sound on its way out: another rate, another loudness, and the three shapes that jambonz takes (MP3, WAV, L16)."""

import io
import struct
from typing import Protocol

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from channels.voice.speech.port import TELEPHONE_RATE

Samples = npt.NDArray[np.int16]
_LOUDEST = 32767
_MP3_RATE = TELEPHONE_RATE


def silence(seconds: float, rate: int) -> Samples:
    """So much silence."""
    return np.zeros(int(seconds * rate), dtype=np.int16)


def samples_of(sound: bytes) -> Samples:
    """The samples of L16 bytes as this machine has them; half a sample at the end is left out."""
    samples: Samples = np.frombuffer(sound[: len(sound) - len(sound) % 2], dtype="<i2").astype(np.int16)
    return samples


class Resampler:
    """Another rate and loudness, piece by piece."""

    def __init__(self, rate: int, to: int, gain: float = 1.0) -> None:
        self._stream = soxr.ResampleStream(rate, to, 1, dtype="int16") if rate != to else None
        self._gain = gain

    def feed(self, sound: bytes) -> Samples:
        """The next piece; it may be empty, the filter keeps some."""
        return self._next(samples_of(sound), last=False)

    def end(self) -> Samples:
        """What the filter kept."""
        return self._next(samples_of(b""), last=True)

    def _next(self, samples: Samples, *, last: bool) -> Samples:
        out = self._stream.resample_chunk(samples, last=last) if self._stream else samples
        if self._gain == 1.0:
            return np.asarray(out, dtype=np.int16)
        louder: Samples = np.clip(out * self._gain, -_LOUDEST, _LOUDEST).astype(np.int16)
        return louder


class Shape(Protocol):
    """An encoding, fed piece by piece."""

    def feed(self, samples: Samples) -> bytes:
        """What can be sent now; perhaps nothing yet."""
        ...

    def end(self) -> bytes:
        """The rest."""
        ...


class Mp3:
    """MP3 of 8 kHz mono (MPEG 2.5), what mod_custom_tts decodes as it comes."""

    media_type = "audio/mpeg"

    def __init__(self) -> None:
        self._sink = _Sink()
        self._file = soundfile.SoundFile(self._sink, "w", _MP3_RATE, 1, format="MP3", subtype="MPEG_LAYER_III")

    def feed(self, samples: Samples) -> bytes:
        """Frames that are whole by now."""
        self._file.write(samples)
        return self._sink.take()

    def end(self) -> bytes:
        """The last frames."""
        self._file.close()
        return self._sink.take()


class L16:
    """Bare samples, little endian as jambonz reads them."""

    def __init__(self, rate: int) -> None:
        self.media_type = f"audio/l16;rate={rate}"

    def feed(self, samples: Samples) -> bytes:
        """At once."""
        return samples.astype("<i2").tobytes()

    def end(self) -> bytes:
        """Nothing is kept."""
        return b""


class Wav:
    """A whole WAV file, given at the end: its header tells its length, and some players believe it."""

    media_type = "audio/wav"

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._kept = bytearray()

    def feed(self, samples: Samples) -> bytes:
        """Keeps them."""
        self._kept += samples.astype("<i2").tobytes()
        return b""

    def end(self) -> bytes:
        """The file."""
        return wav_of(bytes(self._kept), self._rate)


def wav_of(sound: bytes, rate: int) -> bytes:
    """A WAV file of L16 mono samples."""
    body = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16) + struct.pack("<4sI", b"data", len(sound)) + sound
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


class _Sink(io.RawIOBase):
    """Where libsndfile writes. At the end it goes back to put a length into the first frame: that was sent, so it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self._written = 0
        self._fresh = bytearray()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._written}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # soundfile gives bytes
        if self._at == self._written:
            self._fresh += piece
            self._written += len(piece)
        self._at += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was appended since."""
        fresh = bytes(self._fresh)
        self._fresh.clear()
        return fresh
