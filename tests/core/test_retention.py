"""What is past its time goes, what is still named stays."""

from datetime import timedelta

from sqlmodel import select

from core.conversations.model import NewsItem
from core.files import StoredFile, store_file
from core.retention import FILES_KEPT, tidy
from db.transactions import Transactions
from tests.clocks import MovableClock


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
