"""How a recorder is set up: plain values, read from the settings by the app."""

from dataclasses import dataclass, field
from pathlib import Path

from core.sealing.envelope import Masters

HOURS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderOptions:
    """``folder``: its own, on its own disk; ``kept_at``: the address under which web reaches this recorder.

    ``quota_bytes``: all that may lie in the folder; ``free_bytes``: what must be free on the disk when a new one is begun.
    ``keep_days``: packed recordings older than this are deleted; None keeps them for ever. ``settle_seconds``: a socket that comes
    back within them continues its recording; only then it is packed. ``longest_gap_seconds``: a longer absence begins a second
    recording. ``masters`` wrap the keys of the files (ADR 0037). ``retry_seconds``: the pause before the office is told again, and
    before a failed packing is tried again.
    """

    folder: Path
    kept_at: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    masters: Masters = field(repr=False)
    quota_bytes: int = 50 * 10**9
    free_bytes: int = 10**9
    keep_days: int | None = None
    settle_seconds: float = 20.0
    longest_seconds: float = 4 * HOURS
    longest_gap_seconds: float = 600.0
    retry_seconds: float = 5.0
    write_seconds: float = 0.2
    sync_seconds: float = 1.0
    delete_every_seconds: float = 6 * HOURS
