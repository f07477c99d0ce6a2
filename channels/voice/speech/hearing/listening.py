"""One stream of sound being understood: interim words while somebody speaks, final words when they pause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from channels.voice.speech.hearing.ends import Detectors, Ends, Heard
from channels.voice.speech.port import TELEPHONE_RATE, Hearing, Recogniser
from channels.voice.speech.sound import Resampler


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was understood. ``sure``: 0 to 1; of interim words 0, which jambonz does not judge."""

    text: str
    final: bool
    sure: float = 0.0


class Listener:
    """Feeds one recogniser with the speech of one stream. Blocking: its methods run in a thread, one after the other."""

    def __init__(self, recogniser: Recogniser, detectors: Detectors, rate: int, hints: Sequence[str] = ()) -> None:
        self._recogniser = recogniser
        self._detectors = detectors
        self._hints = hints
        self._resampler = Resampler(rate, TELEPHONE_RATE) if rate != TELEPHONE_RATE else None
        self._detector = detectors.take()
        self._ends = Ends(self._detector)
        self._hearing: Hearing | None = None
        self._last = ""
        self._half = b""

    def feed(self, sound: bytes) -> list[Words]:
        """The words that the next piece of L16 brings: new interim ones, and the final ones of each utterance that ended."""
        return [words for heard in self._ends.feed(self._at_our_rate(sound)) for words in self._hear(heard)]

    def finish(self) -> Words | None:
        """The final words of an utterance that was broken off, if there are any; the stream is over."""
        self._detectors.give_back(self._detector)
        return self._end()

    def _at_our_rate(self, sound: bytes) -> bytes:
        sound = self._half + sound
        whole = len(sound) - len(sound) % 2
        self._half = sound[whole:]
        if self._resampler is None:
            return sound[:whole]
        return np.asarray(self._resampler.feed(sound[:whole])).astype("<i2").tobytes()

    def _hear(self, heard: Heard) -> Iterator[Words]:
        if heard.began:
            self._hearing, self._last = self._recogniser.open(self._hints), ""
        if self._hearing is None:
            return
        text = self._hearing.feed(heard.speech)
        if heard.ended:
            final = self._end()
            if final is not None:
                yield final
        elif text and text != self._last:
            self._last = text
            yield Words(text=text, final=False)

    def _end(self) -> Words | None:
        if self._hearing is None:
            return None
        text, sure = self._hearing.finish()
        self._hearing = None
        return Words(text=text, final=True, sure=sure) if text.strip() else None
