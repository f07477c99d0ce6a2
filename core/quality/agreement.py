"""How far two reviewers agree: percent agreement and Cohen's kappa, weighted where the marks have an order.

Cohen, J. (1960), A coefficient of agreement for nominal scales; Cohen, J. (1968), Weighted kappa. With k marks in order the weight
of a pair i, j is 1 - (|i - j| / (k - 1)) for LINEAR and 1 - (|i - j| / (k - 1))^2 for SQUARED; NONE counts equal pairs only.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Weights(StrEnum):
    """What a pair that differs still counts."""

    NONE = "none"
    LINEAR = "linear"
    SQUARED = "squared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """``percent`` of equal pairs; ``kappa`` is None without pairs, and where chance alone would agree always: it is not defined."""

    pairs: int
    percent: float | None
    kappa: float | None


def agreement(pairs: Sequence[tuple[str, str]], scale: Sequence[str], weights: Weights = Weights.NONE) -> Agreement:
    """Of pairs of marks; ``scale``: every possible mark, in order."""
    count = len(pairs)
    if not count:
        return Agreement(pairs=0, percent=None, kappa=None)
    equal = sum(one == other for one, other in pairs)
    place = {mark: at for at, mark in enumerate(scale)}
    table = Counter((place[one], place[other]) for one, other in pairs)
    rows, columns = Counter(place[one] for one, _ in pairs), Counter(place[other] for _, other in pairs)
    observed = sum(seen * _weight(one, other, len(scale), weights) for (one, other), seen in table.items()) / count
    expected = sum(rows[one] * columns[other] * _weight(one, other, len(scale), weights) for one in rows for other in columns) / (
        count * count
    )
    is_defined = expected < 1 - 1e-12
    kappa = (observed - expected) / (1 - expected) if is_defined else None
    return Agreement(pairs=count, percent=100 * equal / count, kappa=kappa)


def _weight(one: int, other: int, size: int, weights: Weights) -> float:
    if one == other:
        return 1.0
    if weights is Weights.NONE:
        return 0.0
    distance = abs(one - other) / (size - 1)
    return 1 - (distance if weights is Weights.LINEAR else distance**2)
