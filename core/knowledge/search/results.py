"""What a search gives."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article as an answer; ``stale`` when its review term has passed, ``spoken`` is its short form for the telephone."""

    article_id: int
    item_no: int | None
    title: str
    answer: str
    spoken: str
    source: str
    department: str
    confirmed_on: date | None
    stale: bool
    sample: bool
    restricted: bool
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Articles, best first. ``answered`` when the first may be given as the answer; otherwise they are only the nearest."""

    hits: tuple[Hit, ...] = ()
    answered: bool = False
