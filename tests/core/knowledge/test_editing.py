"""What editors do to the articles, on a real database."""

from typing import Any

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.knowledge.desk import ArticleFilter, KnowledgeDesk
from core.knowledge.model import ArticleStatus
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.clocks import MovableClock
from tests.core.knowledge.conftest import a_draft, a_published_article
from tests.core.knowledge.phrases import PHRASES

POOL = PHRASES["pool"]


def an_asker(role: Role) -> Asker:
    return Asker(id=1, login="a", full_name="A", role=role, on_shift=False, shortcuts_on=True, notify="all", session="s")


async def test_a_published_article_answers_until_its_new_version_is_published(desk: KnowledgeDesk) -> None:
    article = await a_published_article(desk)
    assert article.id is not None
    draft = await desk.save_draft(a_draft(answer=PHRASES["new_answer"]), article_id=article.id, version=article.version)
    assert draft.id not in (None, article.id)
    assert (await desk.search(POOL["questions"][0])).hits[0].answer == POOL["answer"]
    assert draft.id is not None
    published = await desk.publish(draft.id, draft.version)
    assert published.id == article.id
    assert (await desk.search(POOL["questions"][0])).hits[0].answer == PHRASES["new_answer"]
    with pytest.raises(NotFound):
        await desk.article(draft.id)


async def test_every_version_is_kept_in_full(desk: KnowledgeDesk, clock: MovableClock) -> None:
    article = await a_published_article(desk)
    assert article.id is not None
    draft = await desk.save_draft(a_draft(answer=PHRASES["new_answer"]), article_id=article.id, version=article.version)
    assert draft.id is not None
    await desk.publish(draft.id, draft.version)
    history = await desk.versions(article.id)
    assert [(version.deed, version.answer) for version in history] == [
        ("publish", PHRASES["new_answer"]),
        ("publish", POOL["answer"]),
        ("save", POOL["answer"]),
    ]
    assert history[0].made_at == clock.now()


async def test_the_second_of_two_editors_is_told(desk: KnowledgeDesk) -> None:
    draft = await desk.save_draft(a_draft())
    assert draft.id is not None
    await desk.save_draft(a_draft(answer=PHRASES["new_answer"]), article_id=draft.id, version=draft.version)
    with pytest.raises(Conflict):
        await desk.save_draft(a_draft(), article_id=draft.id, version=1)


async def test_one_draft_at_a_time_stands_beside_a_published_article(desk: KnowledgeDesk) -> None:
    article = await a_published_article(desk)
    first = await desk.save_draft(a_draft(), article_id=article.id, version=article.version)
    with pytest.raises(Conflict) as refused:
        await desk.save_draft(a_draft(), article_id=article.id, version=article.version)
    assert refused.value.facts["draft"] == first.id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"title": " \u200b "}, "title", id="no title"),
        pytest.param({"answer": ""}, "answer", id="no answer"),
        pytest.param({"title": "x" * 301}, "title", id="a long title"),
        pytest.param({"item_no": 19}, "item_no", id="no such row of the annex"),
        pytest.param({"department": "nobody"}, "department", id="no such department"),
        pytest.param({"questions": ("x" * 301,)}, "questions", id="a long question"),
    ],
)
async def test_an_unfit_draft_is_refused(desk: KnowledgeDesk, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.save_draft(a_draft(**changes))
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("field", ["item_no", "department"])
async def test_an_incomplete_draft_is_not_published(desk: KnowledgeDesk, field: str) -> None:
    draft = await desk.save_draft(a_draft(**dict[str, Any]({field: None})))
    assert draft.id is not None
    with pytest.raises(Invalid) as refused:
        await desk.publish(draft.id, draft.version)
    assert refused.value.facts["field"] == field


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.PRESS, Role.AUDITOR])
async def test_only_editors_change_the_base(desk: KnowledgeDesk, role: Role) -> None:
    with pytest.raises(NotAllowed):
        await desk.save_draft(a_draft(), by=an_asker(role))
    with pytest.raises(NotAllowed):
        await desk.save_synonyms(PHRASES["synonyms"], by=an_asker(role))


async def test_a_list_comes_in_pages(desk: KnowledgeDesk) -> None:
    made = [(await desk.save_draft(a_draft())).id for _ in range(5)]
    await a_published_article(desk, "skating")
    drafts = ArticleFilter(status=ArticleStatus.DRAFT)
    first = await desk.articles(drafts, limit=3)
    second = await desk.articles(drafts, limit=3, before=first.next_before)
    assert [article.id for article in (*first.articles, *second.articles)] == made[::-1]
    assert second.next_before is None
    assert [article.title for article in (await desk.articles(ArticleFilter(words=PHRASES["skating"]["title"][:4]))).articles] == [
        PHRASES["skating"]["title"]
    ]
