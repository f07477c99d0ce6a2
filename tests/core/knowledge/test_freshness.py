"""How current an article must be."""

from datetime import date, timedelta

import pytest

from core.knowledge.freshness import Freshness, months_later
from core.knowledge.seeding import read_items

QUARTERLY = Freshness(update_within_working_days=3, review_every="quarter")
KEPT_CURRENT = Freshness()


@pytest.mark.clause("annex")
@pytest.mark.parametrize(
    ("freshness", "confirmed_on", "today", "stale"),
    [
        pytest.param(QUARTERLY, date(2026, 8, 25), date(2026, 11, 25), False, id="three months to the day"),
        pytest.param(QUARTERLY, date(2026, 8, 24), date(2026, 11, 25), True, id="a day more than a quarter"),
        pytest.param(QUARTERLY, date(2026, 11, 30), date(2027, 2, 28), False, id="the last day of a shorter month"),
        pytest.param(QUARTERLY, date(2026, 11, 30), date(2027, 3, 1), True, id="the day after it"),
        pytest.param(QUARTERLY, None, date(2026, 11, 25), True, id="never confirmed"),
        pytest.param(KEPT_CURRENT, date(2020, 1, 1), date(2026, 11, 25), False, id="no review term"),
        pytest.param(KEPT_CURRENT, None, date(2026, 11, 25), True, id="no review term but never confirmed"),
    ],
)
def test_an_article_is_stale_after_its_review_term(
    freshness: Freshness, confirmed_on: date | None, today: date, stale: bool
) -> None:
    assert freshness.is_stale(confirmed_on, today) is stale


@pytest.mark.clause("4.3")
@pytest.mark.parametrize(
    ("freshness", "due"),
    [
        pytest.param(KEPT_CURRENT, date(2026, 12, 2), id="seven calendar days where the annex names no term"),
        pytest.param(QUARTERLY, date(2026, 11, 28), id="the annex's working days where it names them"),
    ],
)
def test_a_change_is_brought_in_by_its_term(freshness: Freshness, due: date) -> None:
    def add(day: date, days: int) -> date:
        return day + timedelta(days=days)

    assert freshness.update_due(date(2026, 11, 25), add) == due


@pytest.mark.clause("annex")
@pytest.mark.parametrize("row", read_items(), ids=lambda row: str(row["no"]))
def test_each_row_of_the_annex_has_its_terms(row: dict[str, object]) -> None:
    quarterly = {1, 2, 3, 4, 5, 6, 10}
    days = {1: 3, 2: 3, 3: 5, 4: 5, 5: 3, 6: 3}
    assert row["review_every"] == ("quarter" if row["no"] in quarterly else None)
    assert row["update_within_working_days"] == days.get(row["no"])  # type: ignore[call-overload]  # numbers by the seed's test


def test_months_run_over_the_end_of_a_year() -> None:
    assert months_later(date(2026, 10, 31), 3) == date(2027, 1, 31)
    assert months_later(date(2026, 9, 30), 3) == date(2026, 12, 30)
