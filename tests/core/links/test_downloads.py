"""A file that was too big for a mail is fetched by its link, for a while, and by nothing else."""

import pytest

from core.deliveries.model import Delivery
from core.errors import NotFound
from core.files import store_file
from core.links.desk import LinkExpired, make_link
from core.links.downloads import DOWNLOAD_LIVES, DownloadDesk
from core.vocabulary import LinkPurpose
from db.transactions import Transactions
from tests.clocks import MovableClock


@pytest.fixture
def desk(transactions: Transactions, clock: MovableClock) -> DownloadDesk:
    """Behind the public address of the inbox."""
    return DownloadDesk(transactions=transactions, clock=clock, public_url="https://centre.example/")


async def letter(transactions: Transactions, clock: MovableClock, *names: str) -> int:
    """A delivery with files of that name."""
    async with transactions.begin() as tx:
        files = [
            {"key": await store_file(tx, f"bytes of {name}".encode(), "application/pdf", clock.now()), "file_name": name}
            for name in names
        ]
        delivery = Delivery(channel="email", recipient="zarina@example.org", next_try_at=clock.now(), created_at=clock.now())
        delivery.content = {"text": "x", "files": [*files, {"key": "0" * 64, "file_name": "gone.pdf"}]}
        tx.add(delivery)
        await tx.flush()
        return delivery.id or 0


async def test_the_link_of_a_letter_opens_its_files(transactions: Transactions, clock: MovableClock, desk: DownloadDesk) -> None:
    url = await desk.offer(await letter(transactions, clock, "plan.pdf", "map.pdf"))
    assert url.startswith("https://centre.example/f/")
    token = url.rpartition("/")[2]
    assert [(one.number, one.name, one.size) for one in await desk.offered(token)] == [(1, "plan.pdf", 17), (2, "map.pdf", 16)]
    fetched = await desk.fetch(token, 2)
    assert (fetched.name, fetched.content) == ("map.pdf", b"bytes of map.pdf")


async def test_a_link_of_another_try_opens_them_too(transactions: Transactions, clock: MovableClock, desk: DownloadDesk) -> None:
    delivery = await letter(transactions, clock, "plan.pdf")
    tokens = [(await desk.offer(delivery)).rpartition("/")[2] for _ in range(2)]
    assert len(set(tokens)) == 2
    assert [(await desk.fetch(token, 1)).name for token in tokens] == ["plan.pdf", "plan.pdf"]


async def test_after_its_time_it_opens_nothing(transactions: Transactions, clock: MovableClock, desk: DownloadDesk) -> None:
    token = (await desk.offer(await letter(transactions, clock, "plan.pdf"))).rpartition("/")[2]
    clock.move(seconds=DOWNLOAD_LIVES.total_seconds())
    with pytest.raises(LinkExpired):
        await desk.offered(token)


@pytest.mark.parametrize("number", [0, 2, 3, -1], ids=["none", "a file that is kept no more", "too many", "from the end"])
async def test_what_is_not_there_is_not_found(
    transactions: Transactions, clock: MovableClock, desk: DownloadDesk, number: int
) -> None:
    token = (await desk.offer(await letter(transactions, clock, "plan.pdf"))).rpartition("/")[2]
    with pytest.raises(NotFound):
        await desk.fetch(token, number)


async def test_a_link_for_something_else_opens_no_files(
    transactions: Transactions, clock: MovableClock, desk: DownloadDesk
) -> None:
    delivery = await letter(transactions, clock, "plan.pdf")
    async with transactions.begin() as tx:
        other = await make_link(tx, LinkPurpose.REQUEST, delivery, clock.now(), clock.now() + DOWNLOAD_LIVES)
    for token in (other, "guess"):
        with pytest.raises(NotFound):
            await desk.offered(token)
    with pytest.raises(NotFound):
        await desk.offer(delivery + 1)
