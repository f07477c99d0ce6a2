"""What a search gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class HitFile:
    """A file that a citizen gets with the answer; ``key`` is that of the stored file."""

    key: str
    name: str
    media_type: str

    def as_content(self) -> Mapping[str, str]:
        """As a delivery names its files."""
        kind = "photo" if self.media_type in {"image/jpeg", "image/png"} else "document"
        return {"key": self.key, "file_name": self.name, "media_type": self.media_type, "kind": kind}


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
    files: tuple[HitFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Articles, best first. ``answered`` when the first may be given as the answer; otherwise they are only the nearest."""

    hits: tuple[Hit, ...] = ()
    answered: bool = False
