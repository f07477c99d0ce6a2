"""A recogniser for tests and journeys: it knows a few sounds, and knows them again on the line, whatever was done to them there."""

from collections.abc import Mapping, Sequence

import numpy as np

ALIKE = 0.5
"""Least correlation with a known sound; another sentence of the same voice reaches 0.2."""
_SAID_AFTER = 0.6
"""Share of a sound after which its first words are told."""


class ScriptedRecogniser:
    """``known``: what is said -> its sound (L16 mono, 8 kHz). Anything else is not understood."""

    name = "scripted"
    hears = True

    def __init__(self, known: Mapping[str, bytes]) -> None:
        self._known = {words: _plain(sound) for words, sound in known.items()}
        self.hints: list[tuple[str, ...]] = []
        """The hints of every utterance, for tests to look at."""

    def open(self, hints: Sequence[str]) -> "_Utterance":
        """Begins an utterance."""
        self.hints.append(tuple(hints))
        return _Utterance(self._known)


class _Utterance:
    def __init__(self, known: Mapping[str, np.ndarray]) -> None:
        self._known = known
        self._sound = b""

    def feed(self, sound: bytes) -> str:
        """The first word of what will have been said: an interim."""
        before, self._sound = len(self._sound), self._sound + sound
        step = 8000
        if before // step == len(self._sound) // step:
            return ""
        words, _ = self._best(_SAID_AFTER)
        return words.split()[0] if words else ""

    def finish(self) -> tuple[str, float]:
        """The words of the known sound that is in it."""
        return self._best(1.0)

    def _best(self, share: float) -> tuple[str, float]:
        heard = _plain(self._sound)
        scores = {words: _alike(heard, sound[: int(len(sound) * share)]) for words, sound in self._known.items()}
        words = max(scores, key=lambda one: scores[one], default="")
        return (words, min(1.0, float(scores[words]))) if words and scores[words] >= ALIKE else ("", 0.0)


def _plain(sound: bytes) -> np.ndarray:
    return np.frombuffer(sound, "<i2").astype(np.float64) / 32768


def _alike(heard: np.ndarray, known: np.ndarray) -> float:
    """The best correlation of the known sound with any stretch of what was heard; both are first freed of silence at the ends."""
    known = _trimmed(known)
    if not len(known) or len(heard) < len(known) // 2:
        return 0.0
    size = 1 << (len(heard) + len(known) - 1).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(known, size)), size)
    energy = np.cumsum(np.concatenate([[0.0], heard**2]))
    at = int(np.argmax(crossed[: len(heard)]))
    there = energy[min(len(heard), at + len(known))] - energy[at]
    return float(crossed[at] / (np.sqrt(max(there, 1e-9)) * np.linalg.norm(known) + 1e-9))


def _trimmed(sound: np.ndarray) -> np.ndarray:
    loud = np.flatnonzero(np.abs(sound) > 0.02)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound[:0]
