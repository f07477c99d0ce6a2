"""One line of what the doctor finds."""

from dataclasses import dataclass

GOOD, BAD, NOTE = "✓", "✗", "·"
STATES = {GOOD: "good", BAD: "bad", NOTE: "note"}
"""The marks as a monitor reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line; ``mark`` is GOOD, BAD or NOTE."""

    mark: str
    what: str
    told: str
