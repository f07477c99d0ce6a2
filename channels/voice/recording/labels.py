"""A label lies beside each recording: its facts, and whether the office was told of them. So nothing is lost while it is away."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from core.phone.recordings import KeyPressed, RecordingFacts
from core.phone.vocabulary import RecordingKind, RecordingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """``told``: the office knows exactly these facts."""

    facts: RecordingFacts
    told: bool = False

    def to_json(self) -> bytes:
        """As it lies on the disk."""
        return json.dumps(asdict(self), default=_plain, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Label":
        """Read it back. Raises ValueError for what is none."""
        try:
            read = json.loads(content)
            return cls(facts=_facts(read["facts"]), told=bool(read["told"]))
        except (KeyError, TypeError) as broken:
            raise ValueError("no label") from broken


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _facts(read: dict[str, Any]) -> RecordingFacts:
    facts = RecordingFacts(**read)
    return replace(
        facts,
        kind=RecordingKind(facts.kind),
        state=RecordingState(facts.state),
        started_at=_moment(read["started_at"]),
        ended_at=_moment(read["ended_at"]),
        peaks=tuple(read["peaks"]),
        silences=tuple((start, end) for start, end in read["silences"]),
        pressed=tuple(KeyPressed(key=one["key"], at=datetime.fromisoformat(one["at"])) for one in read["pressed"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
