"""What a waiting caller hears: slow broken chords that we make ourselves, so that nobody's rights are touched."""

import hashlib
import io
import wave
from functools import lru_cache

import numpy as np

RATE = 8000
SHORTEST, LONGEST = 4, 60
NOTE = 0.5
"""Seconds between the notes."""
RINGING = 2.4
"""Seconds that a note can be heard."""
LOUDNESS = 0.12
CHORDS = ((48, 55, 60, 64), (45, 52, 57, 60), (53, 57, 60, 65), (43, 50, 55, 59))
"""MIDI numbers: C, A minor, F, G; each is played up and down again."""


@lru_cache(maxsize=8)
def waiting_music(seconds: int) -> bytes:
    """A WAV file of 8 kHz mono, 16 bits; its end runs down to silence."""
    length = min(max(seconds, SHORTEST), LONGEST) * RATE
    sound = np.zeros(length + int(RINGING * RATE))
    for at, note in enumerate(_notes(int(length / (NOTE * RATE)))):
        start = int(at * NOTE * RATE)
        sound[start : start + int(RINGING * RATE)] += _tone(note)
    fading = np.ones(length)
    fading[-RATE:] = np.linspace(1, 0, RATE)
    return _wav((sound[:length] * fading * LOUDNESS * 32767).clip(-32768, 32767).astype("<i2").tobytes())


@lru_cache(maxsize=8)
def music_key(seconds: int) -> str:
    """The digest of the music, its name in addresses."""
    return hashlib.sha256(waiting_music(seconds)).hexdigest()


def _notes(count: int) -> list[int]:
    bar = [note for chord in CHORDS for note in (*chord, *chord[-2:0:-1], chord[1], chord[2])]
    return [bar[at % len(bar)] for at in range(count)]


def _tone(note: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    time = np.arange(int(RINGING * RATE)) / RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    wave_of_it = np.sin(2 * np.pi * pitch * time) + 0.3 * np.sin(4 * np.pi * pitch * time)
    return np.asarray(wave_of_it * np.exp(-2.2 * time) * np.minimum(1, time / 0.01))


def _wav(samples: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(samples)
    return file.getvalue()
