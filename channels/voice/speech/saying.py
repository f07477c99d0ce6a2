"""From a text to sound, sentence by sentence: the first is heard while the rest is still being made."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import numpy as np

from channels.voice.speech.parts import Part, parts_of
from channels.voice.speech.port import Engine, SpeechFailed
from channels.voice.speech.prompts import Prompts
from channels.voice.speech.sound import Resampler, Samples, silence
from channels.voice.speech.wanted import Wanted
from core.logs import log

NOTHING = 0.2
"""Seconds of silence for a text without words: an empty answer would be taken for a failure."""
PIECE = 0.2
"""Seconds of sound that are encoded at once."""
LONGEST = 180.0
"""Seconds of sound of one request."""


class Speaker:
    """Says texts with one engine."""

    def __init__(self, engine: Engine, prompts: Prompts) -> None:
        self.engine = engine
        self._prompts = prompts

    async def say(self, wanted: Wanted, rate: int) -> AsyncGenerator[Samples]:
        """The sound at this rate. Raises SpeechFailed when nothing at all could be said; later it stops short and logs it."""
        parts = parts_of(wanted.text, markup=wanted.markup) or [Part(pause=NOTHING)]
        left, has_said = int(LONGEST * rate), False
        for part in parts:
            try:
                async with aclosing(self._part(part, wanted.voice, rate)) as sound:
                    async for piece in sound:
                        yield piece[:left]
                        left, has_said = left - len(piece), True
                        if left <= 0:
                            return
            except SpeechFailed:
                if not has_said:
                    raise
                log.warning("speech.broken_off", engine=self.engine.name)
                return

    async def _part(self, part: Part, voice: str, rate: int) -> AsyncGenerator[Samples]:
        if part.pause:
            yield silence(part.pause, rate)
            return
        key = (self.engine.name, voice, rate, part.words)
        kept = self._prompts.get(key)
        if kept is not None:
            yield kept
            return
        whole: list[Samples] = []
        async with aclosing(self._made(part.words, voice, rate)) as sound:
            async for piece in sound:
                if self._prompts.may_keep(part.words):
                    whole.append(piece)
                yield piece
        if whole:
            self._prompts.keep(key, np.concatenate(whole))

    async def _made(self, words: str, voice: str, rate: int) -> AsyncGenerator[Samples]:
        resampler: Resampler | None = None
        async with aclosing(self.engine.say(words, voice)) as sound:
            async for whole in sound:
                resampler = resampler or Resampler(self.engine.rate, rate, self.engine.gain)
                for piece in _pieces(whole, self.engine.rate):
                    made = resampler.feed(piece)
                    if len(made):
                        yield made
                    await asyncio.sleep(0)  # other callers' first sound goes before the rest of this one
        yield resampler.end() if resampler else silence(NOTHING, rate)


def _pieces(sound: bytes, rate: int) -> Iterator[bytes]:
    """Small enough that the first is on its way while the rest is still encoded."""
    size = int(PIECE * rate) * 2
    return (sound[at : at + size] for at in range(0, len(sound), size))
