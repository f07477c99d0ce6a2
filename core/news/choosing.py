"""Which news is heard now (menu item 2; order 6): approved, not withdrawn, in its time; what is of an earlier day is only told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.conversations.model import NewsItem

LOOKED_AT = 20
"""Approved items that a choice is made of: nobody plans more of them ahead."""


class NewsFreshness(StrEnum):
    """FRESH: of today, or placed until a later moment that has not come. OLD: of an earlier day, told as such and never played."""

    FRESH = "fresh"
    OLD = "old"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentNews:
    """The news of the day. The keys are those of stored files; without them, and of old news, the text is spoken."""

    freshness: NewsFreshness
    news_id: int | None = None
    title: str = ""
    text: str = ""
    placed_on: date | None = None
    phone_key: str = ""
    audio_key: str = ""
    audio_type: str = ""


NOTHING = CurrentNews(freshness=NewsFreshness.NONE)


async def current_news(tx: AsyncSession, now: datetime) -> CurrentNews:
    """The news that is heard at this moment."""
    wanted = (
        select(NewsItem)
        .where(col(NewsItem.approved_at).is_not(None), col(NewsItem.withdrawn_at).is_(None))
        .order_by(col(NewsItem.id).desc())
        .limit(LOOKED_AT)
    )
    return choose((await tx.exec(wanted)).all(), now)


def choose(items: Sequence[NewsItem], now: datetime) -> CurrentNews:
    """Of several the one that began last, a fresh one before an old one."""
    heard = sorted((one for one in items if is_heard(one, now)), key=lambda one: (begins(one), one.id or 0), reverse=True)
    for one in heard:
        if is_fresh(one, now):
            return _shown(one, NewsFreshness.FRESH)
    return _shown(heard[0], NewsFreshness.OLD) if heard else NOTHING


def begins(item: NewsItem) -> datetime:
    """From when it may be heard."""
    return item.valid_from or item.placed_at


def is_heard(item: NewsItem, now: datetime) -> bool:
    """Whether anybody may hear or read it at this moment."""
    approved = item.approved_at is not None and item.approved_at <= now
    withdrawn = item.withdrawn_at is not None and item.withdrawn_at <= now
    return approved and not withdrawn and begins(item) <= now and (item.valid_until is None or now < item.valid_until)


def is_fresh(item: NewsItem, now: datetime) -> bool:
    """News without an end is fresh on its own day; with one, until that end."""
    return item.valid_until is not None or _day(begins(item)) == _day(now)


def _shown(item: NewsItem, freshness: NewsFreshness) -> CurrentNews:
    plays = freshness is NewsFreshness.FRESH
    return CurrentNews(
        freshness=freshness,
        news_id=item.id,
        title=item.title,
        text=item.text,
        placed_on=_day(begins(item)),
        phone_key=item.phone_key if plays else "",
        audio_key=item.audio_key if plays else "",
        audio_type=item.audio_type if plays else "",
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()
