"""One-time links."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.errors import NotFound, TooManyTries
from core.links.desk import (
    TRIES_OF_ADDRESS,
    TRIES_OF_LINK,
    WINDOW,
    LinkDesk,
    LinkExpired,
    LinkUsed,
    end_links,
    make_link,
    open_link,
    path_of,
    use_link,
)
from core.links.model import LinkTry, OneTimeLink
from core.vocabulary import LinkPurpose
from db.transactions import Transactions
from tests.clocks import MovableClock

WEEK = timedelta(days=7)
FOR = LinkPurpose.REQUEST


async def made(transactions: Transactions, clock: MovableClock, subject: int = 5) -> str:
    """A link that lives a week."""
    async with transactions.begin() as tx:
        return await make_link(tx, FOR, subject, clock.now(), clock.now() + WEEK)


async def opened(transactions: Transactions, clock: MovableClock, token: str, purpose: LinkPurpose = FOR) -> OneTimeLink:
    """The link, opened in a transaction of its own."""
    async with transactions.begin() as tx:
        return await open_link(tx, token, clock.now(), purpose)


async def test_a_link_is_looked_at_until_it_is_used(transactions: Transactions, clock: MovableClock) -> None:
    token = await made(transactions, clock)
    other = await made(transactions, clock)
    stranger = await made(transactions, clock, subject=6)
    assert len(token) == 43
    for times in (1, 2, 3):
        assert (await opened(transactions, clock, token)).opened == times
    async with transactions.begin() as tx:
        await use_link(tx, await open_link(tx, token, clock.now(), FOR), clock.now())
    for gone in (token, other):
        with pytest.raises(LinkUsed):
            await opened(transactions, clock, gone)
    assert (await opened(transactions, clock, stranger)).subject_id == 6


async def test_the_token_is_kept_nowhere(transactions: Transactions, clock: MovableClock) -> None:
    token = await made(transactions, clock)
    async with transactions.begin() as tx:
        [row] = (await tx.exec(select(OneTimeLink))).all()
    assert token not in str(row.model_dump())
    assert path_of(FOR, token) == f"/d/{token}"


async def test_a_link_expires_and_can_be_ended(transactions: Transactions, clock: MovableClock) -> None:
    first, second = await made(transactions, clock), await made(transactions, clock, subject=6)
    async with transactions.begin() as tx:
        await end_links(tx, FOR, 6, clock.now())
    with pytest.raises(LinkExpired):
        await opened(transactions, clock, second)
    clock.move(days=6, hours=23)
    await opened(transactions, clock, first)
    clock.move(hours=1)
    with pytest.raises(LinkExpired):
        await opened(transactions, clock, first)


async def test_an_unknown_link_and_one_for_something_else_are_not_found(transactions: Transactions, clock: MovableClock) -> None:
    token = await made(transactions, clock)
    for wrong, purpose in ((token + "x", FOR), ("", FOR), ("\ud800", FOR), (token, LinkPurpose.CONFIRMATION)):
        with pytest.raises(NotFound):
            await opened(transactions, clock, wrong, purpose)


async def test_one_link_and_one_address_are_limited(transactions: Transactions, clock: MovableClock) -> None:
    desk = LinkDesk(transactions=transactions, clock=clock)
    for _ in range(TRIES_OF_LINK):
        await desk.count_try("192.0.2.1", "one")
    with pytest.raises(TooManyTries) as refused:
        await desk.count_try("192.0.2.2", "one")
    assert refused.value.facts["retry_after"] == WINDOW.total_seconds()
    for number in range(TRIES_OF_ADDRESS - TRIES_OF_LINK):
        await desk.count_try("192.0.2.1", f"other {number}")
    with pytest.raises(TooManyTries):
        await desk.count_try("192.0.2.1", "a new one")
    await desk.count_try("192.0.2.2", "a new one")


async def test_old_tries_are_forgotten(transactions: Transactions, clock: MovableClock) -> None:
    desk = LinkDesk(transactions=transactions, clock=clock)
    for number in range(20):
        await desk.count_try("192.0.2.1", f"link {number}")
    clock.move(minutes=16)
    await desk.count_try("192.0.2.1", "one")
    async with transactions.begin() as tx:
        assert len((await tx.exec(select(LinkTry))).all()) == 2
