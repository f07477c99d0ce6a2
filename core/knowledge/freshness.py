"""How current an article must be: the annex to the regulation and clause 4.3."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_OF_REVIEW = {"quarter": 3}
"""Annex, rows 1-6 and 10: confirmed at least once a quarter."""

CHANGE_WITHIN_DAYS = 7
"""Clause 4.3: a change is reported within 7 calendar days, where the annex names no other term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The terms of one row of the annex; None where the row says only that the information is kept current."""

    update_within_working_days: int | None = None
    review_every: str | None = None

    def is_stale(self, confirmed_on: date | None, today: date) -> bool:
        """Whether the last confirmation is older than the review term; an article never confirmed is stale."""
        if confirmed_on is None:
            return True
        if self.review_every is None:
            return False
        return today > months_later(confirmed_on, MONTHS_OF_REVIEW[self.review_every])

    def update_due(self, changed_on: date, add_working_days: Callable[[date, int], date]) -> date:
        """The last day for a department to bring a change of ``changed_on`` into the base."""
        if self.update_within_working_days is None:
            return changed_on + timedelta(days=CHANGE_WITHIN_DAYS)
        return add_working_days(changed_on, self.update_within_working_days)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first_after = date(day.year + years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first_after - timedelta(days=1), date(day.year + years, month + 1, 1) + timedelta(days=day.day - 1))
