"""A second opinion on who answers for a matter: how near in meaning the caller's words are to each matter (ADR 0007)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
import yaml

from core.knowledge.embedding import Vectors
from core.knowledge.search.text import clean
from core.knowledge.search.vectors import Kind, Text
from core.knowledge.seed_vectors import read_vectors

SUBJECTS = Path(__file__).with_name("subjects.yaml")
READY = Path(__file__).with_name("subjects.npz")
"""The vectors of all matters; ``python -m bench.knowledge --save-vectors`` makes them anew after a change of subjects.yaml."""


class Meanings(Protocol):
    """Whoever turns questions into vectors; the knowledge base does, with the model that it searches by."""

    @property
    def model(self) -> str:
        """Vectors of different models are not comparable."""
        ...

    def vectors_of(self, questions: Sequence[str]) -> Vectors:
        """A row each; blocks about 15 ms each."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the nearness of a model is worth. ``weight``: of a whole, beside 1 for the best match of words.

    ``least``: how much nearer than the middle department the nearest must be, when no word fits, for anything to be told.
    """

    weight: float
    least: float


OPINIONS: Mapping[str, Opinion] = MappingProxyType({"e5-small-q4": Opinion(weight=40.0, least=0.05)})
"""Measured on the table of test_answering.py; a model that nobody has measured has no opinion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A department as the model sees it: ``above`` the middle department, and the nearest matter."""

    above: float
    matter: str


def matters() -> Mapping[str, Sequence[str]]:
    """What callers ask about, by department."""
    return _read()


def matter_texts() -> Sequence[Text]:
    """All matters as texts that have vectors."""
    return [Text.of(Kind.QUERY, clean(matter)) for listed in _read().values() for matter in listed]


def nearness(query: str, meanings: Meanings) -> Mapping[str, Near]:
    """By department, how near the cleaned question is; nothing when the model has no opinion. Blocks: call it in a thread."""
    if meanings.model not in OPINIONS:
        return {}
    keys, told, rows = _ready(meanings.model)
    if not keys:
        return {}
    scores = rows @ meanings.vectors_of([query])[0]
    best = dict[str, tuple[float, str]]()
    for key, matter, score in zip(keys, told, scores, strict=True):
        best[key] = max(best.get(key, (-1.0, "")), (float(score), matter))
    middle = float(np.median([score for score, _ in best.values()]))
    return {key: Near(above=score - middle, matter=matter) for key, (score, matter) in best.items()}


@cache
def _ready(model: str) -> tuple[Sequence[str], Sequence[str], Vectors]:
    stored_by, vectors = read_vectors(READY)
    if stored_by != model:
        return (), (), np.zeros((0, 0), dtype=np.float32)
    pairs = [(key, matter) for key, listed in _read().items() for matter in listed]
    rows = np.stack([vectors[text.digest] for text in matter_texts()])
    return [key for key, _ in pairs], [matter for _, matter in pairs], rows


@cache
def _read() -> Mapping[str, Sequence[str]]:
    document: Mapping[str, Sequence[str]] = yaml.safe_load(SUBJECTS.read_text("utf-8"))
    return document
