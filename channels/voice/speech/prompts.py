"""The sound of texts that everybody hears, kept in memory. A text that is not one of them is never kept: it may name a citizen."""

import tomllib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

from channels.voice.speech.parts import parts_of
from channels.voice.speech.sound import Samples

MOST_BYTES = 64_000_000
"""An hour of prompts at 8 kHz."""

Key = tuple[str, str, int, str]
"""The engine, the voice, the rate, the sentence."""


def known_sentences(tables: Iterable[Path]) -> frozenset[str]:
    """Every sentence of the TOML tables as it is said, but for those with a fact in braces, which is filled in for each caller."""
    texts = (text for table in tables for text in _texts(tomllib.loads(table.read_text(encoding="utf-8"))))
    return frozenset(part.words for text in texts if "{" not in text for part in parts_of(text, markup=False))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


class Prompts:
    """Keeps the sound of the known sentences, the longest unused ones are let go."""

    def __init__(self, known: frozenset[str], most_bytes: int = MOST_BYTES) -> None:
        self._known = known
        self._most = most_bytes
        self._kept: OrderedDict[Key, Samples] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Samples | None:
        """The sound, if it is kept."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def may_keep(self, sentence: str) -> bool:
        """Whether it is one of the texts that everybody hears."""
        return sentence in self._known

    def keep(self, key: Key, sound: Samples) -> None:
        """Keeps a sound whose sentence may be kept; any other is left alone."""
        if not self.may_keep(key[3]) or key in self._kept:
            return
        self._kept[key] = sound
        self._bytes += sound.nbytes
        while self._bytes > self._most:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
