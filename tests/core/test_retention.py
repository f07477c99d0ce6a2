"""What is past its time goes, what is still named stays."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from core.conversations.model import NewsItem
from core.drafts.desk import Typed
from core.drafts.forms import DraftKind
from core.drafts.model import Draft
from core.errors import NotFound
from core.files import StoredFile, store_file
from core.links.desk import LinkUsed, make_link, open_link, use_link
from core.links.model import OneTimeLink
from core.retention import DRAFTS_KEPT, FILES_KEPT, LINKS_KEPT, tidy
from core.vocabulary import LinkPurpose
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre


async def test_a_file_that_nothing_names_goes_after_its_time_and_a_named_one_stays(
    transactions: Transactions, clock: MovableClock
) -> None:
    async with transactions.begin() as tx:
        named = await store_file(tx, b"named", "audio/mpeg", clock.now())
        await store_file(tx, b"forgotten", "text/plain", clock.now())
        tx.add(NewsItem(title="t", text="t", audio_key=named, placed_at=clock.now()))
    for passed, left in ((timedelta(0), 2), (FILES_KEPT + timedelta(seconds=1), 1)):
        async with transactions.begin() as tx:
            await tidy(tx, clock.now() + passed)
            files = (await tx.exec(select(StoredFile))).all()
        assert len(files) == left
    assert [file.key for file in files] == [named]


async def test_a_personal_link_goes_a_season_after_its_end_used_or_not(transactions: Transactions, clock: MovableClock) -> None:
    ends = clock.now() + timedelta(days=14)
    async with transactions.begin() as tx:
        used = await make_link(tx, LinkPurpose.CONFIRMATION, 1, clock.now(), ends)
        await use_link(tx, await open_link(tx, used, clock.now(), LinkPurpose.CONFIRMATION), clock.now())
        await make_link(tx, LinkPurpose.REQUEST, 2, clock.now(), ends)
        fresh = await make_link(tx, LinkPurpose.REQUEST, 3, clock.now(), ends + timedelta(days=1))
    async with transactions.begin() as tx:
        await tidy(tx, ends + LINKS_KEPT)
        assert len((await tx.exec(select(OneTimeLink))).all()) == 3, "its page still says that it was used"
        with pytest.raises(LinkUsed):
            await open_link(tx, used, ends + LINKS_KEPT, LinkPurpose.CONFIRMATION)
        await tidy(tx, ends + LINKS_KEPT + timedelta(seconds=1))
        assert [link.subject_id for link in (await tx.exec(select(OneTimeLink))).all()] == [3]
        with pytest.raises(NotFound):
            await open_link(tx, used, clock.now(), LinkPurpose.CONFIRMATION)
        assert await open_link(tx, fresh, clock.now(), LinkPurpose.REQUEST)


async def test_an_unsent_draft_goes_after_its_time_and_a_later_one_stays(transactions: Transactions, clock: MovableClock) -> None:
    centre = Centre(transactions, clock)
    asker = (await centre.a_member()).asker
    for days in (1, 0):
        conversation = await centre.a_conversation()
        await centre.drafts.keep(asker, DraftKind.REPLY, conversation, Typed(text="Добрый день", version=0, writer="w"))
        async with transactions.begin() as tx:
            (draft,) = (await tx.exec(select(Draft).where(col(Draft.subject_id) == conversation))).all()
            draft.saved_at = clock.now() - timedelta(days=days)
    async with transactions.begin() as tx:
        await tidy(tx, clock.now() + DRAFTS_KEPT)
        assert [draft.subject_id for draft in (await tx.exec(select(Draft))).all()] == [conversation]
