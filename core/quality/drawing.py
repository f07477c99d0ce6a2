"""Drawing lots: the same seed gives the same sample, whatever else there is to draw from (reg. 2.7)."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.quality.candidates import Candidate, rules_of
from core.quality.model import SamplingPlan
from core.quality.vocabulary import Rule, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A candidate that is to be reviewed, and why; ``is_twice``: by two."""

    candidate: Candidate
    source: Source
    rules: tuple[Rule, ...]
    is_twice: bool = False


def draw(found: Sequence[Candidate], plan: SamplingPlan, seed: int) -> list[Drawn]:
    """Of each operator so many by rules, those that meet the most rules first, and so many of the rest of the period by lot."""
    of_operator: dict[int, list[Candidate]] = defaultdict(list)
    for one in found:
        of_operator[one.operator_id].append(one)
    drawn: list[Drawn] = []
    for operator in sorted(of_operator):
        drawn += _of_one(of_operator[operator], plan, seed)
    return drawn


def lot(seed: int, one: Candidate, purpose: str = "") -> int:
    """The candidate's number in this draw. Each has its own, so one more candidate moves no other."""
    ticket = f"{seed}:{purpose}:{one.operator_id}:{one.kind.value}:{one.ref}"
    return int.from_bytes(hashlib.sha256(ticket.encode()).digest()[:8], "big")


def _of_one(own: Sequence[Candidate], plan: SamplingPlan, seed: int) -> list[Drawn]:
    met = {(one.kind, one.ref): rules_of(one, plan) for one in own}
    ruled = sorted((one for one in own if met[one.kind, one.ref]), key=lambda one: (-len(met[one.kind, one.ref]), lot(seed, one)))
    chosen = ruled[: plan.ruled_per_operator]
    rest = sorted((one for one in own if one.is_of_period and one not in chosen), key=lambda one: lot(seed, one))[
        : plan.random_per_operator
    ]
    ruled_drawn = [Drawn(candidate=one, source=Source.RULE, rules=met[one.kind, one.ref]) for one in chosen]
    return ruled_drawn + [
        Drawn(candidate=one, source=Source.RANDOM, rules=met[one.kind, one.ref], is_twice=_is_twice(seed, one, plan.twice_percent))
        for one in rest
    ]


def _is_twice(seed: int, one: Candidate, percent: int) -> bool:
    return lot(seed, one, "twice") % 100 < percent
