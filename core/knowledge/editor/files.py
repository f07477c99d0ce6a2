"""Files of an article: what a citizen gets with the answer, and what only the staff look at.

A file is a part of the text: it changes in the draft, and goes the way of every change.
"""

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record as audit
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.files import StoredFile, load_file, store_file
from core.knowledge.articles import article_to_change, record_writing
from core.knowledge.editor.rules import LOOK, allow, must
from core.knowledge.editor.writing import written
from core.knowledge.model import Article, ArticleFile
from core.staff.asker import Asker
from core.staff.cleaning import clean_file_name
from core.staff.uploads import check
from db.transactions import Transactions

MOST_FILES = 10


class ArticleFiles:
    """Each method raises NotAllowed, NotFound; those that change raise NotNow and Conflict too."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def load(self, asker: Asker, article_id: int, file_id: int) -> tuple[str, StoredFile]:
        """The bytes with their name."""
        asker.must(LOOK)
        async with self._transactions.begin() as tx:
            file = await _file(tx, article_id, file_id)
            return file.name, await load_file(tx, file.storage_key)

    async def add(self, asker: Asker, article_id: int, version: int, name: str, content: bytes, *, for_citizens: bool) -> Article:
        """Put a file beside the draft's text. Raises Invalid (file): empty, too big, a program, too many."""
        allow(asker, "change")
        media_type, now = check(content), self._clock.now()
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "change")
            counted = select(func.count()).select_from(ArticleFile).where(ArticleFile.article_id == article_id)
            if (await tx.exec(counted)).one() >= MOST_FILES:
                raise Invalid("too many files", fields={"file": "too_many_files"})
            key = await store_file(tx, content, media_type, now)
            kept = ArticleFile(
                article_id=article_id,
                name=clean_file_name(name),
                media_type=media_type,
                size=len(content),
                storage_key=key,
                for_citizens=for_citizens,
                added_by_id=asker.id,
                added_at=now,
            )
            tx.add(kept)
            await tx.flush()
            await audit(tx, now, "article.file_added", f"article:{article_id}", staff_id=asker.id, file=kept.id)
            return await self._changed(tx, article, asker)

    async def show(self, asker: Asker, article_id: int, version: int, file_id: int, *, for_citizens: bool) -> Article:
        """Whether citizens get it."""
        allow(asker, "change")
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "change")
            file = await _file(tx, article_id, file_id)
            file.for_citizens = for_citizens
            return await self._changed(tx, article, asker)

    async def drop(self, asker: Asker, article_id: int, version: int, file_id: int) -> Article:
        """Take a file away; the published article keeps its own until the draft takes its place."""
        allow(asker, "change")
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "change")
            await tx.delete(await _file(tx, article_id, file_id))
            now = self._clock.now()
            await audit(tx, now, "article.file_dropped", f"article:{article_id}", staff_id=asker.id, file=file_id)
            return await self._changed(tx, article, asker)

    async def _changed(self, tx: AsyncSession, article: Article, asker: Asker) -> Article:
        written(article, asker)
        return await record_writing(tx, article, self._clock.now(), asker.id)


async def _file(tx: AsyncSession, article_id: int, file_id: int) -> ArticleFile:
    found = (await tx.exec(select(ArticleFile).where(ArticleFile.article_id == article_id, col(ArticleFile.id) == file_id))).first()
    if found is None:
        raise NotFound("no such file")
    return found
