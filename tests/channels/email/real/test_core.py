"""From Postfix to the core's own store: a server and a watcher killed in the middle of a flood lose nothing and double nothing."""

import asyncio

from sqlmodel import col, select

from core.mail.model import Mail
from core.mail.storing import MailStore
from db.transactions import Transactions
from tests.channels.email.real.conftest import Watch, letter
from tests.clocks import MovableClock
from tests.mail_servers.servers import MailServers, address

FLOOD = 60


async def stored(transactions: Transactions) -> list[tuple[int, str]]:
    """The numbers of the mails that the database has, with their digests."""
    async with transactions.begin() as tx:
        return list(await tx.exec(select(Mail.uid, Mail.digest).order_by(col(Mail.id))))


async def test_a_flood_with_a_killed_server_and_killed_watchers_is_stored_whole_and_once(
    mail_servers: MailServers, box: str, watch: Watch, transactions: Transactions, clock: MovableClock
) -> None:
    came = asyncio.Event()
    store = MailStore(transactions=transactions, clock=clock, on_stored=lambda _: came.set())

    async def until(count: int) -> None:
        async with asyncio.timeout(60):
            came.clear()
            while len(await stored(transactions)) < count:
                await came.wait()
                came.clear()

    letters = [letter(f"{box}-{number}") for number in range(FLOOD)]
    first = watch(box, sink=store)
    posting = asyncio.ensure_future(asyncio.to_thread(mail_servers.post_many, address(box), letters))
    await until(5)
    await first.stop()
    second = watch(box, sink=store)
    await until(15)
    await asyncio.to_thread(mail_servers.kill, "dovecot")
    await asyncio.to_thread(mail_servers.start_dovecot)
    await posting
    await until(FLOOD)
    await second.stop()
    rows = await stored(transactions)
    assert len({digest for _, digest in rows}) == len(rows) == FLOOD
    assert sorted(uid for uid, _ in rows) == list(range(1, FLOOD + 1))
