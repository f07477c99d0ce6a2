"""What a backup says of itself: sealed beside its parts, and what they are held to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

FORMAT = 1
DATABASE, RECORDINGS, MANIFEST = "database.dump.age", "recordings.tar.age", "manifest.json.age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sealed file: the size in bytes and the SHA-256 of what it holds."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``revision``: of the tables; ``tables``: rows and the sum of their digests (app.backup.counting).

    ``keys``: the data keys of the contacts by name, wrapped: to open them takes the master key (db/sealing.py).
    """

    made_at: datetime
    revision: str
    server: str
    tables: Mapping[str, tuple[int, str]]
    parts: Mapping[str, Part]
    keys: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """As JSON."""
        return orjson.dumps(asdict(self))


def read_manifest(written: bytes) -> Manifest:
    """The manifest of a JSON text; raises ValueError, KeyError or TypeError when it is none of ours."""
    told = orjson.loads(written)
    if told["format"] != FORMAT:
        raise ValueError("another format")
    return Manifest(
        made_at=datetime.fromisoformat(told["made_at"]),
        revision=told["revision"],
        server=told["server"],
        tables={name: (rows, total) for name, (rows, total) in told["tables"].items()},
        parts={name: Part(**part) for name, part in told["parts"].items()},
        keys={name: (purpose, wrapped) for name, (purpose, wrapped) in told.get("keys", {}).items()},
    )
