"""A letter from the outbox to a real mail server and back: what the delivery and whoever follows it are told."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, select

from core.deliveries.desk import DeliveryDesk, Ended, Lane
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.vocabulary import DeliveryState
from db.locks import NamedLocks
from db.transactions import Transactions
from tests.channels.email.conftest import DROP, Open, Post, Servers
from tests.clocks import MovableClock
from tests.fakes import FakeJobs

TO = "liaison@example.org"


class Letters:
    """The outbox, the desk and the server behind one address."""

    def __init__(self, transactions: Transactions, clock: MovableClock, desk: DeliveryDesk, post: Post, told: list[Ended]) -> None:
        self.transactions, self.clock, self.desk, self.post, self.told = transactions, clock, desk, post, told

    async def write(self, text: str = "Просим ответить.") -> None:
        """A request to a department."""
        async with self.transactions.begin() as tx:
            content = {"subject": "Запрос", "text": text, "kind": "request"}
            now = self.clock.now()
            await Outbox(FakeJobs()).write_letter(tx, channel="email", recipient=TO, content=content, now=now, subject="request:5")

    async def drain(self, after: float = 0) -> list[Delivery]:
        """What the worker does after so many seconds; gives the deliveries as they are then."""
        self.clock.move(seconds=after)
        await self.desk.drain(Lane(channel="email", recipient=TO))
        async with self.transactions.begin() as tx:
            return list(await tx.exec(select(Delivery).order_by(col(Delivery.id))))


@pytest.fixture
async def letters(
    transactions: Transactions, database_url: str, clock: MovableClock, servers: Servers, channel: Open
) -> AsyncIterator[Letters]:
    """Everything real but the jobs."""
    post, told, locks = await servers.start(), [], NamedLocks(database_url)

    async def follow(tx, ended: Ended) -> None:
        told.append(ended)

    channels = {"email": channel(post)}
    desk = DeliveryDesk(transactions=transactions, locks=locks, channels=channels, clock=clock, followers={"request": follow})
    yield Letters(transactions, clock, desk, post, told)
    await locks.close()


async def test_a_letter_is_sent_and_its_request_is_told(letters: Letters) -> None:
    await letters.write()
    [delivery] = await letters.drain()
    assert (delivery.state, delivery.provider_id) == (DeliveryState.SENT, letters.post.taken[0].message["Message-ID"])
    assert [(ended.subject_id, ended.state) for ended in letters.told] == [(5, DeliveryState.SENT)]


async def test_a_refused_address_fails_at_once_with_the_servers_words(letters: Letters) -> None:
    letters.post.scripts["RCPT"] = ["550 5.1.1 No such user"]
    await letters.write()
    [delivery] = await letters.drain()
    assert (delivery.state, delivery.tries, delivery.doubtful) == (DeliveryState.FAILED, 1, False)
    assert [(ended.subject_id, ended.state) for ended in letters.told] == [(5, DeliveryState.FAILED)]
    assert "550 5.1.1 No such user" in letters.told[0].error


async def test_a_greylisted_letter_waits_as_long_as_the_server_asks_and_keeps_its_place(letters: Letters) -> None:
    letters.post.scripts["RCPT"] = ["450 4.2.0 Greylisted, try again in 60 seconds"]
    await letters.write("first")
    await letters.write("second")
    assert [one.state for one in await letters.drain()] == [DeliveryState.WAITING, DeliveryState.WAITING]
    assert [one.state for one in await letters.drain(60)] == [DeliveryState.WAITING, DeliveryState.WAITING]
    assert [one.state for one in await letters.drain(1)] == [DeliveryState.SENT, DeliveryState.SENT]
    assert [str(taken.message.get_body(("plain",)).get_content()).strip() for taken in letters.post.taken] == ["first", "second"]


async def test_a_letter_in_doubt_goes_once_more_with_the_same_id(letters: Letters) -> None:
    await letters.write()
    letters.post.scripts["DATA"] = [DROP]
    [delivery] = await letters.drain()
    assert (delivery.state, delivery.doubtful) == (DeliveryState.WAITING, True)
    [delivery] = await letters.drain(2)
    assert (delivery.state, delivery.doubtful, delivery.provider_id) == (
        DeliveryState.SENT,
        True,
        letters.post.taken[0].message["Message-ID"],
    )
