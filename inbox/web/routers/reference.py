"""What helps to answer: terms, ready answers, the knowledge base."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from core.conversations.thread import NEWEST
from core.knowledge.markup import plain
from core.staff.abilities import Ability
from core.staff.cleaning import clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.ports import FoundArticles
from inbox.web.schemas import ArticleHit, CannedAnswerView, TermPreview

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["reference"])

SUGGESTED = 3


@router.get("/terms")
async def terms(asker: SignedIn, office: Desks) -> list[TermPreview]:
    """The due dates that a registration today would get (2.8.7)."""
    asker.must(Ability.READ_INBOX)
    found = await office.appeals.terms()
    return [TermPreview(urgency=urgency.value, due_on=due_on, clause=clause) for urgency, due_on, clause in found]


@router.get("/canned-answers")
async def canned_answers(asker: SignedIn, office: Desks) -> list[CannedAnswerView]:
    """All ready answers."""
    asker.must(Ability.READ_INBOX)
    return [CannedAnswerView.model_validate(one, from_attributes=True) for one in await office.staff.canned_answers()]


@router.get("/knowledge/search")
async def search_knowledge(
    asker: SignedIn,
    office: Desks,
    query: Annotated[str, Query(min_length=1, max_length=400)],
    limit: Annotated[int, Query(ge=1, le=20)] = 10,
) -> list[ArticleHit]:
    """The articles that answer a question."""
    asker.must(Ability.READ_KNOWLEDGE)
    found = await office.knowledge.search(clean_text(query), limit, for_staff=True)
    return _hits(found, await office.knowledge.department_names())


@router.get("/knowledge/suggest")
async def suggest_knowledge(
    asker: SignedIn, office: Desks, conversation_id: Annotated[int, Query(ge=1, le=NEWEST)]
) -> list[ArticleHit]:
    """Three articles by the last words of the citizen."""
    asker.must(Ability.READ_KNOWLEDGE)
    words = await office.operators.reading.last_words(asker, conversation_id)
    if not words:
        return []
    found = await office.knowledge.search(words, SUGGESTED, for_staff=True)
    return _hits(found, await office.knowledge.department_names())


def _hits(found: FoundArticles, departments: Mapping[str, str]) -> list[ArticleHit]:
    return [
        ArticleHit(
            id=hit.article_id,
            title=hit.title,
            answer=plain(hit.answer),
            source=hit.source,
            department=departments.get(hit.department, hit.department),
            confirmed_on=hit.confirmed_on,
            stale=hit.stale,
            score=hit.score,
        )
        for hit in found.hits
    ]
