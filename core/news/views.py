"""What the press department and the supervisor see of each news item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.conversations.model import NewsItem
from core.news.choosing import CurrentNews, NewsFreshness, begins, is_fresh, is_heard
from core.staff.abilities import Ability
from core.staff.asker import Asker


class NewsState(StrEnum):
    """Where an item stands. BEHIND: in its time, but a newer one is heard instead; OLD: told as the last news, not played."""

    DRAFT = "draft"
    PLANNED = "planned"
    ON_AIR = "on_air"
    BEHIND = "behind"
    OLD = "old"
    OVER = "over"
    WITHDRAWN = "withdrawn"


DEEDS: Mapping[NewsState, Mapping[str, Ability]] = {
    NewsState.DRAFT: {"change": Ability.PLACE_NEWS, "approve": Ability.APPROVE_NEWS, "withdraw": Ability.APPROVE_NEWS},
    **{
        state: {"withdraw": Ability.APPROVE_NEWS}
        for state in (NewsState.PLANNED, NewsState.ON_AIR, NewsState.BEHIND, NewsState.OLD)
    },
}
"""What may be done with an item in each state, and by whom. What is approved is not changed any more: a new one is placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenNews:
    """One line of the list. ``by_author_alone``: whoever placed it approved it too. ``deeds``: what the asker may do now."""

    item: NewsItem
    state: NewsState
    placed_by: str
    approved_by: str
    by_author_alone: bool
    deeds: tuple[str, ...]


def seen(item: NewsItem, names: Mapping[int, str], current: CurrentNews, asker: Asker, now: datetime) -> SeenNews:
    """An item as the asker sees it; ``names`` of the staff by id."""
    state = state_of(item, current, now)
    author, approver = item.placed_by_id, item.approved_by_id
    return SeenNews(
        item=item,
        state=state,
        placed_by=names.get(author or 0, ""),
        approved_by=names.get(approver or 0, ""),
        by_author_alone=approver is not None and approver == author,
        deeds=tuple(deed for deed, ability in DEEDS.get(state, {}).items() if asker.may(ability)),
    )


def state_of(item: NewsItem, current: CurrentNews, now: datetime) -> NewsState:
    """Where an item stands, beside what is heard now."""
    if item.withdrawn_at is not None:
        return NewsState.WITHDRAWN
    if item.approved_at is None:
        return NewsState.DRAFT
    if begins(item) > now:
        return NewsState.PLANNED
    if current.news_id == item.id:
        return NewsState.ON_AIR if current.freshness is NewsFreshness.FRESH else NewsState.OLD
    return NewsState.BEHIND if is_heard(item, now) and is_fresh(item, now) else NewsState.OVER
