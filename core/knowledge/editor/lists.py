"""The editor's list: by the kinds of the annex, department, state and freshness, by words; in pages (4.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, TextClause, text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.knowledge.editor.rules import LOOK
from core.knowledge.freshness import Freshness
from core.knowledge.model import Article, ArticleFile, ArticleRemark, ArticleStage, ArticleStatus, InformationItem
from core.staff.asker import Asker
from db.transactions import Transactions

PAGE = 50
ENDS_SOON = timedelta(days=30)

_WORDS = text(
    "(to_tsvector('russian'::regconfig, (article.title::text || ' '::text) || article.answer)"
    " @@ websearch_to_tsquery('russian', :words) OR article.title ILIKE :like OR article.questions::text ILIKE :like)"
)
_STALE = text(
    "(article.confirmed_on IS NULL OR EXISTS (SELECT 1 FROM information_item i WHERE i.no = article.item_no"
    " AND i.review_every = 'quarter' AND (article.confirmed_on + interval '3 months')::date < :today))"
)
_FRESH = text(f"NOT {_STALE.text}")


class ListState(StrEnum):
    """Which articles are shown: what answers or will, with the drafts beside folded in; or those that stand at one place."""

    ALL = "all"
    PUBLISHED = "published"
    WRITING = "writing"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ARCHIVED = "archived"


class ListFreshness(StrEnum):
    """How current a published article is."""

    ANY = "any"
    CURRENT = "current"
    STALE = "stale"
    ENDING = "ending"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """Which articles a list shows; None and empty mean any."""

    state: ListState = ListState.ALL
    freshness: ListFreshness = ListFreshness.ANY
    item_no: int | None = None
    department: str = ""
    restricted: bool | None = None
    remarked: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A line; ``draft``: the draft beside a published article."""

    article: Article
    stale: bool
    expired: bool
    remarks: int
    files: int
    draft: Article | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page, newest first; ``next_before`` is the key of the next one, None on the last."""

    rows: tuple[ListRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many articles answer in each kind of the annex, and how many stand at each place."""

    items: Mapping[int, int]
    states: Mapping[str, int]
    remarked: int


