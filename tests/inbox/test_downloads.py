"""The page of files that were too big for a mail, through the guards of the app."""

from collections.abc import AsyncIterator

import httpx
import pytest

from core.deliveries.model import Delivery
from core.files import store_file
from core.links.desk import TRIES_OF_LINK, LinkDesk
from core.links.downloads import DOWNLOAD_LIVES, DownloadDesk
from db.transactions import Transactions
from inbox.web.settings import InboxSettings
from tests.clocks import MovableClock
from tests.inbox.plain_site import FakeDesk, Office, plain_app

NAME = 'план "А"\r\n<b>.html'
CONTENT = b"<script>alert(1)</script>"


@pytest.fixture
async def http(transactions: Transactions, clock: MovableClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the pages."""
    desk = DownloadDesk(transactions=transactions, clock=clock, public_url="http://inbox.test")
    tries, fake = LinkDesk(transactions=transactions, clock=clock), FakeDesk()
    app = plain_app(Office(requests=fake, one_time_links=tries, closing=fake, duties=fake, downloads=desk), InboxSettings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inbox.test") as browser:
        yield browser


@pytest.fixture
async def link(transactions: Transactions, clock: MovableClock) -> str:
    """The link of a letter with one file."""
    async with transactions.begin() as tx:
        key = await store_file(tx, CONTENT, "text/html", clock.now())
        delivery = Delivery(channel="email", recipient="zarina@example.org", next_try_at=clock.now(), created_at=clock.now())
        delivery.content = {"text": "x", "files": [{"key": key, "file_name": NAME, "media_type": "text/html"}]}
        tx.add(delivery)
        await tx.flush()
        number = delivery.id or 0
    desk = DownloadDesk(transactions=transactions, clock=clock, public_url="http://inbox.test")
    return (await desk.offer(number)).removeprefix("http://inbox.test")


async def test_the_files_of_a_letter_are_named_and_saved_and_run_nowhere(http: httpx.AsyncClient, link: str) -> None:
    shown = await http.get(link)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert "план &#34;А&#34;" in shown.text
    assert "<b>" not in shown.text, "a name is words, never markup"
    saved = await http.get(f"{link}/1")
    assert saved.content == CONTENT
    assert saved.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "\n" not in saved.headers["content-disposition"]
    assert "sandbox" in saved.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/f/nobody-made-this", "{link}/2", "{link}/0"], ids=["token", "number", "nought"])
async def test_what_is_not_there_is_a_page_that_says_so(http: httpx.AsyncClient, link: str, path: str) -> None:
    answer = await http.get(path.format(link=link))
    assert (answer.status_code, "Такой страницы нет" in answer.text) == (404, True)


async def test_a_link_ends(http: httpx.AsyncClient, link: str, clock: MovableClock) -> None:
    clock.move(seconds=DOWNLOAD_LIVES.total_seconds())
    answer = await http.get(link)
    assert (answer.status_code, "Срок действия ссылки истёк" in answer.text) == (410, True)


async def test_nobody_guesses(http: httpx.AsyncClient, link: str) -> None:
    for _ in range(TRIES_OF_LINK):
        assert (await http.get(link)).status_code == 200
    assert (await http.get(link)).status_code == 429
