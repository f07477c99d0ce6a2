"""What staff do to the articles: each change takes the version that the editor saw and leaves a full copy (reg. 2.6, 4)."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.departments.model import Department
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.files import store_file
from core.knowledge.articles import Deed, article_to_change, draft_of, record
from core.knowledge.drafting import ArticleDraft, apply, checked
from core.knowledge.importing.reading import read_document
from core.knowledge.importing.vocabulary import Note
from core.knowledge.model import Article, ArticleStage, ArticleStatus, ArticleVersion, InformationItem
from core.knowledge.publishing import NotApproved, publish_in
from core.staff.abilities import Ability
from core.staff.asker import Asker
from db.transactions import Transactions

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles a list shows; None means any."""

    status: ArticleStatus | None = None
    item_no: int | None = None
    department: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """A page, newest first; ``next_before`` is the key of the next one, None on the last."""

    articles: tuple[Article, ...]
    next_before: int | None


class KnowledgeEditing:
    """The editors' half of the knowledge desk."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def article(self, article_id: int) -> Article:
        """An article in any state, for staff; raises NotFound."""
        async with self._transactions.begin() as tx:
            found = await tx.get(Article, article_id)
        if found is None:
            raise NotFound("no such article")
        return found

    async def versions(self, article_id: int) -> list[ArticleVersion]:
        """The history of an article, newest first."""
        wanted = select(ArticleVersion).where(ArticleVersion.article_id == article_id).order_by(col(ArticleVersion.version).desc())
        async with self._transactions.begin() as tx:
            return list((await tx.exec(wanted)).all())

    async def articles(self, chosen: ArticleFilter | None = None, *, before: int | None = None, limit: int = PAGE) -> ArticlePage:
        """A page of articles in any state, for staff, newest first."""
        chosen = chosen or ArticleFilter()
        limit = min(max(limit, 1), PAGE)
        wanted = select(Article).where(*_rules(chosen, before))
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted.order_by(col(Article.id).desc()).limit(limit + 1))).all()
        page = tuple(found[:limit])
        return ArticlePage(articles=page, next_before=page[-1].id if len(found) > limit else None)

    async def department_names(self) -> dict[str, str]:
        """The names of the departments by their keys."""
        async with self._transactions.begin() as tx:
            return {department.key: department.name for department in (await tx.exec(select(Department))).all()}

    async def items(self) -> list[InformationItem]:
        """The 18 rows of the annex."""
        async with self._transactions.begin() as tx:
            return list((await tx.exec(select(InformationItem).order_by(col(InformationItem.no)))).all())

    async def save_draft(
        self, draft: ArticleDraft, *, article_id: int | None = None, version: int | None = None, by: Asker | None = None
    ) -> Article:
        """A new draft, a changed draft, or a draft beside a published article, which goes on answering until ``publish``.

        Raises Invalid with the field, NotFound, and Conflict when the article changed since ``version`` or such a draft exists
        (``facts["draft"]``).
        """
        text, who, now = checked(draft), editor_id(by), self._clock.now()
        async with self._transactions.begin() as tx:
            if draft.department is not None and await tx.get(Department, draft.department) is None:
                raise Invalid(field="department", reason="unknown")
            article = await self._draft_for(tx, article_id, version)
            apply(text, article)
            return await record(tx, article, Deed.SAVE, now, who)

    async def publish(self, article_id: int, version: int, *, by: Asker | None = None) -> Article:
        """Make a draft (or an archived article) answer; a draft of a published article takes its place.

        Confirmed today unless it says when. Raises NotFound, Conflict, NotApproved when a member of staff publishes what nobody
        looked at, and Invalid without a row of the annex or a department.
        """
        who, now, today = editor_id(by), self._clock.now(), self._clock.today()
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            if article.status == ArticleStatus.PUBLISHED:
                return article
            if by is not None and article.stage != ArticleStage.APPROVED:
                raise NotApproved(article=article_id)
            return await publish_in(tx, article, now, today, who)

    async def archive(self, article_id: int, version: int, *, by: Asker | None = None) -> Article:
        """Take an article out of the answers; it stays for the record."""
        who, now = editor_id(by), self._clock.now()
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            article.status, article.replaces_id, article.seed_digest = ArticleStatus.ARCHIVED, None, ""
            article.version += 1
            return await record(tx, article, Deed.ARCHIVE, now, who)

    async def confirm(self, article_id: int, version: int, *, on: date | None = None, by: Asker | None = None) -> Article:
        """Record that the department confirmed a published article (annex: once a quarter). Raises NotAllowed for others."""
        who, now, day = editor_id(by), self._clock.now(), on or self._clock.today()
        if day > self._clock.today():
            raise Invalid(field="confirmed_on", reason="future")
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            if article.status != ArticleStatus.PUBLISHED:
                raise NotAllowed("only a published article is confirmed")
            article.confirmed_on = day
            article.version += 1
            return await record(tx, article, Deed.CONFIRM, now, who)

    async def import_drafts(self, content: bytes, filename: str, *, by: Asker | None = None) -> list[Article]:
        """Drafts from a department's file (4.5), all or none; the original is kept. Raises UnreadableDocument."""
        who, now = editor_id(by), self._clock.now()
        document = await read_document(content, filename)
        async with self._transactions.begin() as tx:
            departments = await _departments_by_name(tx)
            key = await store_file(tx, content, document.media_type, now)
            drafts = []
            for found in document.articles:
                owner = departments.get((found.draft.department or "").casefold())
                unknown = [Note.UNKNOWN_DEPARTMENT] if found.draft.department and owner is None else []
                article = Article(
                    **checked(replace(found.draft, department=owner)).model_dump(),
                    status=ArticleStatus.DRAFT,
                    source_file=key,
                    source_file_name=filename[-200:],
                    notes=[*document.notes, *found.notes, *unknown],
                    writers=[] if who is None else [who],
                    created_at=now,
                    updated_at=now,
                )
                drafts.append(await record(tx, article, Deed.IMPORT, now, who))
            return drafts

    async def _draft_for(self, tx: AsyncSession, article_id: int | None, version: int | None) -> Article:
        now = self._clock.now()
        if article_id is None:
            return Article(title="", answer="", created_at=now, updated_at=now)
        article = await article_to_change(tx, article_id, version or 0)
        if article.status == ArticleStatus.PUBLISHED:
            beside = await draft_of(tx, article_id)
            if beside is not None:
                raise Conflict("a draft of this article exists", article=article_id, draft=beside.id)
            return Article(title="", answer="", replaces_id=article_id, version=article.version, created_at=now, updated_at=now)
        article.version += 1
        article.status = ArticleStatus.DRAFT
        return article


def editor_id(by: Asker | None) -> int | None:
    """The account behind a change, None for the system's own; raises NotAllowed for a role that may not edit."""
    if by is None:
        return None
    by.must(Ability.EDIT_KNOWLEDGE)
    return by.id


async def _departments_by_name(tx: AsyncSession) -> dict[str, str]:
    found = (await tx.exec(select(Department))).all()
    return {name.casefold(): department.key for department in found for name in (department.key, department.name)}


def _rules(chosen: ArticleFilter, before: int | None) -> list[ColumnElement[bool]]:
    rules = []
    if chosen.status is not None:
        rules.append(col(Article.status) == chosen.status)
    if chosen.item_no is not None:
        rules.append(col(Article.item_no) == chosen.item_no)
    if chosen.department is not None:
        rules.append(col(Article.department) == chosen.department)
    if chosen.words:
        rules.append(col(Article.title).icontains(chosen.words, autoescape=True))
    if before is not None:
        rules.append(col(Article.id) < before)
    return rules
