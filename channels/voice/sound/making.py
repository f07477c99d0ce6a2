"""An uploaded file becomes what a telephone plays and what Telegram gets."""

import io

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from channels.voice.recording.sound import WINDOW_SECONDS, Meter
from channels.voice.sound.decoding import RATE, decode
from channels.voice.sound.levelling import for_telephone, levelled
from core.news.port import Mastered, Refused, SoundRefused

PHONE_RATE = 8000
AUDIO_TYPE = "audio/mpeg"
MP3_QUALITY = 0.6
"""Of libsndfile's 0 (largest) to 1 (smallest): about 64 kbit/s for one channel."""

Samples = NDArray[np.float32]


def make(content: bytes, ffmpeg: str | None = None) -> Mastered:
    """Both files and the waveform. Raises SoundRefused; MemoryError is the caller's to meet."""
    if not content:
        raise SoundRefused(Refused.EMPTY)
    sound = decode(content, ffmpeg)
    phone = _samples(levelled(for_telephone(soxr.resample(sound, RATE, PHONE_RATE), PHONE_RATE), PHONE_RATE))
    meter = Meter()
    meter.hear(phone[:, None], int(PHONE_RATE * WINDOW_SECONDS))
    return Mastered(
        phone=_file(phone, PHONE_RATE, format="WAV", subtype="PCM_16"),
        audio=_file(_samples(levelled(sound, RATE)), RATE, format="MP3", subtype="MPEG_LAYER_III", compression_level=MP3_QUALITY),
        audio_type=AUDIO_TYPE,
        seconds=round(len(phone) / PHONE_RATE, 2),
        peaks=meter.peaks(),
    )


def _samples(sound: Samples) -> NDArray[np.int16]:
    return np.round(sound * np.iinfo(np.int16).max).astype(np.int16)


def _file(samples: NDArray[np.int16], rate: int, **options: object) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, **options)
    return out.getvalue()
