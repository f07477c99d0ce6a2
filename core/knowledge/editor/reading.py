"""One article as the editor's page shows it: its text, its way, its files, its remarks, its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.errors import NotFound
from core.files import StoredFile, load_file
from core.knowledge.articles import draft_of
from core.knowledge.editor.lists import is_stale
from core.knowledge.editor.rules import LOOK, deeds_of
from core.knowledge.model import Article, ArticleFile, ArticleRemark, ArticleVersion, InformationItem
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

VERSIONS_SHOWN = 100
REMARKS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedArticle:
    """Everything of one article; ``names`` of the staff by id. ``draft_id``: the draft beside a published one."""

    article: Article
    stale: bool
    draft_id: int | None
    files: Sequence[ArticleFile]
    remarks: Sequence[ArticleRemark]
    versions: Sequence[ArticleVersion]
    names: Mapping[int, str]
    deeds: tuple[str, ...]


class ArticleReading:
    """What staff look at; every method raises NotAllowed and NotFound."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def open(self, asker: Asker, article_id: int) -> OpenedArticle:
        """An article in any state. Remarks and versions of a draft beside are those of the published article."""
        asker.must(LOOK)
        async with self._transactions.begin() as tx:
            article = await _article(tx, article_id)
            owner = article.replaces_id or article_id
            files = (
                await tx.exec(select(ArticleFile).where(ArticleFile.article_id == article_id).order_by(col(ArticleFile.id)))
            ).all()
            remarks = await _remarks(tx, owner)
            versions = await _versions(tx, (owner, article_id))
            beside = await draft_of(tx, article_id)
            item = await tx.get(InformationItem, article.item_no) if article.item_no else None
            people = [article.stage_by_id, article.approved_by_id, *article.writers]
            people += [one for remark in remarks for one in (remark.made_by_id, remark.settled_by_id)]
            names = await names_of(tx, [*people, *(version.made_by for version in versions)])
        return OpenedArticle(
            article=article,
            stale=is_stale(article, item, self._clock.today()),
            draft_id=beside.id if beside else None,
            files=files,
            remarks=remarks,
            versions=versions,
            names=names,
            deeds=deeds_of(article, asker),
        )

    async def version(self, asker: Asker, article_id: int, number: int) -> ArticleVersion:
        """The text as it was."""
        asker.must(LOOK)
        wanted = select(ArticleVersion).where(ArticleVersion.article_id == article_id, ArticleVersion.version == number)
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted)).first()
        if found is None:
            raise NotFound("no such version")
        return found

    async def original(self, asker: Asker, article_id: int) -> tuple[str, StoredFile]:
        """The department's document from which the article came, with its name (4.5)."""
        asker.must(LOOK)
        async with self._transactions.begin() as tx:
            article = await _article(tx, article_id)
            if article.source_file is None:
                raise NotFound("no document")
            return article.source_file_name, await load_file(tx, article.source_file)


async def names_of(tx: AsyncSession, ids: Sequence[int | None]) -> Mapping[int, str]:
    """Full names of members of staff."""
    wanted = select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_({one for one in ids if one is not None}))
    return {number: name for number, name in (await tx.exec(wanted)).all() if number is not None}


async def _article(tx: AsyncSession, article_id: int) -> Article:
    article = await tx.get(Article, article_id)
    if article is None:
        raise NotFound("no such article")
    return article


async def _remarks(tx: AsyncSession, article_id: int) -> Sequence[ArticleRemark]:
    wanted = select(ArticleRemark).where(ArticleRemark.article_id == article_id)
    order = (col(ArticleRemark.settled_at).is_not(None), col(ArticleRemark.id).desc())
    return (await tx.exec(wanted.order_by(*order).limit(REMARKS_SHOWN))).all()


async def _versions(tx: AsyncSession, ids: Sequence[int]) -> Sequence[ArticleVersion]:
    wanted = select(ArticleVersion).where(col(ArticleVersion.article_id).in_(ids))
    return (await tx.exec(wanted.order_by(col(ArticleVersion.id).desc()).limit(VERSIONS_SHOWN))).all()
