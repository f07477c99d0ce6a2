"""A desk over an almost empty base: departments and the 18 kinds, no articles."""

from typing import Any

import pytest
import yaml

from core.departments.model import Department
from core.knowledge.articles import count_words_change
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.drafting import ArticleDraft
from core.knowledge.model import Article, InformationItem
from core.knowledge.seeding import SEEDS, read_items
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.fakes import LetterEmbedder
from tests.core.knowledge.phrases import PHRASES
from tests.core.knowledge.town import Town, a_town


@pytest.fixture
async def departments(transactions: Transactions) -> None:
    async with transactions.begin() as tx:
        tx.add_all(Department(**row) for row in yaml.safe_load((SEEDS / "departments.yaml").read_text(encoding="utf-8")))


@pytest.fixture
async def items(transactions: Transactions) -> None:
    async with transactions.begin() as tx:
        tx.add_all(InformationItem(**row) for row in read_items())
        await count_words_change(tx)


@pytest.fixture
def embedder() -> LetterEmbedder:
    return LetterEmbedder()


@pytest.fixture
def desk(
    transactions: Transactions, clock: MovableClock, embedder: LetterEmbedder, departments: None, items: None
) -> KnowledgeDesk:
    return KnowledgeDesk(transactions=transactions, clock=clock, embedder=embedder)


@pytest.fixture
async def town(transactions: Transactions, clock: MovableClock, desk: KnowledgeDesk) -> Town:
    return await a_town(transactions, clock, desk)


def a_draft(name: str = "pool", **changes: Any) -> ArticleDraft:
    """A complete draft of one of the sample subjects."""
    phrase = PHRASES[name]
    fields = {"item_no": 4, "department": "culture", "title": phrase["title"], "answer": phrase["answer"], "source": "-"}
    return ArticleDraft(**{**fields, "questions": tuple(phrase["questions"]), **changes})


async def a_published_article(desk: KnowledgeDesk, name: str = "pool", **changes: Any) -> Article:
    """A draft that was published at once."""
    draft = await desk.save_draft(a_draft(name, **changes))
    assert draft.id is not None
    return await desk.publish(draft.id, draft.version)
