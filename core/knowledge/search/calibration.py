"""Weights and thresholds per model, chosen on ``dev_queries.yaml`` alone; ``bench/knowledge.py`` checks them on a held-out set."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How one model's nearness becomes a score and a decision.

    score = ``question`` * cos(nearest question) + (1 - ``question``) * cos(passage) + ``lexical`` * b / (b + 10);
    the best is an answer when score - ``foreign`` * cos(nearest foreign topic) >= ``threshold`` and it leads by ``margin``.
    """

    question: float
    lexical: float
    foreign: float
    threshold: float
    margin: float


BM25_HALF = 10.0
"""The BM25 score that earns half of the lexical bonus."""

CALIBRATIONS: Mapping[str, Calibration] = MappingProxyType(
    {
        "e5-small-q4": Calibration(question=0.5, lexical=0.05, foreign=0.4, threshold=0.545, margin=0.005),
        "use-multilingual-3": Calibration(question=0.5, lexical=0.2, foreign=0.5, threshold=0.32, margin=0.02),
    }
)

UNKNOWN_MODEL = Calibration(question=0.5, lexical=0.2, foreign=0.4, threshold=0.5, margin=0.02)
"""For a model that nobody has measured: cautious."""
