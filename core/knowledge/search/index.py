"""The index of one process: kept current by a counter in the database, so that a change costs one small read."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from threading import Lock
from types import MappingProxyType

import numpy as np
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.knowledge.embedding import Embedder, Vectors
from core.knowledge.freshness import Freshness
from core.knowledge.model import Article, ArticleFile, ArticleStatus, ForeignTopic, InformationItem, KnowledgeState, SynonymGroup
from core.knowledge.search.calibration import CALIBRATIONS, UNKNOWN_MODEL
from core.knowledge.search.explaining import Explained
from core.knowledge.search.lexical import Phrase
from core.knowledge.search.results import Hit, HitFile, SearchResult
from core.knowledge.search.snapshot import Entry, Snapshot, count_terms
from core.knowledge.search.text import clean, lemmas
from core.knowledge.search.vectors import ArticleTexts, Kind, Text, embed, load_vectors

CACHED_QUERIES = 2048


class KnowledgeIndex:
    """Published articles in memory; ``pending`` are texts whose vectors the database does not have yet."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._calibration = CALIBRATIONS.get(embedder.name, UNKNOWN_MODEL)
        self._turn = asyncio.Lock()
        self._articles: dict[int, _Loaded] = {}
        self._entries: dict[int, Entry] = {}
        self._vectors: dict[str, Vectors] = {}
        self._synonyms: list[list[Phrase]] = []
        self._foreign: list[Text] = []
        self._freshness: dict[int, Freshness] = {}
        self._seen = (-1, -1)
        self.pending: tuple[Text, ...] = ()
        self.snapshot = self._snapshot()
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._cache_lock = Lock()

    async def refresh(self, tx: AsyncSession) -> None:
        """Load what changed since the last call; one row is read when nothing did."""
        async with self._turn:
            state = await tx.get(KnowledgeState, 1)
            now = (state.articles, state.words) if state else (0, 0)
            if now == self._seen and not self.pending:
                return
            changed = await self._load_articles(tx, now) if now[0] != self._seen[0] else set()
            if now[1] != self._seen[1]:
                await self._load_words(tx)
            self._seen = now
            touched = await self._load_vectors(tx)
            await asyncio.to_thread(self._rebuild, changed | touched)

    def search(self, query: str, *, today: date, limit: int, for_staff: bool = False) -> SearchResult:
        """Blocks while the question is embedded (about 15 ms): call it in a thread."""
        wanted = clean(query)
        snapshot = self.snapshot
        if not wanted or not len(snapshot):
            return SearchResult()
        repaired = snapshot.repair(wanted)
        return snapshot.rank(
            repaired or wanted, self.query_vector(repaired or wanted), today=today, limit=limit, for_staff=for_staff
        )

    def explain(self, query: str, *, today: date, limit: int, draft: Article | None = None) -> Explained:
        """The same search with its reasons; ``draft`` is looked for as if it were published. Blocks: call it in a thread."""
        wanted = clean(query)
        if not wanted:
            return Explained(searched="")
        snapshot = self.snapshot if draft is None else self._with(draft)
        repaired = snapshot.repair(wanted) or wanted
        topics = [topic.text for topic in self._foreign]
        found = snapshot.explain(repaired, self.query_vector(repaired), today=today, limit=limit, topics=topics)
        own = 0 if draft is None else draft.replaces_id or draft.id
        return replace(found, hits=tuple(replace(one, is_draft=one.hit.article_id == own) for one in found.hits))

    def _with(self, draft: Article) -> Snapshot:
        """What would be if the draft were published: the index itself stays as it is."""
        loaded = _Loaded(draft)
        made = embed(self._embedder, [text for text in loaded.texts.all() if text.digest not in self._vectors])
        vectors = {**self._vectors, **made}
        entry = _entry(loaded, lambda texts: self._stack(texts, vectors))
        own = draft.replaces_id or draft.id or 0
        hit = replace(entry.hit, article_id=own)
        return self._snapshot({**self._entries, own: replace(entry, hit=hit)})

    def recite(self, article_id: int, *, today: date, for_staff: bool = False) -> Hit | None:
        """One published article, if the asker may see it."""
        return self.snapshot.recite(article_id, today=today, for_staff=for_staff)

    def listed(self, *, today: date) -> tuple[Hit, ...]:
        """What a citizen may read on this day, by kind and title."""
        return self.snapshot.listed(today)

    def query_vector(self, text: str) -> Vectors:
        """The vector of a cleaned question; the last 2048 are remembered."""
        with self._cache_lock:
            found = self._cache.get(text)
            if found is not None:
                self._cache.move_to_end(text)
                return found
        made: Vectors = self._embedder.queries([text])[0]
        with self._cache_lock:
            self._cache[text] = made
            if len(self._cache) > CACHED_QUERIES:
                self._cache.popitem(last=False)
        return made

    def fill(
        self,
        articles: Sequence[Article],
        *,
        synonyms: Sequence[Sequence[str]],
        foreign: Sequence[str],
        known: Mapping[str, Vectors] = MappingProxyType({}),
    ) -> None:
        """Load without a database and embed at once what has no ``known`` vector; the articles need ids. For benchmarks."""
        self._articles = _loaded(articles)
        self._synonyms, self._foreign = _lemmatised(synonyms), _topics(foreign)
        texts = [text for article in self._articles.values() for text in article.texts.all()]
        missing = [text for text in (*texts, *self._foreign) if text.digest not in known]
        self._vectors = {**known, **embed(self._embedder, missing)}
        self._rebuild(set(self._articles))

    def vectors(self) -> Mapping[str, Vectors]:
        """All vectors that are in use, by digest."""
        return self._vectors

    async def _load_articles(self, tx: AsyncSession, now: tuple[int, int]) -> set[int]:
        rows = (await tx.exec(select(Article).where(col(Article.changed_in) > self._seen[0]))).all()
        changed = set()
        for row in rows:
            tx.expunge(row)
            assert row.id is not None
            changed.add(row.id)
            if row.status != ArticleStatus.PUBLISHED:
                self._articles.pop(row.id, None)
                self._entries.pop(row.id, None)
        published = [row for row in rows if row.status == ArticleStatus.PUBLISHED]
        files = await _files_of(tx, [row.id for row in published if row.id is not None])
        self._articles |= await asyncio.to_thread(_loaded, published, files)
        return changed

    async def _load_words(self, tx: AsyncSession) -> None:
        groups = (await tx.exec(select(SynonymGroup.words))).all()
        self._synonyms = await asyncio.to_thread(_lemmatised, groups)
        self._foreign = _topics((await tx.exec(select(ForeignTopic.question))).all())
        items = (await tx.exec(select(InformationItem))).all()
        self._freshness = {
            item.no: Freshness(update_within_working_days=item.update_within_working_days, review_every=item.review_every)
            for item in items
        }

    async def _load_vectors(self, tx: AsyncSession) -> set[int]:
        """Fetch vectors that are not in memory; gives the articles that gained some, and sets ``pending``."""
        wanted: dict[str, Text] = {}
        owners: dict[str, set[int]] = {}
        for number, article in self._articles.items():
            for text in article.texts.all():
                wanted[text.digest] = text
                owners.setdefault(text.digest, set()).add(number)
        wanted |= {topic.digest: topic for topic in self._foreign}
        missing = [key for key in wanted if key not in self._vectors]
        found = await load_vectors(tx, self._embedder.name, missing)
        self._vectors = {key: vector for key, vector in self._vectors.items() if key in wanted} | found
        self.pending = tuple(wanted[key] for key in missing if key not in found)
        return {owner for key in found for owner in owners.get(key, ())}

    def _rebuild(self, changed: set[int]) -> None:
        for number in changed & self._articles.keys():
            self._entries[number] = _entry(self._articles[number], self._matrix)
        self.snapshot = self._snapshot()

    def _snapshot(self, entries: Mapping[int, Entry] | None = None) -> Snapshot:
        entries = self._entries if entries is None else entries
        return Snapshot(
            [entries[number] for number in sorted(entries)],
            synonyms=self._synonyms,
            foreign=self._matrix(self._foreign),
            freshness=self._freshness,
            calibration=self._calibration,
        )

    def _matrix(self, texts: Iterable[Text]) -> Vectors:
        return self._stack(texts, self._vectors)

    def _stack(self, texts: Iterable[Text], vectors: Mapping[str, Vectors]) -> Vectors:
        blank = np.zeros(self._embedder.width, dtype=np.float32)
        rows = [vectors.get(text.digest, blank) for text in texts]
        return np.vstack(rows) if rows else np.zeros((0, self._embedder.width), dtype=np.float32)


