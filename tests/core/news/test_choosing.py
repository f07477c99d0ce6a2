"""Which news is heard: a table of items and moments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.conversations.model import NewsItem
from core.news.choosing import NewsFreshness, choose

NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def an_item(number: int = 1, **given: Any) -> NewsItem:
    said = {"title": f"n{number}", "text": "t", "placed_at": NOON - HOUR, "approved_at": NOON - HOUR, "phone_key": "p", **given}
    return NewsItem(id=number, audio_key="a", audio_type="audio/mpeg", **said)


@pytest.mark.parametrize(
    ("items", "heard", "freshness"),
    [
        pytest.param([], None, "none", id="nothing was placed"),
        pytest.param([an_item()], 1, "fresh", id="of today"),
        pytest.param([an_item(approved_at=None)], None, "none", id="not approved"),
        pytest.param([an_item(withdrawn_at=NOON)], None, "none", id="withdrawn"),
        pytest.param([an_item(placed_at=NOON - DAY)], 1, "old", id="of yesterday, without an end"),
        pytest.param([an_item(placed_at=NOON - DAY, valid_until=NOON + HOUR)], 1, "fresh", id="of yesterday, its end not come"),
        pytest.param([an_item(valid_until=NOON)], None, "none", id="its end has come"),
        pytest.param([an_item(valid_from=NOON + HOUR)], None, "none", id="not begun"),
        pytest.param([an_item(placed_at=NOON - 3 * DAY, valid_from=NOON - HOUR)], 1, "fresh", id="placed ahead, begins today"),
        pytest.param([an_item(1), an_item(2, valid_from=NOON - 2 * HOUR)], 1, "fresh", id="of two the one that began last"),
        pytest.param([an_item(1), an_item(2)], 2, "fresh", id="of two at once the newer"),
        pytest.param(
            [an_item(1, placed_at=NOON - 9 * DAY, valid_until=NOON + DAY), an_item(2, placed_at=NOON - DAY)],
            1,
            "fresh",
            id="a fresh one before an old one that began later",
        ),
        pytest.param([an_item(1), an_item(2, approved_at=None)], 1, "fresh", id="a draft does not stop the one before it"),
        pytest.param([an_item(placed_at=datetime(2026, 11, 24, 20, 59, tzinfo=UTC))], 1, "old", id="the day is of Moscow"),
        pytest.param([an_item(placed_at=datetime(2026, 11, 24, 21, 1, tzinfo=UTC))], 1, "fresh", id="after midnight in Moscow"),
    ],
)
def test_what_is_heard(items: list[NewsItem], heard: int | None, freshness: str) -> None:
    found = choose(items, NOON)
    assert (found.news_id, found.freshness) == (heard, freshness)
    assert bool(found.phone_key) == bool(found.audio_key) == (found.freshness is NewsFreshness.FRESH), "old news never plays"


def test_the_day_that_is_told_is_the_one_on_which_it_began() -> None:
    found = choose([an_item(placed_at=NOON - 5 * DAY, valid_from=datetime(2026, 11, 24, 21, 30, tzinfo=UTC))], NOON)
    assert str(found.placed_on) == "2026-11-25"
