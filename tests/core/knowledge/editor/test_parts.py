"""Lists, files, remarks, words and trials of the editor, on a real database."""

import pytest

from core.conversations.model import Message
from core.dialogue import Command, TurnAnswer
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.knowledge.editor.lists import ListFilter, ListFreshness, ListState
from core.knowledge.editor.remarks import RemarkKind
from core.knowledge.port import SpeechAway
from core.knowledge.search.explaining import Verdict
from core.staff.asker import Asker
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.conftest import a_draft, a_published_article
from tests.core.knowledge.phrases import PHRASES
from tests.core.knowledge.town import Town

POOL = PHRASES["pool"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.clause("4.1")
async def test_the_list_is_filtered_by_kind_state_freshness_and_words(town: Town, clock: MovableClock) -> None:
    pool = await a_published_article(town.desk)
    secret = await a_published_article(town.desk, "secret", restricted=True, item_no=1, department="organization")
    draft = await town.editor.writing.start(town.writer, a_draft("skating"))
    beside = await town.editor.writing.revise(town.writer, pool.id or 0)
    ending = await a_published_article(town.desk, "skating", valid_until=clock.today())

    async def shown(**chosen: object) -> set[int | None]:
        page = await town.editor.lists.page(town.senior, ListFilter(**chosen))  # type: ignore[arg-type]  # a row of the table
        return {row.article.id for row in page.rows}

    assert await shown() == {pool.id, secret.id, draft.id, ending.id}
    assert await shown(state=ListState.PUBLISHED, item_no=4) == {pool.id, ending.id}
    assert await shown(state=ListState.WRITING) == {draft.id, beside.id}
    assert await shown(department="organization") == {secret.id}
    assert await shown(restricted=True) == {secret.id}
    assert await shown(words=POOL["title"].split()[-1]) == {pool.id}
    assert await shown(words="100%_\\") == set()
    assert await shown(freshness=ListFreshness.ENDING) == {ending.id}
    assert await shown(freshness=ListFreshness.STALE) == set()
    clock.move(days=100)
    assert await shown(freshness=ListFreshness.STALE) == {pool.id, secret.id, ending.id}
    assert await shown(freshness=ListFreshness.CURRENT) == set()
    assert await shown(freshness=ListFreshness.EXPIRED) == {ending.id}
    counts = await town.editor.lists.counts(town.senior)
    assert (counts.items, counts.states["published"], counts.states["writing"]) == ({1: 1, 4: 2}, 3, 2)
    row = next(one for one in (await town.editor.lists.page(town.senior, ListFilter())).rows if one.article.id == pool.id)
    assert row.draft is not None and row.draft.id == beside.id and row.stale


async def test_pages_hold_every_article_once(town: Town) -> None:
    made = [(await town.editor.writing.start(town.writer, a_draft())).id for _ in range(5)]
    first = await town.editor.lists.page(town.senior, ListFilter(), limit=3)
    second = await town.editor.lists.page(town.senior, ListFilter(), limit=3, before=first.next_before)
    assert [row.article.id for row in (*first.rows, *second.rows)] == made[::-1]
    assert second.next_before is None


async def test_a_file_changes_in_the_draft_and_reaches_citizens_with_the_answer(town: Town) -> None:
    article = await a_published_article(town.desk)
    draft = await town.editor.writing.revise(town.writer, article.id or 0)
    draft = await town.editor.files.add(town.writer, draft.id or 0, draft.version, "../план.png", PNG, for_citizens=True)
    draft = await town.editor.files.add(town.writer, draft.id or 0, draft.version, "служебная.txt", b"words", for_citizens=False)
    assert (await town.desk.search(POOL["questions"][0])).hits[0].files == ()
    draft = await town.editor.review.submit(town.writer, draft.id or 0, draft.version)
    await town.editor.review.approve(town.other, draft.id or 0, draft.version, publish=True)
    (file,) = (await town.desk.search(POOL["questions"][0])).hits[0].files
    assert (file.name, file.as_content()["kind"]) == ("план.png", "photo")
    again = await town.editor.writing.revise(town.writer, article.id or 0)
    kept = (await town.editor.reading.open(town.writer, again.id or 0)).files
    again = await town.editor.files.show(town.writer, again.id or 0, again.version, kept[1].id or 0, for_citizens=True)
    await town.editor.files.drop(town.writer, again.id or 0, again.version, kept[0].id or 0)
    assert [one.name for one in (await town.editor.reading.open(town.writer, article.id or 0)).files] == [
        "план.png",
        "служебная.txt",
    ]
    name, stored = await town.editor.files.load(town.senior, article.id or 0, (await _first_file(town, article.id)))
    assert (name, stored.content) == ("план.png", PNG)


async def _first_file(town: Town, article_id: int | None) -> int:
    return (await town.editor.reading.open(town.writer, article_id or 0)).files[0].id or 0


@pytest.mark.parametrize(("content", "why"), [(b"", "empty_file"), (b"MZ" + bytes(99), "program")], ids=["empty", "a program"])
async def test_an_unfit_file_is_refused(town: Town, content: bytes, why: str) -> None:
    draft = await town.editor.writing.start(town.writer, a_draft())
    with pytest.raises(Invalid) as refused:
        await town.editor.files.add(town.writer, draft.id or 0, draft.version, "a", content, for_citizens=True)
    assert refused.value.facts["fields"] == {"file": why}


@pytest.mark.clause("2.6")
async def test_an_operators_remark_waits_for_an_editor(town: Town) -> None:
    article = await a_published_article(town.desk)
    operator = _asker(Role.OPERATOR, town.senior.id)
    await town.editor.remarks.make(operator, article.id or 0, RemarkKind.OUTDATED, "New hours.", 999)
    again = await town.editor.remarks.make(operator, article.id or 0, RemarkKind.OUTDATED, "New hours since Monday.")
    (row,) = await town.editor.remarks.list(town.writer)
    assert (row.remark.words, row.title, row.made_by) == ("New hours since Monday.", article.title, "Senior")
    assert row.remark.conversation_id is None
    assert (await town.editor.lists.page(town.writer, ListFilter(remarked=True))).rows[0].remarks == 1
    with pytest.raises(Invalid):
        await town.editor.remarks.settle(town.writer, again.id or 0, " ")
    with pytest.raises(NotAllowed):
        await town.editor.remarks.settle(operator, again.id or 0, "-")
    await town.editor.remarks.settle(town.writer, again.id or 0, "Corrected.")
    assert await town.editor.remarks.list(town.writer) == []
    (settled,) = await town.editor.remarks.list(town.writer, settled=True)
    assert settled.remark.settled_words == "Corrected."


def _asker(role: Role, number: int) -> Asker:
    return Asker(id=number, login="a", full_name="A", role=role, on_shift=True, shortcuts_on=True, notify="all", session="s")


async def test_the_words_of_the_search_are_changed_over_what_was_seen(town: Town) -> None:
    read = await town.editor.words.read(town.senior)
    version = await town.editor.words.save_synonyms(town.writer, [["a", " b\u200b "], ["", " "]], read.version)
    with pytest.raises(Conflict):
        await town.editor.words.save_topics(town.other, ["x"], read.version)
    await town.editor.words.save_topics(town.other, ["x", "x", ""], version)
    with pytest.raises(Invalid) as refused:
        await town.editor.words.save_synonyms(town.writer, [["a", "b"], ["c"]], version + 1)
    assert refused.value.facts["fields"] == {"synonyms.1": "two_or_more"}
    now = await town.editor.words.read(town.senior)
    assert (now.synonyms, now.topics, now.version) == ([["a", "b"]], ["x"], version + 1)


@pytest.mark.clause("2.3")
async def test_a_draft_is_tried_without_a_trace(town: Town, transactions: Transactions) -> None:
    await a_published_article(town.desk, "skating")
    draft = await town.editor.writing.start(town.writer, a_draft(spoken="Short."))
    town.dialogue.when(POOL["questions"][0], TurnAnswer(intent="ask", confidence=0.93, commands=(Command(do="answer_question"),)))
    without = await town.editor.trial.ask(town.senior, POOL["questions"][0])
    assert without.explained.verdict not in (Verdict.ANSWERED, Verdict.EXACT)
    tried = await town.editor.trial.ask(town.senior, POOL["questions"][0], article_id=draft.id)
    assert tried.explained.verdict is Verdict.EXACT
    assert tried.explained.hits[0].is_draft and tried.explained.hits[0].hit.title == POOL["title"]
    assert POOL["answer"] in tried.written
    assert tried.spoken.startswith("short.")
    assert (tried.guessed.intent, tried.guessed.confidence, tried.guessed.searches) == ("ask", 0.93, True)
    assert [hit.title for hit in (await town.desk.search(POOL["questions"][0])).hits] == [PHRASES["skating"]["title"]]
    async with transactions.begin() as tx:
        assert (await tx.exec(Message.__table__.select())).first() is None  # type: ignore[attr-defined,call-overload]  # any row


async def test_the_explanation_says_what_the_search_decides(town: Town) -> None:
    await a_published_article(town.desk)
    await a_published_article(town.desk, "skating")
    for query in (PHRASES["near"], PHRASES["typo"], PHRASES["foreign"], POOL["questions"][0], "?!"):
        found, why = await town.desk.search(query), await town.desk.explained(query)
        assert found.answered == (why.verdict in (Verdict.ANSWERED, Verdict.EXACT)), query
        assert [hit.article_id for hit in found.hits] == [one.hit.article_id for one in why.hits[:3]], query
        for one in why.hits:
            assert one.score > 1 or one.score == pytest.approx(one.semantic + one.lexical)
        if why.hits:
            assert why.decided == pytest.approx(why.hits[0].score - why.foreign_part)


async def test_danger_and_abuse_come_before_any_answer(town: Town) -> None:
    town.dialogue.is_down = True
    tried = await town.editor.trial.ask(town.senior, PHRASES["danger"])
    assert tried.emergency and tried.guessed.away
    with pytest.raises(Invalid):
        await town.editor.trial.ask(town.senior, " ")
    with pytest.raises(NotFound):
        await town.editor.trial.ask(town.senior, "x", article_id=999)


async def test_a_text_is_read_aloud_in_its_short_form(town: Town) -> None:
    await town.editor.trial.sound(town.senior, "Long.", "Short.")
    await town.editor.trial.sound(town.senior, "See [site](https://example.org).", "")
    assert town.aloud.read == ["Short.", "See site."]
    town.aloud.away = "not_set_up"
    with pytest.raises(SpeechAway):
        await town.editor.trial.sound(town.senior, "x", "")
    with pytest.raises(Invalid):
        await town.editor.trial.sound(town.senior, " ", " ")
