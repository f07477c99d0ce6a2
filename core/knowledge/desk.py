"""The knowledge desk: what citizens and staff ask of the knowledge base, and what editors do to it (reg. 2.3, 2.6, 2.8.1, 4)."""

import asyncio
from collections.abc import Sequence

from core.clock import Clock
from core.errors import NotFound
from core.knowledge.editing import ArticleFilter, ArticlePage, KnowledgeEditing
from core.knowledge.embedding import Embedder, Vectors
from core.knowledge.model import Article
from core.knowledge.search.explaining import Explained
from core.knowledge.search.index import KnowledgeIndex
from core.knowledge.search.results import Hit, SearchResult
from core.knowledge.search.vectors import embed, forget_vectors, store_vectors
from core.knowledge.wordlists import WordLists
from db.transactions import Transactions

__all__ = ["ArticleFilter", "ArticlePage", "KnowledgeDesk"]

EMBEDDED_AT_ONCE = 40
"""Texts that a search embeds by itself (about half a second); more wait for ``embed_pending``."""


class KnowledgeDesk(KnowledgeEditing, WordLists):
    """Answers questions and keeps the articles; each change of an article takes the version that the editor saw."""

    def __init__(self, *, transactions: Transactions, clock: Clock, embedder: Embedder) -> None:
        super().__init__(transactions=transactions, clock=clock)
        self._embedder = embedder
        self._index = KnowledgeIndex(embedder)
        self._embedding = asyncio.Lock()

    async def search(self, query: str, limit: int = 3, *, for_staff: bool = False) -> SearchResult:
        """The best articles; any text is safe. Restricted ones (2.10) are found for staff only."""
        await self._refresh()
        if 0 < len(self._index.pending) <= EMBEDDED_AT_ONCE:
            await self.embed_pending()
        today = self._clock.today()
        return await asyncio.to_thread(self._index.search, query, today=today, limit=max(limit, 0), for_staff=for_staff)

    async def explained(self, query: str, limit: int = 5, *, draft: Article | None = None) -> Explained:
        """What a citizen's search would find and why; a ``draft`` counts as published, for this question alone."""
        await self._refresh()
        if 0 < len(self._index.pending) <= EMBEDDED_AT_ONCE:
            await self.embed_pending()
        return await asyncio.to_thread(self._index.explain, query, today=self._clock.today(), limit=limit, draft=draft)

    def vectors_of(self, questions: Sequence[str]) -> Vectors:
        """Vectors of questions that were made fit for search, a row each. Blocks about 15 ms each: call it in a thread."""
        return self._embedder.queries(questions)

    @property
    def model(self) -> str:
        """Vectors of different models are not comparable."""
        return self._embedder.name

    async def recite(self, article_id: int, *, for_staff: bool = False) -> Hit:
        """One published article that is still valid; raises NotFound, also for a restricted one when a citizen asks."""
        await self._refresh()
        found = self._index.recite(article_id, today=self._clock.today(), for_staff=for_staff)
        if found is None:
            raise NotFound("no such article")
        return found

    async def listed(self) -> tuple[Hit, ...]:
        """Every article that a citizen may read today, by kind and title: for those who choose from lists."""
        await self._refresh()
        return self._index.listed(today=self._clock.today())

    async def warm(self) -> None:
        """Load the index and the model and embed what is missing: call it once before the first citizen."""
        await self.embed_pending()
        await asyncio.to_thread(self._index.query_vector, "-")

    async def embed_pending(self) -> int:
        """Make the vectors that the database lacks; gives their number. Also a job for the worker after an import."""
        async with self._embedding:
            await self._refresh()
            pending = self._index.pending
            if not pending:
                return 0
            made = await asyncio.to_thread(embed, self._embedder, pending)
            async with self._transactions.begin() as tx:
                await store_vectors(tx, self._embedder.name, made)
            await self._refresh()
            return len(made)

    async def forget_old_vectors(self) -> None:
        """Drop vectors of texts that are gone; for the timetable."""
        await self._refresh()
        async with self._transactions.begin() as tx:
            await forget_vectors(tx, self._embedder.name, list(self._index.vectors()))

    async def _refresh(self) -> None:
        async with self._transactions.begin() as tx:
            await self._index.refresh(tx)
