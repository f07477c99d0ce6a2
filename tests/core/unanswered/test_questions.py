"""Questions without an answer: gathered without anybody's data, put to their like, each decided once (2.3)."""

import time
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from sqlmodel import col, func, select

from core.conversations.model import Conversation, Message
from core.errors import NotAllowed
from core.knowledge.embedding import Vectors
from core.knowledge.model import ForeignTopic
from core.masking.questions import LIMIT, masked
from core.people.model import ChannelIdentity
from core.retention import QUESTIONS_KEPT, tidy
from core.unanswered.desk import Decided
from core.unanswered.gathering import Asked, Groups
from core.unanswered.model import GroupState, QuestionGroup, UnansweredQuestion
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.conftest import a_draft, a_published_article, departments, desk, embedder, items, town
from tests.core.knowledge.town import Town

PHRASES = cast(dict[str, Any], yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8")))
__all__ = ["departments", "desk", "embedder", "items", "town"]


async def say(transactions: Transactions, now: datetime, *texts: str, channel: str = "telegram", **details: Any) -> None:
    """Messages of one citizen that were noted as unanswered."""
    async with transactions.begin() as tx:
        identity = ChannelIdentity(channel=channel, external_id=f"{time.monotonic_ns()}", created_at=now)
        tx.add(identity)
        await tx.flush()
        talk = Conversation(channel=channel, identity_id=identity.id or 0, last_message_at=now, opened_at=now)
        tx.add(talk)
        await tx.flush()
        for text in texts:
            noted = {"answered": False, **details}
            tx.add(Message(conversation_id=talk.id or 0, author="citizen", text=text, details=noted, created_at=now))


@pytest.mark.clause("2.10")
@pytest.mark.parametrize(("said", "kept"), PHRASES["masked"].values(), ids=PHRASES["masked"])
def test_a_question_is_kept_without_the_persons_data(said: str, kept: str) -> None:
    assert masked(said) == kept


def test_any_text_is_masked_in_bounded_time() -> None:
    began = time.monotonic()
    for text in (PHRASES["long"] * 400_000, "8 " * 500_000, "a@" * 500_000, "<script>" * 100_000, "\u200b\u202e" * 100_000):
        assert len(masked(text)) <= LIMIT
    assert time.monotonic() - began < 5


async def test_questions_that_ask_the_same_are_one_line(town: Town, transactions: Transactions, clock: MovableClock) -> None:
    article = await a_published_article(town.desk)
    await say(transactions, clock.now(), *PHRASES["like"], articles=[[article.id, 0.41]])
    await say(transactions, clock.now(), PHRASES["other"], channel="voice", articles=[[999, 0.2]])
    assert await town.editor.gathering.gather() == 4
    assert await town.editor.gathering.gather() == 0
    first, second = await town.editor.questions.page(town.senior)
    assert (first.group.text, first.group.asked, first.week, first.before) == (PHRASES["like"][0], 3, 3, 0)
    assert (second.group.asked, second.channels) == (1, ("voice",))
    opened = await town.editor.questions.open(town.senior, first.group.id or 0)
    assert opened.nearest is not None and opened.nearest.id == article.id
    assert {one.score for one in opened.questions} == {0.41}
    clock.move(days=8)
    assert (await town.editor.questions.page(town.senior))[0].before == 3
    trend = await town.editor.questions.trend(town.senior)
    assert [asked for _, asked in trend.weeks][-2:] == [4, 0]
    assert (len(trend.weeks), trend.groups) == (12, {"open": 2})


async def test_a_pressed_button_is_no_question_and_of_a_letter_the_question_is_kept(
    town: Town, transactions: Transactions, clock: MovableClock
) -> None:
    await say(transactions, clock.now(), PHRASES["other"], button=PHRASES["other"])
    await say(transactions, clock.now(), PHRASES["letter"], channel="email")
    assert await town.editor.gathering.gather() == 1
    (row,) = await town.editor.questions.page(town.senior)
    assert row.group.text == PHRASES["letter_question"]


async def test_a_group_is_decided_once(town: Town, transactions: Transactions, clock: MovableClock) -> None:
    await say(transactions, clock.now(), *PHRASES["like"], PHRASES["other"])
    await town.editor.gathering.gather()
    like, other = await town.editor.questions.page(town.writer)
    with pytest.raises(NotAllowed):
        await town.editor.questions.draft(town.senior, like.group.id or 0)
    draft = await town.editor.questions.draft(town.writer, like.group.id or 0)
    assert set(draft.questions) == set(PHRASES["like"])
    with pytest.raises(Decided):
        await town.editor.questions.dismiss(town.other, like.group.id or 0)
    await town.editor.questions.make_foreign(town.writer, other.group.id or 0)
    async with transactions.begin() as tx:
        assert (await tx.exec(select(ForeignTopic.question))).all() == [PHRASES["other"]]
    await say(transactions, clock.now(), PHRASES["other"])
    await town.editor.gathering.gather()
    assert await town.editor.questions.page(town.writer) == []
    (foreign,) = await town.editor.questions.page(town.writer, state=GroupState.FOREIGN)
    assert foreign.group.asked == 2
    await town.editor.questions.reopen(town.writer, other.group.id or 0)
    assert len(await town.editor.questions.page(town.writer)) == 1


async def test_questions_are_put_to_an_article_in_its_draft(town: Town, transactions: Transactions, clock: MovableClock) -> None:
    article = await a_published_article(town.desk)
    await say(transactions, clock.now(), *PHRASES["like"])
    await town.editor.gathering.gather()
    (row,) = await town.editor.questions.page(town.writer)
    draft = await town.editor.questions.attach(town.writer, row.group.id or 0, article.id or 0)
    assert (draft.replaces_id, draft.questions[: len(article.questions)]) == (article.id, article.questions)
    clock.move(hours=1)
    draft = await town.editor.review.submit(town.writer, draft.id or 0, draft.version)
    await town.editor.review.approve(town.other, draft.id or 0, draft.version, publish=True)
    assert (await town.desk.search(PHRASES["like"][0])).answered
    clock.move(hours=1)
    await say(transactions, clock.now(), PHRASES["like"][0])
    await town.editor.gathering.gather()
    (again,) = await town.editor.questions.page(town.writer)
    assert (again.group.id, again.article and again.article.id) == (row.group.id, article.id)


async def test_a_draft_from_questions_becomes_the_article_of_its_group(
    town: Town, transactions: Transactions, clock: MovableClock
) -> None:
    await say(transactions, clock.now(), *PHRASES["like"])
    await town.editor.gathering.gather()
    (row,) = await town.editor.questions.page(town.writer)
    draft = await town.editor.questions.draft(town.writer, row.group.id or 0)
    draft = await town.editor.writing.save(town.writer, draft.id or 0, draft.version, a_draft())
    draft = await town.editor.review.submit(town.writer, draft.id or 0, draft.version)
    published = await town.editor.review.approve(town.other, draft.id or 0, draft.version, publish=True)
    (drafted,) = await town.editor.questions.page(town.writer, state=GroupState.DRAFTED)
    assert drafted.article is not None and drafted.article.id == published.id


async def test_questions_are_forgotten_after_their_time(town: Town, transactions: Transactions, clock: MovableClock) -> None:
    await say(transactions, clock.now(), *PHRASES["like"])
    await town.editor.gathering.gather()
    for after, left in ((QUESTIONS_KEPT - timedelta(hours=1), 3), (QUESTIONS_KEPT + timedelta(hours=1), 0)):
        async with transactions.begin() as tx:
            await tidy(tx, clock.now() + after)
            assert (await tx.exec(select(func.count(col(UnansweredQuestion.id))))).one() == left
    async with transactions.begin() as tx:
        assert (await tx.exec(select(QuestionGroup.id))).first() is None


async def test_ten_thousand_groups_cost_little(transactions: Transactions, clock: MovableClock) -> None:
    """Sixty questions that are known and sixty new ones, beside the bare multiplication that each needs.

    Both by the processor's time, in turns: what a busy machine slows is both. Embedding is measured elsewhere (15 ms each).
    """
    known, fresh = np.split(_vectors(10_060), [10_000])
    groups = Groups("m", 0.92, list(range(1, len(known) + 1)), list(known))
    spent = bare = 0.0
    async with transactions.begin() as tx:
        for number, new in enumerate(fresh):
            for vector in (known[number * 7], new):
                began = time.process_time()
                placed = await groups.place(tx, _asked(clock.now()), cast(Vectors, vector))
                between = time.process_time()
                assert (vector is new) == ((known @ vector).max() < 0.92)
                bare += time.process_time() - between
                spent += between - began
                assert vector is new or placed == number * 7 + 1
        assert await groups.place(tx, _asked(clock.now()), cast(Vectors, new)) == placed
    assert spent < 3 * bare


async def test_a_new_group_is_seldom_a_copy_of_all_others(transactions: Transactions, clock: MovableClock) -> None:
    known, fresh = np.split(_vectors(1_100), [1_000])
    groups = Groups("m", 0.92, list(range(1, len(known) + 1)), list(known))
    copies = 0
    tracemalloc.start()
    try:
        async with transactions.begin() as tx:
            for new in fresh:
                tracemalloc.reset_peak()
                before, _ = tracemalloc.get_traced_memory()
                await groups.place(tx, _asked(clock.now()), cast(Vectors, new))
                copies += tracemalloc.get_traced_memory()[1] - before >= known.nbytes
    finally:
        tracemalloc.stop()
    assert copies == 1, "that which makes room"


def _vectors(count: int) -> NDArray[np.float32]:
    """Of length one, in all directions."""
    rows = np.random.default_rng(7).standard_normal((count, 384)).astype(np.float32)
    return cast(NDArray[np.float32], rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _asked(now: datetime) -> Asked:
    return Asked(message_id=1, conversation_id=1, channel="telegram", text="x", words="x", score=0.0, article_id=None, asked_at=now)
