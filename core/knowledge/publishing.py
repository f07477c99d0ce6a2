"""How a draft comes to answer, inside a given transaction."""

from datetime import date, datetime

from sqlmodel import col, delete, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Invalid, NotAllowed, NotFound
from core.knowledge.articles import Deed, copy_text, record
from core.knowledge.model import Article, ArticleFile, ArticleStage, ArticleStatus, ArticleVersion
from core.unanswered.model import QuestionGroup, UnansweredQuestion

NEEDED = ("title", "answer", "item_no", "department")
"""Without these nobody is answered."""


class NotApproved(NotAllowed):
    """Nobody but its writers has looked at the text as it now is."""

    code = "not_approved"


def must_be_complete(article: Article) -> None:
    """Raises Invalid (``fields``, and the first of them as ``field``) when something is missing that an answer needs."""
    missing = [name for name in NEEDED if getattr(article, name) in (None, "")]
    if missing:
        raise Invalid("the article is not complete", fields=dict.fromkeys(missing, "required"), field=missing[0])


async def publish_in(tx: AsyncSession, article: Article, now: datetime, today: date, by: int | None) -> Article:
    """The article answers from the commit on; a draft beside a published one takes its place, with its files."""
    must_be_complete(article)
    approver = article.approved_by_id
    if article.replaces_id is not None:
        article = await _replace(tx, article)
    else:
        article.version += 1
    article.status = ArticleStatus.PUBLISHED
    article.stage, article.stage_words, article.writers = ArticleStage.WRITING, "", []
    article.stage_by_id, article.stage_at, article.approved_by_id = None, None, approver
    article.confirmed_on = article.confirmed_on or today
    article.seed_digest = ""
    return await record(tx, article, Deed.PUBLISH, now, by)


async def _replace(tx: AsyncSession, draft: Article) -> Article:
    target = await tx.get(Article, draft.replaces_id, with_for_update=True)
    if target is None:
        raise NotFound("no such article")
    copy_text(draft, target)
    target.version = max(target.version, draft.version) + 1
    target.sample, target.source_file, target.source_file_name = False, draft.source_file, draft.source_file_name
    target.notes = list(draft.notes)
    await tx.exec(delete(ArticleFile).where(col(ArticleFile.article_id) == target.id))
    for table in (ArticleFile, QuestionGroup, UnansweredQuestion):
        await tx.exec(update(table).where(col(table.article_id) == draft.id).values(article_id=target.id))
    await tx.exec(delete(ArticleVersion).where(col(ArticleVersion.article_id) == draft.id))
    await tx.delete(draft)
    await tx.flush()
    return target
