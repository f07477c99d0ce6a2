"""Writing an article: what is typed is kept at once, beside a published text that goes on answering (2.6, 4.5)."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record as audit
from core.clock import Clock
from core.departments.model import Department
from core.errors import Invalid, NotFound
from core.knowledge.articles import Deed, article_to_change, copy_text, draft_of, record, record_writing
from core.knowledge.drafting import ArticleDraft, apply, checked
from core.knowledge.editor.rules import EDIT, allow, must
from core.knowledge.model import Article, ArticleFile, ArticleStage, ArticleStatus, ArticleVersion
from core.staff.asker import Asker
from db.transactions import Transactions


class ArticleWriting:
    """Drafts begun, saved, given up; every method raises NotAllowed for those who do not edit."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def start(self, asker: Asker, draft: ArticleDraft) -> Article:
        """A new draft; it may be empty still. Raises Invalid."""
        asker.must(EDIT)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            return await begin_in(tx, draft, now, asker.id)

    async def save(self, asker: Asker, article_id: int, version: int, draft: ArticleDraft) -> Article:
        """What the page holds now. What was submitted or approved is being written again.

        Raises NotFound, NotNow, Invalid, and Conflict (``facts["version"]``) when somebody else saved meanwhile.
        """
        allow(asker, "change")
        text, now = checked(draft, unfinished=True), self._clock.now()
        async with self._transactions.begin() as tx:
            await _must_exist(tx, draft.department)
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "change")
            apply(text, article)
            written(article, asker)
            return await record_writing(tx, article, now, asker.id)

    async def revise(self, asker: Asker, article_id: int) -> Article:
        """The draft beside a published article: the one that is there, or a new one with its text and files.

        An archived article becomes a draft itself. Raises NotFound, NotNow.
        """
        allow(asker, "revise")
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            article = await _locked(tx, article_id)
            must(article, asker, "revise")
            return await revise_in(tx, article, now, asker)

    async def restore(self, asker: Asker, article_id: int, number: int) -> Article:
        """The text of an earlier version as the draft's text; it goes the way of every change. Raises NotFound, NotNow."""
        allow(asker, "change")
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            article = await _locked(tx, article_id)
            wanted = select(ArticleVersion).where(ArticleVersion.article_id == article_id, ArticleVersion.version == number)
            kept = (await tx.exec(wanted)).first()
            if kept is None:
                raise NotFound("no such version")
            if article.status != ArticleStatus.DRAFT:
                must(article, asker, "revise")
                article = await revise_in(tx, article, now, asker)
            must(article, asker, "change")
            copy_text(kept, article)
            written(article, asker)
            await audit(tx, now, "article.restored", f"article:{article_id}", staff_id=asker.id, version=number)
            return await record_writing(tx, article, now, asker.id)

    async def discard(self, asker: Asker, article_id: int, version: int) -> None:
        """Give a draft up; one that has answered before is archived instead. Raises NotFound, NotNow, Conflict."""
        allow(asker, "discard")
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "discard")
            answered = select(ArticleVersion.id).where(ArticleVersion.article_id == article_id, ArticleVersion.deed == Deed.PUBLISH)
            if (await tx.exec(answered.limit(1))).first() is None:
                await tx.delete(article)
            else:
                article.status, article.version = ArticleStatus.ARCHIVED, article.version + 1
                await record(tx, article, Deed.ARCHIVE, now, asker.id)
            await audit(tx, now, "article.discarded", f"article:{article_id}", staff_id=asker.id)


async def begin_in(tx: AsyncSession, draft: ArticleDraft, now: datetime, by: int) -> Article:
    """A new draft inside a transaction. Raises Invalid."""
    await _must_exist(tx, draft.department)
    text = checked(draft, unfinished=True)
    article = Article(**text.model_dump(), status=ArticleStatus.DRAFT, writers=[by], created_at=now, updated_at=now)
    return await record_writing(tx, article, now, by)


async def revise_in(tx: AsyncSession, article: Article, now: datetime, asker: Asker) -> Article:
    """The draft of a published or archived article, begun if there is none."""
    assert article.id is not None
    if article.status == ArticleStatus.ARCHIVED:
        article.status = ArticleStatus.DRAFT
        written(article, asker)
        article.writers = [asker.id]
        return await record_writing(tx, article, now, asker.id)
    beside = await draft_of(tx, article.id)
    if beside is not None:
        return beside
    draft = Article(title="", answer="", replaces_id=article.id, version=article.version, created_at=now, updated_at=now)
    copy_text(article, draft)
    draft.confirmed_on = None
    draft.source_file, draft.source_file_name = article.source_file, article.source_file_name
    draft.writers = [asker.id]
    await record_writing(tx, draft, now, asker.id)
    await _copy_files(tx, article.id, draft.id or 0)
    return draft


async def _copy_files(tx: AsyncSession, source: int, target: int) -> None:
    files = (await tx.exec(select(ArticleFile).where(ArticleFile.article_id == source).order_by(col(ArticleFile.id)))).all()
    tx.add_all(ArticleFile(**{**file.model_dump(exclude={"id"}), "article_id": target}) for file in files)
    await tx.flush()


def written(article: Article, asker: Asker) -> None:
    """The text is not any more the one that somebody approved, and has one more writer."""
    article.version += 1
    article.stage = ArticleStage.WRITING if article.stage != ArticleStage.RETURNED else ArticleStage.RETURNED
    article.approved_by_id = None
    if asker.id not in article.writers:
        article.writers = [*article.writers, asker.id]


async def _locked(tx: AsyncSession, article_id: int) -> Article:
    article = await tx.get(Article, article_id, with_for_update=True, populate_existing=True)
    if article is None:
        raise NotFound("no such article")
    return article


async def _must_exist(tx: AsyncSession, department: str | None) -> None:
    if department is not None and await tx.get(Department, department) is None:
        raise Invalid(field="department", reason="unknown")
