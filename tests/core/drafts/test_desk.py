"""Drafts: their author's alone, the last window wins and tells of the other, what was sent does not come back."""

import json

import pytest
from sqlalchemy import text

from core.conversations.operators import Reply
from core.drafts.desk import DraftEnded, Typed
from core.drafts.forms import DraftKind
from core.drafts.model import Draft
from core.errors import NotAllowed, NotFound
from core.retention import ENDED_DRAFTS_KEPT, tidy
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre

HERE, ELSEWHERE = "window-1", "window-2"


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


def typed(words: str, version: int = 0, writer: str = HERE, *, settled: bool = False) -> Typed:
    return Typed(text=words, version=version, writer=writer, settled=settled)


async def test_a_draft_is_its_authors_alone_and_the_database_cannot_read_it(centre: Centre) -> None:
    author, other = (await centre.a_member()).asker, (await centre.a_member()).asker
    appeal = await centre.an_appeal()
    assert (await centre.drafts.read(author, DraftKind.REQUEST, appeal)).saved_at is None
    kept = await centre.drafts.keep(author, DraftKind.REQUEST, appeal, typed("Когда\x00 починят?"))
    assert (kept.text, kept.version, kept.saved_at) == ("Когда починят?", 1, centre.clock.now())
    assert await centre.drafts.read(author, DraftKind.REQUEST, appeal) == kept
    assert (await centre.drafts.read(other, DraftKind.REQUEST, appeal)).text == ""
    async with centre.transactions.begin() as tx:
        ((subject, raw),) = (await tx.execute(text("SELECT subject, text FROM draft"))).all()
    assert subject == "appeal" and raw.startswith("s1.") and "починят" not in raw


async def test_who_may_not_fill_a_form_in_keeps_no_draft_of_it(centre: Centre) -> None:
    appeal, auditor = await centre.an_appeal(), (await centre.a_member(Role.AUDITOR)).asker
    for deed in (
        centre.drafts.keep(auditor, DraftKind.REQUEST, appeal, typed("x")),
        centre.drafts.read(auditor, DraftKind.REQUEST, appeal),
        centre.drafts.drop(auditor, DraftKind.REQUEST, appeal),
    ):
        with pytest.raises(NotAllowed):
            await deed
    operator = (await centre.a_member()).asker
    with pytest.raises(NotFound):
        await centre.drafts.keep(operator, DraftKind.REQUEST, 10**9, typed("x"))
    assert await centre.rows(Draft) == []


async def test_the_last_window_wins_and_what_the_other_had_is_kept_until_it_is_dealt_with(centre: Centre) -> None:
    author, appeal = (await centre.a_member()).asker, await centre.an_appeal()
    keep, kind = centre.drafts.keep, DraftKind.REQUEST
    first = await keep(author, kind, appeal, typed("Первое окно"))
    await keep(author, kind, appeal, typed("Первое окно и дальше", first.version))
    late = await keep(author, kind, appeal, typed("Второе окно", first.version, ELSEWHERE))
    assert (late.text, late.replaced) == ("Второе окно", "Первое окно и дальше")
    assert (await keep(author, kind, appeal, typed("Второе окно!", late.version, ELSEWHERE))).replaced, "not dealt with yet"
    settled = await keep(author, kind, appeal, typed("Второе окно.", late.version + 1, ELSEWHERE, settled=True))
    assert settled.replaced == ""


async def test_an_answer_that_was_lost_on_its_way_is_no_other_window(centre: Centre) -> None:
    author, appeal = (await centre.a_member()).asker, await centre.an_appeal()
    for words in ("Начал", "Начало"):  # the window never learns that its first save arrived
        kept = await centre.drafts.keep(author, DraftKind.REQUEST, appeal, typed(words))
    assert (kept.text, kept.replaced) == ("Начало", "")


async def test_a_save_that_comes_after_the_sending_is_refused_and_a_new_text_is_begun(centre: Centre) -> None:
    author = (await centre.a_member()).asker
    talk = await centre.a_conversation(mode="operator", held_by=author)
    saved = await centre.drafts.keep(author, DraftKind.REPLY, talk, typed("Добрый день"))
    await centre.operators.reply(author, talk, Reply(text="Добрый день!", client_key="key-12345678"))
    opened = await centre.operators.reading.open(author, talk)
    assert (opened.drafts["reply"].text, opened.drafts["reply"].version) == ("", saved.version + 1)
    with pytest.raises(DraftEnded) as ended:
        await centre.drafts.keep(author, DraftKind.REPLY, talk, typed("Добрый день!", saved.version))
    anew = await centre.drafts.keep(author, DraftKind.REPLY, talk, typed("И ещё", int(str(ended.value.facts["version"]))))
    assert anew.text == "И ещё"
    await centre.operators.note(author, talk, "Заметка", "key-87654321")
    with pytest.raises(DraftEnded):  # of a form that was sent before its first save
        await centre.drafts.keep(author, DraftKind.NOTE, talk, typed("Заметка"))


async def test_a_draft_that_was_thrown_away_is_gone_from_every_window(centre: Centre) -> None:
    author, appeal = (await centre.a_member()).asker, await centre.an_appeal()
    kept = await centre.drafts.keep(author, DraftKind.REQUEST, appeal, typed(json.dumps({"question": "Когда?"})))
    assert (await centre.drafts.drop(author, DraftKind.REQUEST, appeal)).saved_at is None
    with pytest.raises(DraftEnded):
        await centre.drafts.keep(author, DraftKind.REQUEST, appeal, typed("Позднее", kept.version, ELSEWHERE))
    async with centre.transactions.begin() as tx:
        await tidy(tx, centre.clock.now() + ENDED_DRAFTS_KEPT)
        assert len(await centre.rows(Draft)) == 1
        await tidy(tx, centre.clock.now() + ENDED_DRAFTS_KEPT * 2)
    assert await centre.rows(Draft) == []
