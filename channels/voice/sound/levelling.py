"""The same loudness for every piece (EBU R 128), so that nobody holds the receiver away or strains to hear."""

import warnings

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from core.news.port import Refused, SoundRefused

TARGET = -19.0
"""LUFS."""
QUIETEST = -50.0
"""LUFS: what is quieter is noise of a microphone, and would only become loud noise."""
NEAR = 0.1
PASSES = 3
KNEE, CEILING = 0.6, 0.9
"""Of full scale: from the knee on a peak is bent, and never reaches the ceiling."""
BAND = (150.0, 3600.0)
"""Hz that a telephone carries."""
TAPS = 401

Samples = NDArray[np.float32]


def for_telephone(sound: Samples, rate: int) -> Samples:
    """What is left of it on a telephone line. It is measured afterwards: the bass that goes would count as loudness."""
    taps = (_low_pass(BAND[1], rate) - _low_pass(BAND[0], rate)).astype(np.float32)
    return np.convolve(sound, taps, mode="same").astype(np.float32)


def levelled(sound: Samples, rate: int) -> Samples:
    """At TARGET, peaks bent softly. Raises SoundRefused for silence."""
    loud = loudness(sound, rate)
    if loud < QUIETEST:
        raise SoundRefused(Refused.SILENCE)
    gain, made = TARGET - loud, sound
    for _ in range(PASSES):
        made = _bent(sound * np.float32(10 ** (gain / 20)))
        off = TARGET - loudness(made, rate)
        if abs(off) < NEAR:
            break
        gain += off
    return made


def loudness(sound: Samples, rate: int) -> float:
    """Integrated loudness in LUFS; minus infinity for silence."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # pyloudnorm takes the mean of no blocks when all are silent
        found = float(pyloudnorm.Meter(rate).integrated_loudness(sound))
    return found if np.isfinite(found) else -np.inf


def _bent(sound: Samples) -> Samples:
    high = np.abs(sound)
    room = CEILING - KNEE
    bent = np.sign(sound) * (KNEE + room * np.tanh((high - KNEE) / room))
    return np.where(high > KNEE, bent, sound).astype(np.float32)


def _low_pass(edge: float, rate: int) -> NDArray[np.float64]:
    """A windowed sinc with a gain of one at 0 Hz."""
    at = np.arange(TAPS) - (TAPS - 1) / 2
    taps = np.sinc(2 * edge / rate * at) * np.hamming(TAPS)
    scaled: NDArray[np.float64] = taps / taps.sum()
    return scaled
