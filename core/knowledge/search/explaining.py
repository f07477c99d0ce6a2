"""Why the search answers as it does: every part of every score, for those who write the articles."""

from dataclasses import dataclass
from enum import StrEnum

from core.knowledge.search.results import Hit


class Verdict(StrEnum):
    """Why the best article is the answer, or is not."""

    ANSWERED = "answered"
    EXACT = "exact"
    NEAR_FOREIGN = "near_foreign"
    BELOW = "below"
    NO_LEAD = "no_lead"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedHit:
    """``score`` = ``semantic`` (question and passage in their weights) + ``lexical``.

    ``nearest``: the title or question of the article that was nearest.
    """

    hit: Hit
    nearest: str
    question: float
    passage: float
    semantic: float
    lexical: float
    score: float
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """``decided`` = the best score less ``foreign_part``; it must reach ``threshold`` and lead by ``margin``."""

    searched: str
    hits: tuple[ExplainedHit, ...] = ()
    verdict: Verdict = Verdict.NOTHING
    foreign_topic: str = ""
    foreign: float = 0.0
    foreign_part: float = 0.0
    decided: float = 0.0
    threshold: float = 0.0
    lead: float = 0.0
    margin: float = 0.0
