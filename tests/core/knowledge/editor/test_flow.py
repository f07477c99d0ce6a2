"""Two pairs of eyes over every text: written, submitted, approved by another, published; the old text answers meanwhile (4.5)."""

from typing import Any

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.editor.rules import NotNow, OwnArticle
from core.knowledge.model import Article, ArticleStage, ArticleStatus
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.clocks import MovableClock
from tests.core.knowledge.conftest import a_draft, a_published_article
from tests.core.knowledge.phrases import PHRASES
from tests.core.knowledge.town import Town

POOL = PHRASES["pool"]


async def a_submitted(town: Town, **changes: Any) -> Article:
    """A complete draft that waits for a colleague."""
    draft = await town.editor.writing.start(town.writer, a_draft(**changes))
    return await town.editor.review.submit(town.writer, draft.id or 0, draft.version)


@pytest.mark.clause("4.5")
async def test_a_text_answers_only_after_a_second_person_approved_it(town: Town) -> None:
    draft = await a_submitted(town)
    assert not (await town.desk.search(POOL["questions"][0])).hits
    with pytest.raises(OwnArticle):
        await town.editor.review.approve(town.writer, draft.id or 0, draft.version, publish=True)
    published = await town.editor.review.approve(town.other, draft.id or 0, draft.version, publish=True)
    assert (published.status, published.approved_by_id) == (ArticleStatus.PUBLISHED, town.other.id)
    assert (await town.desk.search(POOL["questions"][0])).hits[0].article_id == draft.id


async def test_whoever_mended_a_colleagues_text_may_not_approve_it(town: Town) -> None:
    draft = await a_submitted(town)
    mended = await town.editor.writing.save(town.other, draft.id or 0, draft.version, a_draft(answer=PHRASES["new_answer"]))
    assert mended.stage == ArticleStage.WRITING
    again = await town.editor.review.submit(town.other, draft.id or 0, mended.version)
    for writer in (town.writer, town.other):
        with pytest.raises(OwnArticle):
            await town.editor.review.approve(writer, draft.id or 0, again.version)
    assert (await town.editor.review.approve(town.senior, draft.id or 0, again.version)).stage == ArticleStage.APPROVED


async def test_a_text_that_was_changed_after_the_approval_is_approved_anew(town: Town) -> None:
    draft = await a_submitted(town)
    approved = await town.editor.review.approve(town.other, draft.id or 0, draft.version)
    changed = await town.editor.writing.save(town.writer, draft.id or 0, approved.version, a_draft(answer=PHRASES["new_answer"]))
    with pytest.raises(NotNow):
        await town.editor.review.publish(town.writer, draft.id or 0, changed.version)


async def test_a_text_that_nobody_approved_is_not_published_by_any_door(town: Town) -> None:
    draft = await a_submitted(town)
    with pytest.raises(NotAllowed) as refused:
        await town.desk.publish(draft.id or 0, draft.version, by=town.other)
    assert refused.value.code == "not_approved"


async def test_a_returned_text_says_what_is_to_be_mended(town: Town) -> None:
    draft = await a_submitted(town)
    with pytest.raises(Invalid):
        await town.editor.review.give_back(town.other, draft.id or 0, draft.version, "  ")
    await town.editor.review.give_back(town.other, draft.id or 0, draft.version, "The hours are wrong.")
    opened = await town.editor.reading.open(town.writer, draft.id or 0)
    assert (opened.article.stage, opened.article.stage_words) == (ArticleStage.RETURNED, "The hours are wrong.")
    assert opened.names[town.other.id] == town.other.full_name
    assert set(opened.deeds) == {"change", "submit", "discard"}


async def test_an_incomplete_draft_is_kept_but_not_submitted(town: Town) -> None:
    draft = await town.editor.writing.start(town.writer, a_draft(title="", answer="", item_no=None, department=None))
    with pytest.raises(Invalid) as refused:
        await town.editor.review.submit(town.writer, draft.id or 0, draft.version)
    assert refused.value.facts["fields"] == dict.fromkeys(("title", "answer", "item_no", "department"), "required")