class ArticleLists:
    """Reading of many articles at once; every method raises NotAllowed."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def page(self, asker: Asker, chosen: ListFilter, *, before: int | None = None, limit: int = PAGE) -> ListPage:
        """A page of the list."""
        asker.must(LOOK)
        limit = min(max(limit, 1), PAGE)
        today = self._clock.today()
        wanted = select(Article).where(*_rules(chosen, today))
        if before is not None:
            wanted = wanted.where(col(Article.id) < before)
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted.order_by(col(Article.id).desc()).limit(limit + 1))).all()
            page = found[:limit]
            rows = await _rows(tx, page, today)
        return ListPage(rows=rows, next_before=page[-1].id if len(found) > limit else None)

    async def chosen(self, asker: Asker, chosen: ListFilter, ids: Sequence[int], most: int) -> Sequence[Article]:
        """Whole articles by their ids, or else by the filter, oldest first; at most so many."""
        asker.must(LOOK)
        rules = [col(Article.id).in_(ids)] if ids else _rules(chosen, self._clock.today())
        async with self._transactions.begin() as tx:
            return (await tx.exec(select(Article).where(*rules).order_by(col(Article.id)).limit(most))).all()

    async def counts(self, asker: Asker) -> Counts:
        """What the filters show beside their names."""
        asker.must(LOOK)
        published = col(Article.status) == ArticleStatus.PUBLISHED
        by_item = select(Article.item_no, func.count()).where(published).group_by(col(Article.item_no))
        by_stage = select(Article.status, Article.stage, func.count()).group_by(col(Article.status), col(Article.stage))
        remarked = select(func.count(func.distinct(ArticleRemark.article_id))).where(col(ArticleRemark.settled_at).is_(None))
        states: dict[str, int] = {}
        async with self._transactions.begin() as tx:
            items = {int(number): count for number, count in (await tx.exec(by_item)).all() if number is not None}
            for status, stage, count in (await tx.exec(by_stage)).all():
                name = _list_state(status, stage)
                states[name] = states.get(name, 0) + count
            return Counts(items=items, states=states, remarked=(await tx.exec(remarked)).one())


def _list_state(status: str, stage: str) -> str:
    if status != ArticleStatus.DRAFT:
        return status
    return ListState.WRITING if stage == ArticleStage.RETURNED else stage


def _rules(chosen: ListFilter, today: date) -> list[ColumnElement[bool] | TextClause]:
    rules: list[ColumnElement[bool] | TextClause] = [*_state_rules(chosen.state), *_freshness_rules(chosen.freshness, today)]
    if chosen.item_no is not None:
        rules.append(col(Article.item_no) == chosen.item_no)
    if chosen.department:
        rules.append(col(Article.department) == chosen.department)
    if chosen.restricted is not None:
        rules.append(col(Article.restricted).is_(chosen.restricted))
    if chosen.remarked:
        open_ones = select(ArticleRemark.article_id).where(col(ArticleRemark.settled_at).is_(None))
        rules.append(col(Article.id).in_(open_ones))
    if words := " ".join(chosen.words.split()):
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rules.append(_WORDS.bindparams(words=words, like=like))
    return rules


def _state_rules(state: ListState) -> list[ColumnElement[bool]]:
    status, stage = col(Article.status), col(Article.stage)
    match state:
        case ListState.ALL:
            return [status != ArticleStatus.ARCHIVED, col(Article.replaces_id).is_(None)]
        case ListState.PUBLISHED | ListState.ARCHIVED:
            return [status == state.value]
        case ListState.WRITING:
            return [status == ArticleStatus.DRAFT, stage.in_((ArticleStage.WRITING, ArticleStage.RETURNED))]
    return [status == ArticleStatus.DRAFT, stage == state.value]


def _freshness_rules(freshness: ListFreshness, today: date) -> list[ColumnElement[bool] | TextClause]:
    published, until = col(Article.status) == ArticleStatus.PUBLISHED, col(Article.valid_until)
    match freshness:
        case ListFreshness.CURRENT:
            return [published, _FRESH.bindparams(today=today), until.is_(None) | (until >= today)]
        case ListFreshness.STALE:
            return [published, _STALE.bindparams(today=today)]
        case ListFreshness.ENDING:
            return [published, until >= today, until <= today + ENDS_SOON]
        case ListFreshness.EXPIRED:
            return [published, until < today]
    return []


async def _rows(tx: AsyncSession, articles: Sequence[Article], today: date) -> tuple[ListRow, ...]:
    ids = [one.id for one in articles]
    items = {item.no: item for item in (await tx.exec(select(InformationItem))).all()}
    drafts = {one.replaces_id: one for one in (await tx.exec(select(Article).where(col(Article.replaces_id).in_(ids)))).all()}
    open_ones = select(ArticleRemark.article_id, func.count()).where(
        col(ArticleRemark.settled_at).is_(None), col(ArticleRemark.article_id).in_(ids)
    )
    remarks = dict((await tx.exec(open_ones.group_by(col(ArticleRemark.article_id)))).all())
    counted = select(ArticleFile.article_id, func.count()).where(col(ArticleFile.article_id).in_(ids))
    files = dict((await tx.exec(counted.group_by(col(ArticleFile.article_id)))).all())
    return tuple(
        ListRow(
            article=one,
            stale=is_stale(one, items.get(one.item_no or 0), today),
            expired=one.valid_until is not None and one.valid_until < today,
            remarks=remarks.get(one.id or 0, 0),
            files=files.get(one.id or 0, 0),
            draft=drafts.get(one.id),
        )
        for one in articles
    )


def is_stale(article: Article, item: InformationItem | None, today: date) -> bool:
    """Whether a published article is to be confirmed anew."""
    if article.status != ArticleStatus.PUBLISHED:
        return False
    return Freshness(review_every=item.review_every if item else None).is_stale(article.confirmed_on, today)
