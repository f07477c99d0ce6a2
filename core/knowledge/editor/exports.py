"""Articles handed out: one or several as a Word file, any number as YAML that the import reads back (4.5)."""

import asyncio
import io
import zipfile
from collections.abc import Sequence

from sqlmodel import select

from core.audit.trail import record as audit
from core.clock import Clock
from core.departments.model import Department
from core.errors import NotFound
from core.knowledge.editor.lists import ArticleLists, ListFilter
from core.knowledge.exporting.articles_yaml import articles_yaml
from core.knowledge.exporting.word import articles_docx
from core.knowledge.importing.limits import ARTICLES_LIMIT
from core.knowledge.importing.vocabulary import Content
from core.knowledge.model import Article
from core.staff.asker import Asker
from db.transactions import Transactions

WORD_LIMIT = 100
"""Articles of one Word file: more are no reading any more."""
YAML_LIMIT = 20 * ARTICLES_LIMIT
ZIP = "application/zip"


class ArticleExports:
    """Each export is recorded, and raises NotAllowed, and NotFound when nothing is chosen."""

    def __init__(self, *, transactions: Transactions, clock: Clock, lists: ArticleLists) -> None:
        self._transactions = transactions
        self._clock = clock
        self._lists = lists

    async def word(self, asker: Asker, chosen: ListFilter, ids: Sequence[int]) -> tuple[str, str, bytes]:
        """Name, media type and bytes of a .docx of the articles with these ids, or else of the filter's first hundred."""
        articles = await self._chosen(asker, chosen, ids, WORD_LIMIT, "docx")
        async with self._transactions.begin() as tx:
            names = {one.key: one.name for one in (await tx.exec(select(Department))).all()}
        name = f"article-{articles[0].id}" if len(articles) == 1 else f"articles-{self._clock.today()}"
        return f"{name}.docx", Content.DOCX, await asyncio.to_thread(articles_docx, articles, names)

    async def yaml(self, asker: Asker, chosen: ListFilter, ids: Sequence[int]) -> tuple[str, str, bytes]:
        """The same as YAML; more than one import takes are several files in a ZIP."""
        articles = await self._chosen(asker, chosen, ids, YAML_LIMIT, "yaml")
        name = f"knowledge-{self._clock.today()}"
        if len(articles) <= ARTICLES_LIMIT:
            return f"{name}.yaml", Content.YAML, articles_yaml(articles).encode()
        return f"{name}.zip", ZIP, await asyncio.to_thread(_zipped, name, articles)

    async def _chosen(self, asker: Asker, chosen: ListFilter, ids: Sequence[int], most: int, shape: str) -> Sequence[Article]:
        articles = await self._lists.chosen(asker, chosen, ids[:most], most)
        if not articles:
            raise NotFound("nothing is chosen")
        async with self._transactions.begin() as tx:
            subject = f"article:{articles[0].id}"
            await audit(tx, self._clock.now(), "article.exported", subject, staff_id=asker.id, shape=shape, count=len(articles))
        return articles


def _zipped(name: str, articles: Sequence[Article]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, first in enumerate(range(0, len(articles), ARTICLES_LIMIT), 1):
            archive.writestr(f"{name}-{number}.yaml", articles_yaml(articles[first : first + ARTICLES_LIMIT]))
    return made.getvalue()