async def test_the_published_text_answers_while_its_draft_is_edited(town: Town) -> None:
    article = await a_published_article(town.desk)
    draft = await town.editor.writing.revise(town.writer, article.id or 0)
    assert (draft.replaces_id, draft.answer) == (article.id, POOL["answer"])
    again = await town.editor.writing.revise(town.other, article.id or 0)
    assert again.id == draft.id
    saved = await town.editor.writing.save(town.writer, draft.id or 0, draft.version, a_draft(answer=PHRASES["new_answer"]))
    assert (await town.desk.search(POOL["questions"][0])).hits[0].answer == POOL["answer"]
    submitted = await town.editor.review.submit(town.writer, draft.id or 0, saved.version)
    published = await town.editor.review.approve(town.other, draft.id or 0, submitted.version, publish=True)
    assert published.id == article.id
    assert (await town.desk.search(POOL["questions"][0])).hits[0].answer == PHRASES["new_answer"]
    with pytest.raises(NotFound):
        await town.editor.reading.open(town.writer, draft.id or 0)


async def test_what_is_saved_while_typing_is_one_version(town: Town, clock: MovableClock) -> None:
    draft = await town.editor.writing.start(town.writer, a_draft(answer="1"))
    for number in range(2, 6):
        clock.move(minutes=1)
        draft = await town.editor.writing.save(town.writer, draft.id or 0, draft.version, a_draft(answer=str(number)))
    clock.move(minutes=11)
    draft = await town.editor.writing.save(town.writer, draft.id or 0, draft.version, a_draft(answer="after a pause"))
    await town.editor.writing.save(town.other, draft.id or 0, draft.version, a_draft(answer="another hand"))
    versions = (await town.editor.reading.open(town.writer, draft.id or 0)).versions
    assert [(one.answer, one.made_by) for one in versions] == [
        ("another hand", town.other.id),
        ("after a pause", town.writer.id),
        ("5", town.writer.id),
    ]


async def test_the_second_of_two_who_save_is_told(town: Town) -> None:
    draft = await town.editor.writing.start(town.writer, a_draft())
    await town.editor.writing.save(town.other, draft.id or 0, draft.version, a_draft(answer="mine"))
    with pytest.raises(Conflict):
        await town.editor.writing.save(town.writer, draft.id or 0, draft.version, a_draft(answer="yours"))


async def test_an_earlier_version_comes_back_as_a_draft(town: Town) -> None:
    article = await a_published_article(town.desk)
    number = article.version
    draft = await town.editor.writing.revise(town.writer, article.id or 0)
    draft = await town.editor.writing.save(town.writer, draft.id or 0, draft.version, a_draft(answer=PHRASES["new_answer"]))
    draft = await town.editor.review.submit(town.writer, draft.id or 0, draft.version)
    await town.editor.review.approve(town.other, draft.id or 0, draft.version, publish=True)
    assert (await town.editor.reading.version(town.writer, article.id or 0, number)).answer == POOL["answer"]
    restored = await town.editor.writing.restore(town.writer, article.id or 0, number)
    assert (restored.replaces_id, restored.answer, restored.status) == (article.id, POOL["answer"], ArticleStatus.DRAFT)
    assert (await town.desk.search(POOL["questions"][0])).hits[0].answer == PHRASES["new_answer"]


async def test_a_draft_that_is_given_up_is_gone_and_an_article_is_archived(town: Town) -> None:
    article = await a_published_article(town.desk)
    draft = await town.editor.writing.revise(town.writer, article.id or 0)
    await town.editor.writing.discard(town.writer, draft.id or 0, draft.version)
    archived = await town.editor.review.archive(town.writer, article.id or 0, article.version)
    assert not (await town.desk.search(POOL["questions"][0])).hits
    revived = await town.editor.writing.revise(town.writer, article.id or 0)
    assert (revived.id, revived.status, revived.version) == (article.id, ArticleStatus.DRAFT, archived.version + 1)
    await town.editor.writing.discard(town.writer, article.id or 0, revived.version)
    assert (await town.desk.article(article.id or 0)).status == ArticleStatus.ARCHIVED


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.PRESS, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_others_do_not_open_the_editor(desk: KnowledgeDesk, town: Town, role: Role) -> None:
    asker = Asker(id=1, login="a", full_name="A", role=role, on_shift=False, shortcuts_on=True, notify="all", session="s")
    for asked in (town.editor.lists.counts(asker), town.editor.words.read(asker), town.editor.questions.trend(asker)):
        with pytest.raises(NotAllowed):
            await asked
