"""The sample base that a new database starts with."""

from collections import Counter
from datetime import date

import pytest
from sqlmodel import col, func, select

from core.knowledge.desk import KnowledgeDesk
from core.knowledge.drafting import ArticleDraft, checked
from core.knowledge.embedding import E5Embedder
from core.knowledge.model import Article, ArticleStatus, ArticleVersion, ForeignTopic, InformationItem, SynonymGroup
from core.knowledge.search.text import clean
from core.knowledge.search.vectors import ArticleTexts, Kind, Text
from core.knowledge.seed_vectors import read_vectors
from core.knowledge.seeding import read_foreign_topics, read_seeds, read_synonyms, seed_knowledge
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.fakes import LetterEmbedder
from tests.core.knowledge.phrases import PHRASES

TODAY = date(2026, 11, 25)
SEEDS = list(read_seeds())


@pytest.mark.clause("annex")
def test_every_kind_of_information_has_articles() -> None:
    kinds = Counter(seed.draft.item_no for seed in SEEDS)
    assert set(kinds) == set(range(1, 19))
    assert min(kinds.values()) >= 2
    assert len(SEEDS) >= 70


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.key)
def test_a_sample_is_marked_and_complete(seed: object) -> None:
    draft: ArticleDraft = seed.draft  # type: ignore[attr-defined]  # a parametrised Seed
    assert draft.title.endswith(PHRASES["cleaned"]["mark"][0].split()[-1])
    assert draft.source
    assert draft.spoken
    assert 3 <= len(draft.questions) <= 5


def test_the_words_are_plentiful() -> None:
    assert len(read_synonyms()) >= 60
    assert all(len(group) >= 2 for group in read_synonyms())
    assert len(read_foreign_topics()) == len(set(read_foreign_topics()))


def test_the_ready_vectors_cover_every_sample() -> None:
    model, vectors = read_vectors()
    wanted = {text.digest for seed in SEEDS for text in ArticleTexts.of(checked(seed.draft)).all()}
    wanted |= {Text.of(Kind.QUERY, clean(question)).digest for question in read_foreign_topics()}
    assert model == E5Embedder.name
    assert wanted == set(vectors), "run: python -m bench.knowledge --save-vectors"


async def test_seeding_twice_changes_nothing(transactions: Transactions, departments: None) -> None:
    counts = []
    for _ in range(2):
        async with transactions.begin() as tx:
            await seed_knowledge(tx, TODAY)
        async with transactions.begin() as tx:
            tables = (Article, ArticleVersion, InformationItem, SynonymGroup, ForeignTopic)
            counts.append([(await tx.exec(select(func.count()).select_from(table))).one() for table in tables])
    assert counts[0] == counts[1]
    assert counts[0][:3] == [len(SEEDS), len(SEEDS), 18]


async def test_an_article_that_an_editor_changed_is_left_alone(
    transactions: Transactions, departments: None, clock: MovableClock
) -> None:
    async with transactions.begin() as tx:
        await seed_knowledge(tx, TODAY)
        wanted = select(Article).where(col(Article.key) == SEEDS[0].key)
        article = (await tx.exec(wanted)).one()
    assert article.id is not None
    desk = KnowledgeDesk(transactions=transactions, clock=clock, embedder=LetterEmbedder())
    await desk.archive(article.id, article.version)
    async with transactions.begin() as tx:
        await seed_knowledge(tx, TODAY)
    assert (await desk.article(article.id)).status == ArticleStatus.ARCHIVED


async def test_a_changed_seed_reaches_an_unedited_article(transactions: Transactions, departments: None) -> None:
    async with transactions.begin() as tx:
        await seed_knowledge(tx, TODAY)
        article = (await tx.exec(select(Article).where(col(Article.key) == SEEDS[0].key))).one()
        article.answer, article.seed_digest = "old", "another"
    async with transactions.begin() as tx:
        await seed_knowledge(tx, TODAY)
    async with transactions.begin() as tx:
        found = await tx.get(Article, article.id)
    assert found is not None
    assert found.answer == SEEDS[0].draft.answer
    assert found.version == 2
