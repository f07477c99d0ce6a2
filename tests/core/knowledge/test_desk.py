"""The knowledge desk on a real database."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from core.clock import MOSCOW
from core.errors import Invalid, NotAllowed, NotFound
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.model import Article, TextVector
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.conftest import a_draft, a_published_article
from tests.core.knowledge.fakes import LetterEmbedder
from tests.core.knowledge.phrases import PHRASES

POOL = PHRASES["pool"]


async def test_a_published_article_answers_with_its_source_and_date(desk: KnowledgeDesk, clock: MovableClock) -> None:
    article = await a_published_article(desk, source="Order 1")
    found = await desk.search(POOL["questions"][0])
    assert found.answered
    hit = found.hits[0]
    assert (hit.article_id, hit.answer, hit.source, hit.department) == (article.id, POOL["answer"], "Order 1", "culture")
    assert hit.confirmed_on == clock.today()
    assert not hit.stale


@pytest.mark.parametrize("query", [PHRASES["typo"], PHRASES["yo_upper"]], ids=["a typo", "capitals"])
async def test_a_question_is_found_despite_its_spelling(desk: KnowledgeDesk, query: str) -> None:
    article = await a_published_article(desk)
    await a_published_article(desk, "skating")
    found = await desk.search(query)
    assert found.answered
    assert found.hits[0].article_id == article.id


async def test_a_question_without_an_answer_gets_the_nearest_articles(desk: KnowledgeDesk) -> None:
    await a_published_article(desk)
    await a_published_article(desk, "skating")
    found = await desk.search(PHRASES["foreign"])
    assert not found.answered
    assert len(found.hits) == 2


async def test_an_empty_base_answers_nothing(desk: KnowledgeDesk) -> None:
    assert (await desk.search(POOL["title"])).hits == ()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"restricted": True}, id="restricted", marks=pytest.mark.clause("2.10")),
        pytest.param({"valid_until": date(2026, 11, 24)}, id="expired"),
    ],
)
async def test_a_citizen_never_sees_it(desk: KnowledgeDesk, changes: dict[str, Any]) -> None:
    article = await a_published_article(desk, **changes)
    assert article.id is not None
    assert (await desk.search(POOL["questions"][0])).hits == ()
    with pytest.raises(NotFound):
        await desk.recite(article.id)


@pytest.mark.clause("2.10")
async def test_staff_find_restricted_articles(desk: KnowledgeDesk) -> None:
    article = await a_published_article(desk, "secret", restricted=True)
    assert article.id is not None
    found = await desk.search(PHRASES["secret"]["questions"][0], for_staff=True)
    assert found.answered
    assert found.hits[0].restricted
    assert (await desk.recite(article.id, for_staff=True)).title == article.title


async def test_an_article_expires_while_the_centre_runs(desk: KnowledgeDesk, clock: MovableClock) -> None:
    await a_published_article(desk, valid_until=date(2026, 11, 25))
    assert (await desk.search(POOL["questions"][0])).answered
    clock.move(days=1)
    assert not (await desk.search(POOL["questions"][0])).hits


async def test_a_draft_does_not_answer_and_an_archived_article_stops(desk: KnowledgeDesk) -> None:
    draft = await desk.save_draft(a_draft())
    assert draft.id is not None
    assert not (await desk.search(POOL["questions"][0])).hits
    article = await desk.publish(draft.id, draft.version)
    assert (await desk.search(POOL["questions"][0])).answered
    await desk.archive(draft.id, article.version)
    assert not (await desk.search(POOL["questions"][0])).hits


@pytest.mark.clause("annex")
async def test_an_article_past_its_review_term_says_so_until_it_is_confirmed(desk: KnowledgeDesk, clock: MovableClock) -> None:
    article = await a_published_article(desk)
    assert article.id is not None
    clock.move(days=100)
    assert (await desk.search(POOL["questions"][0])).hits[0].stale
    await desk.confirm(article.id, article.version)
    hit = (await desk.search(POOL["questions"][0])).hits[0]
    assert not hit.stale
    assert hit.confirmed_on == clock.today()


async def test_a_confirmation_cannot_lie_in_the_future(desk: KnowledgeDesk, clock: MovableClock) -> None:
    article = await a_published_article(desk)
    assert article.id is not None
    with pytest.raises(Invalid):
        await desk.confirm(article.id, article.version, on=clock.today() + timedelta(days=1))


async def test_only_a_published_article_is_confirmed(desk: KnowledgeDesk) -> None:
    draft = await desk.save_draft(a_draft())
    assert draft.id is not None
    with pytest.raises(NotAllowed):
        await desk.confirm(draft.id, draft.version)


async def test_synonyms_work_as_soon_as_they_are_saved(desk: KnowledgeDesk) -> None:
    article = await a_published_article(desk)
    before = (await desk.search(PHRASES["synonym_query"])).hits[0].score
    await desk.save_synonyms(PHRASES["synonyms"])
    found = (await desk.search(PHRASES["synonym_query"])).hits[0]
    assert found.article_id == article.id
    assert found.score > before
    assert await desk.synonyms() == [tuple(group) for group in PHRASES["synonyms"]]
    with pytest.raises(Invalid):
        await desk.save_synonyms([["one"]])


async def test_a_question_nearer_to_a_foreign_topic_is_not_answered(desk: KnowledgeDesk) -> None:
    await a_published_article(desk)
    query = PHRASES["near"]
    assert (await desk.search(query)).answered
    await desk.save_foreign_topics([query])
    assert not (await desk.search(query)).answered
    assert await desk.foreign_topics() == [query]


async def test_a_change_in_one_process_is_seen_in_another(
    desk: KnowledgeDesk, transactions: Transactions, clock: MovableClock
) -> None:
    other = KnowledgeDesk(transactions=transactions, clock=clock, embedder=LetterEmbedder())
    assert not (await other.search(POOL["questions"][0])).hits
    await a_published_article(desk)
    assert (await other.search(POOL["questions"][0])).answered


async def test_a_restart_does_not_embed_again(desk: KnowledgeDesk, transactions: Transactions, clock: MovableClock) -> None:
    await a_published_article(desk)
    await desk.warm()
    embedder = LetterEmbedder()
    restarted = KnowledgeDesk(transactions=transactions, clock=clock, embedder=embedder)
    assert (await restarted.search(POOL["questions"][0])).answered
    assert embedder.texts == 1, "only the question"


async def test_a_repeated_question_is_not_embedded_again(desk: KnowledgeDesk, embedder: LetterEmbedder) -> None:
    await a_published_article(desk)
    await desk.search(PHRASES["foreign"])
    before = embedder.texts
    await desk.search(PHRASES["foreign"])
    assert embedder.texts == before


async def test_vectors_of_texts_that_are_gone_are_forgotten(desk: KnowledgeDesk, transactions: Transactions) -> None:
    article = await a_published_article(desk)
    await a_published_article(desk, "skating")
    await desk.warm()
    assert article.id is not None
    await desk.archive(article.id, article.version)
    await desk.forget_old_vectors()
    async with transactions.begin() as tx:
        left = (await tx.exec(select(func.count()).select_from(TextVector))).one()
    assert left == 3, "title, question and passage of the other article"


async def test_many_new_articles_wait_for_the_worker(desk: KnowledgeDesk) -> None:
    for number in range(15):
        await a_published_article(desk, title=f"title {number}", questions=(f"question {number}",))
    assert not (await desk.search("question 7 x")).answered
    assert await desk.embed_pending() == 45
    assert (await desk.search("question 7 x")).answered
    assert await desk.embed_pending() == 0


@given(text=st.text(alphabet=st.characters(codec=None), max_size=300))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_search_never_fails_on_any_text(ready: KnowledgeDesk, text: str) -> None:
    assert len((await ready.search(text)).hits) <= 3


@pytest.fixture
async def ready(desk: KnowledgeDesk) -> KnowledgeDesk:
    await a_published_article(desk)
    await a_published_article(desk, "skating")
    return desk


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 1_000_000, id="5 MB"),
        pytest.param("\U0001f525" * 500, id="emoji only"),
        pytest.param("\u200b\u200d\ufeff", id="zero width"),
        pytest.param("\u202e\u2067abc\u2069", id="right to left"),
        pytest.param("\x00\x01\x1b[2J", id="control"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param("a\u0301" * 1000, id="combining marks"),
        pytest.param("", id="nothing"),
        pytest.param("'; DROP TABLE article; --", id="sql"),
    ],
)
async def test_hostile_text_is_only_text(ready: KnowledgeDesk, text: str) -> None:
    assert not (await ready.search(text)).answered


async def test_times_are_aware(desk: KnowledgeDesk, clock: MovableClock) -> None:
    article: Article = await a_published_article(desk)
    assert article.updated_at.astimezone(MOSCOW).date() == clock.today()
