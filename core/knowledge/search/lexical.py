"""BM25 on lemmas, with synonyms: the share of the words in a question that an article uses."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.knowledge.search.text import subjects

Scores = NDArray[np.float64]
Phrase = tuple[str, ...]

K1, B = 1.2, 0.75
"""The usual saturation and length normalisation of BM25."""
SYNONYM_WEIGHT = 0.7
"""A synonym counts less than the word that was said."""


class LexicalIndex:
    """Scores all articles for one question; ``synonyms`` are groups of lemmatised phrases."""

    def __init__(self, documents: Sequence[Mapping[str, int]], synonyms: Sequence[Sequence[Phrase]]) -> None:
        self._count = len(documents)
        self._weights = _weights(documents)
        self._groups = [tuple(phrase for phrase in group if phrase) for group in synonyms]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for number, group in enumerate(self._groups):
            for word in {word for phrase in group for word in phrase}:
                self._by_word[word].append(number)

    def scores(self, tokens: Sequence[str]) -> Scores:
        """One figure per article, 0 where nothing matches."""
        total = np.zeros(self._count)
        for token in set(subjects(list(tokens))):
            self._add(total, token)
        for number in sorted({number for token in tokens for number in self._by_word.get(token, ())}):
            total += SYNONYM_WEIGHT * self._bonus(self._groups[number], tokens)
        return total

    def _bonus(self, group: Sequence[Phrase], tokens: Sequence[str]) -> Scores:
        said = {phrase for phrase in group if _occurs(phrase, tokens)}
        if not said:
            return np.zeros(self._count)
        meant = np.zeros(self._count)
        for phrase in group:
            if phrase not in said:
                np.maximum(meant, self._phrase(phrase), out=meant)
        own = np.zeros(self._count)
        for phrase in said:
            np.maximum(own, self._phrase(phrase), out=own)
        return np.maximum(meant - own, 0.0)

    def _phrase(self, phrase: Phrase) -> Scores:
        total = np.zeros(self._count)
        present = np.ones(self._count, dtype=bool)
        for word in subjects(list(phrase)):
            mine = np.zeros(self._count)
            self._add(mine, word)
            present &= mine > 0
            total += mine
        return np.where(present, total, 0.0)

    def _add(self, total: Scores, token: str) -> None:
        found = self._weights.get(token)
        if found is not None:
            total[found[0]] += found[1]


def _occurs(phrase: Phrase, tokens: Sequence[str]) -> bool:
    return any(tuple(tokens[start : start + len(phrase)]) == phrase for start in range(len(tokens) - len(phrase) + 1))


def _weights(documents: Sequence[Mapping[str, int]]) -> dict[str, tuple[NDArray[np.intp], Scores]]:
    lengths = [sum(document.values()) for document in documents]
    average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    found_in: Counter[str] = Counter(token for document in documents for token in document)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        for token, times in document.items():
            rarity = math.log(1 + (len(documents) - found_in[token] + 0.5) / (found_in[token] + 0.5))
            saturated = times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[number] / average))
            postings[token].append((number, rarity * saturated))
    return {
        token: (np.array([number for number, _ in found], dtype=np.intp), np.array([weight for _, weight in found]))
        for token, found in postings.items()
    }
