"""Reading and writing articles inside a given transaction; every change counts in ``knowledge_state`` and leaves a version."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict, NotFound
from core.knowledge.model import Article, ArticleText, ArticleVersion, KnowledgeState

WRITING_PAUSE = timedelta(minutes=10)
"""What one person saves within such pauses is one version: the editor saves while they type."""
TEXT_FIELDS = tuple(ArticleText.model_fields)


class Deed(StrEnum):
    """What was done to an article."""

    SAVE = "save"
    PUBLISH = "publish"
    ARCHIVE = "archive"
    CONFIRM = "confirm"
    IMPORT = "import"
    SEED = "seed"


async def locked_state(tx: AsyncSession) -> KnowledgeState:
    """The counters, locked until the end of the transaction: changes are numbered in the order of their commits."""
    await tx.exec(insert(KnowledgeState).values(id=1, articles=0, words=0).on_conflict_do_nothing())
    fresh = select(KnowledgeState).where(KnowledgeState.id == 1).with_for_update().execution_options(populate_existing=True)
    return (await tx.exec(fresh)).one()


async def count_words_change(tx: AsyncSession) -> None:
    """Tell every index that synonyms, foreign topics or the kinds of information changed."""
    state = await locked_state(tx)
    state.words += 1


async def article_to_change(tx: AsyncSession, article_id: int, version: int) -> Article:
    """The article, locked; raises NotFound, and Conflict when somebody changed it since ``version``."""
    wanted = select(Article).where(Article.id == article_id).with_for_update().execution_options(populate_existing=True)
    article = (await tx.exec(wanted)).first()
    if article is None:
        raise NotFound("no such article", article=article_id)
    if article.version != version:
        raise Conflict("the article was changed", article=article_id, version=article.version)
    return article


async def draft_of(tx: AsyncSession, article_id: int) -> Article | None:
    """The draft that will replace a published article, if there is one."""
    return (await tx.exec(select(Article).where(col(Article.replaces_id) == article_id))).first()


async def record(tx: AsyncSession, article: Article, deed: Deed, now: datetime, by: int | None) -> Article:
    """Number the change and keep a full copy of the article as it now is."""
    state = await locked_state(tx)
    state.articles += 1
    article.changed_in = state.articles
    article.updated_at = now
    tx.add(article)
    await tx.flush()
    assert article.id is not None
    copy = {name: getattr(article, name) for name in TEXT_FIELDS}
    tx.add(
        ArticleVersion(
            article_id=article.id,
            version=article.version,
            status=article.status,
            deed=deed.value,
            made_by=by,
            made_at=now,
            **copy,
        )
    )
    await tx.flush()
    return article


async def record_writing(tx: AsyncSession, article: Article, now: datetime, by: int | None) -> Article:
    """Keep what is being typed: no index hears of a draft, and the version that the same person began is written on."""
    article.updated_at = now
    tx.add(article)
    await tx.flush()
    assert article.id is not None
    wanted = select(ArticleVersion).where(ArticleVersion.article_id == article.id).order_by(col(ArticleVersion.version).desc())
    last = (await tx.exec(wanted.limit(1))).first()
    mine = last is not None and last.deed == Deed.SAVE and last.made_by == by and now - last.made_at < WRITING_PAUSE
    if last is None or not mine:
        last = ArticleVersion(
            article_id=article.id, version=0, status=article.status, deed=Deed.SAVE, made_by=by, made_at=now, title="", answer=""
        )
    copy_text(article, last)
    last.version, last.made_at, last.status = article.version, now, article.status
    tx.add(last)
    await tx.flush()
    return article


def copy_text(source: ArticleText, target: ArticleText) -> None:
    """Take over everything that an editor writes."""
    for name in TEXT_FIELDS:
        value = getattr(source, name)
        setattr(target, name, list(value) if isinstance(value, list) else value)
