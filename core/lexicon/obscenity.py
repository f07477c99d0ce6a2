"""Obscene words, also when they are disguised: look-alike letters, digits, asterisks, spaces, repeats, Latin writing."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import WORD, fold, read_yaml

LIST = Path(__file__).parent / "abuse.yaml"
REPEAT = re.compile(r"(.)\1+")
LONGEST = 40
"""Letters above which a run of characters is no word."""
SHORTEST_SPELLING = 3
"""Single letters in a row from which they may spell a word."""
SHORTEST_VISIBLE = 2
"""Letters that a masked word must still show, and of the shortest beginning."""
LONGEST_START = 20
"""Letters of the longest prefix with its stem."""


class Obscenities:
    """The part ``obscene`` of abuse.yaml, prepared for matching."""

    def __init__(self, path: Path) -> None:
        document = cast(dict[str, object], read_yaml(path))  # our own file; its shape is tested
        rows = cast(dict[str, list[str]], document["obscene"])
        tame = cast(dict[str, list[str]], rows["tame"])
        self._stems = _starts(rows["stems"], rows["prefixes"])
        self._words = frozenset(map(_plain, rows["words"]))
        self._anywhere = tuple(map(_plain, rows["anywhere"]))
        self._innocent = tuple(map(_plain, rows["innocent"]))
        self._latin = _starts(rows["latin_stems"], rows["latin_prefixes"])
        self._latin_words = frozenset(map(_plain, rows["latin_words"]))
        self._latin_innocent = tuple(map(_plain, rows["latin_innocent"]))
        self._look_alikes = str.maketrans({str(key): letter for key, letter in _pairs(rows["look_alikes"])})
        self._masks = str(rows["masks"])
        self._masked = tuple(map(fold, rows["masked"]))
        self._tame, self._tame_near = frozenset(map(fold, tame["words"])), tuple(map(fold, tame["near"]))
        self.is_obscene = lru_cache(maxsize=20_000)(self._is_obscene)

    def find(self, text: str) -> str | None:
        """The first obscene word of the folded text as it was written, or None."""
        chunks = text.split()
        is_tame = any(word.startswith(self._tame_near) for word in WORD.findall(text))
        for chunk in chunks:
            if len(chunk) <= LONGEST and self._reads_as_obscene(chunk, is_tame=is_tame):
                return chunk
        return next((spelt for spelt in _spelt_out(text) if self._spells(spelt)), None)

    def _reads_as_obscene(self, chunk: str, *, is_tame: bool) -> bool:
        if "@" in chunk[1:-1] and "." in chunk:  # an e-mail address is not read as a word
            return False
        parts = WORD.findall(chunk)
        if is_tame and any(part in self._tame for part in parts):
            return False
        return any(self.is_obscene(part) for part in parts) or self._is_masked(chunk)

    def _is_obscene(self, word: str) -> bool:
        plain = _plain(word)
        if plain.isascii() and plain.isalpha() and self._is_latin(plain):
            return True
        if plain.isdecimal():
            return False
        return self._is_cyrillic(_plain(plain.translate(self._look_alikes)))

    def _is_latin(self, word: str) -> bool:
        if word.startswith(self._latin_innocent):
            return False
        return word in self._latin_words or _begins(word, self._latin)

    def _is_cyrillic(self, word: str) -> bool:
        if word in self._words:
            return True
        if word.startswith(self._innocent):
            return False
        return _begins(word, self._stems) or any(part in word for part in self._anywhere)

    def _is_masked(self, chunk: str) -> bool:
        inside = chunk.strip(".,;:!?()[]\"'-")
        visible = [character for character in inside if character.isalpha()]
        if len(visible) < SHORTEST_VISIBLE or not inside[0].isalpha() or not any(mask in inside for mask in self._masks):
            return False
        pattern = "".join(self._hidden(piece) for piece in re.findall(r"\w|\W+", inside.replace("_", "*")))
        return bool(pattern) and any(re.fullmatch(pattern, word) for word in self._masked)

    def _hidden(self, piece: str) -> str:
        if piece[0].isalnum():
            return re.escape(piece.translate(self._look_alikes))
        return rf"\w{{1,{len(piece) + 2}}}" if all(character in self._masks for character in piece) else re.escape(piece)

    def _spells(self, letters: str) -> bool:
        plain = letters.translate(self._look_alikes)
        return any(self._is_cyrillic(_plain(plain[start:])) for start in range(len(plain) - 2))


@cache
def obscenities() -> Obscenities:
    """The list, read at the first use."""
    return Obscenities(LIST)


def _spelt_out(text: str) -> Iterator[str]:
    """Runs of single letters, joined: what somebody spelt with spaces, dots or dashes between."""
    run: list[str] = []
    for word in [*WORD.findall(text), ""]:
        if len(word) == 1 and len(run) < LONGEST:
            run.append(word)
            continue
        if len(run) >= SHORTEST_SPELLING:
            yield "".join(run)
        run = [word] if len(word) == 1 else []


def _plain(word: str) -> str:
    """Folded, every repeated letter once."""
    return REPEAT.sub(r"\1", fold(word))


def _starts(stems: Iterable[str], prefixes: Iterable[str]) -> frozenset[str]:
    """A prefix that ends as the stem begins is left out: joined and folded they would look like the stem's innocent neighbours."""
    joined = {_plain(prefix + stem) for stem in stems for prefix in prefixes if prefix[-1] != stem[0]}
    return frozenset((*joined, *map(_plain, stems)))


def _begins(word: str, starts: frozenset[str]) -> bool:
    return any(word[:size] in starts for size in range(SHORTEST_VISIBLE, min(len(word), LONGEST_START) + 1))


def _pairs(table: object) -> Iterator[tuple[object, str]]:
    yield from cast(dict[object, str], table).items()
