"""What counts as a new reading of personal data (reg. 2.10)."""

from collections import OrderedDict
from datetime import datetime, timedelta

AUDITED_EVERY = timedelta(minutes=15)
"""What stays open on a screen is one reading, not one for each refresh."""
REMEMBERED = 10_000


class Readings:
    """Remembers who read what lately, in this process."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[int, str], datetime] = OrderedDict()

    def is_new(self, staff_id: int, subject: str, now: datetime) -> bool:
        """Whether this is to be written into the trail: a first reading, or one long after the last that was written."""
        before = self._seen.get((staff_id, subject))
        if before is not None and now - before < AUDITED_EVERY:
            return False
        self._seen[staff_id, subject] = now
        self._seen.move_to_end((staff_id, subject))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True
