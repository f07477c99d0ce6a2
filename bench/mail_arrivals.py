"""From Postfix taking a mail to the screens of the inbox being told: the whole ``mail`` process on an embedded database."""

import asyncio
import time

import psycopg

from app.assembly import open_house
from app.mail import run_mail
from app.settings import Settings
from bench.house import database
from channels.email.options import Mailbox
from core.audit.live import CHANNEL
from tests.mail_servers.configuration import PASSWORD
from tests.mail_servers.servers import MailServers, address

BOX = "box-inbox"
MAILS = 20
WAIT = 60.0
SEEN = "SELECT 1 FROM mail WHERE subject = %s AND state = 'routed' AND conversation_id IS NOT NULL"


def inbox_pushes(servers: MailServers) -> list[float]:
    """Seconds of each mail, one after another; the first one, for which the reader starts, is not counted."""
    with database(seeded=True) as url:
        return asyncio.run(_measure(servers, url))[1:]


async def _measure(servers: MailServers, url: str) -> list[float]:
    settings = Settings()
    settings.database.database_url = type(settings.database)(database_url=url).database_url
    mailbox = Mailbox(
        name=BOX, host="localhost", port=servers.ports["imaps"], user=BOX, password=PASSWORD, authorities=servers.trusted
    )
    stopping = asyncio.Event()
    async with open_house(settings) as house, await psycopg.AsyncConnection.connect(url, autocommit=True) as screen:
        await screen.execute(f"LISTEN {CHANNEL}")
        process = asyncio.create_task(run_mail(house, [mailbox], stopping))
        try:
            return [await _push(servers, screen, number) for number in range(MAILS + 1)]
        finally:
            stopping.set()
            await process


async def _push(servers: MailServers, screen: psycopg.AsyncConnection, number: int) -> float:
    """A citizen who never wrote before, so that all there is to do is done: a conversation, a draft, an acknowledgement."""
    subject = f"inbox-{number}"
    letter = f"From: person{number}@example.org\r\nTo: {address(BOX)}\r\nSubject: {subject}\r\n\r\nhello\r\n".encode()
    await asyncio.to_thread(servers.post, address(BOX), letter)
    posted = time.perf_counter()
    async with asyncio.timeout(WAIT):
        while await (await screen.execute(SEEN, (subject,))).fetchone() is None:
            async for _ in screen.notifies(stop_after=1):
                pass
    return time.perf_counter() - posted