class _Loaded:
    """A published article with what the search makes of its texts."""

    def __init__(self, article: Article, files: tuple[HitFile, ...] = ()) -> None:
        self.article = article
        self.files = files
        self.texts = ArticleTexts.of(article)
        self.terms, self.surface = count_terms([text.text for text in self.texts.asked], self.texts.answer)


def _loaded(articles: Sequence[Article], files: Mapping[int, tuple[HitFile, ...]] = MappingProxyType({})) -> dict[int, _Loaded]:
    return {article.id: _Loaded(article, files.get(article.id, ())) for article in articles if article.id is not None}


async def _files_of(tx: AsyncSession, articles: Sequence[int]) -> Mapping[int, tuple[HitFile, ...]]:
    """What citizens get beside the answers."""
    if not articles:
        return {}
    wanted = select(ArticleFile).where(col(ArticleFile.for_citizens).is_(True), col(ArticleFile.article_id).in_(articles))
    found: dict[int, tuple[HitFile, ...]] = {}
    for file in (await tx.exec(wanted.order_by(col(ArticleFile.id)))).all():
        kept = HitFile(key=file.storage_key, name=file.name, media_type=file.media_type)
        found[file.article_id] = (*found.get(file.article_id, ()), kept)
    return found


def _entry(loaded: _Loaded, matrix: Callable[[Iterable[Text]], Vectors]) -> Entry:
    return Entry(
        hit=_as_hit(loaded.article, loaded.files),
        valid_until=loaded.article.valid_until,
        asked=tuple(text.text for text in loaded.texts.asked),
        questions=matrix(loaded.texts.asked),
        passage=matrix([loaded.texts.passage]),
        terms=loaded.terms,
        surface=loaded.surface,
    )


def _topics(questions: Sequence[str]) -> list[Text]:
    return [Text.of(Kind.QUERY, text) for text in map(clean, questions) if text]


def _as_hit(article: Article, files: tuple[HitFile, ...]) -> Hit:
    assert article.id is not None
    return Hit(
        article_id=article.id,
        item_no=article.item_no,
        title=article.title,
        answer=article.answer,
        spoken=article.spoken,
        source=article.source,
        department=article.department or "",
        confirmed_on=article.confirmed_on,
        stale=False,
        sample=article.sample,
        restricted=article.restricted,
        score=0.0,
        files=files,
    )


def _lemmatised(groups: Sequence[Sequence[str]]) -> list[list[Phrase]]:
    return [[tuple(lemmas(phrase)) for phrase in group] for group in groups]
