"""Mails for the tests of the operators' side: the real store, carrier and router; only what a mail says is given by the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from core.conversations.answering import Librarian
from core.deliveries.desk import DeliveryDesk
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.mail.acknowledging import Contacts
from core.mail.carrying import MailCarrier
from core.mail.citizens import Citizens
from core.mail.departments import Departments
from core.mail.model import Mail
from core.mail.port import Answered, MailFile, MailKind, RawMail, ReadMail
from core.mail.reports import Reports
from core.mail.routing import Router
from core.mail.storing import MailStore
from core.vocabulary import DeliveryState
from db.locks import NamedLocks
from tests.core.mail.world import ANNA, FakeMailChannel, FakeReader, a_mail, message_id_of
from tests.fakes import FakeLibrarian, plain_calendar

if TYPE_CHECKING:
    from tests.inbox.world import Centre

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049"
    "454e44ae426082"
)
"""A picture of one point."""
CONTACTS = Contacts(centre_phone="+7 (8672) 00-00-00", dispatch=("+7 (8672) 00-01-12", "112"))


class FreeLocks:
    """Locks that nobody else wants."""

    @asynccontextmanager
    async def hold_if_free(self, name: str) -> AsyncIterator[bool]:
        """Always held."""
        yield True


def mail_router(centre: "Centre", outbox: Outbox) -> Router:
    """The real router; no article of the knowledge base answers a mail."""
    given: dict[str, Any] = {"transactions": centre.transactions, "clock": centre.clock}
    followers = {"reply": centre.replies.follow, "request": centre.requests.follow}
    deliveries = DeliveryDesk(**given, locks=cast(NamedLocks, None), channels={"email": FakeMailChannel()}, followers=followers)
    return Router(
        **given,
        librarian=cast(Librarian, FakeLibrarian()),
        reports=Reports(deliveries=deliveries),
        departments=Departments(notes=centre.requests),
        citizens=Citizens(outbox=outbox, calendar_of=plain_calendar, contacts=CONTACTS),
    )


async def a_mail_comes(centre: "Centre", text: str = "", **given: Any) -> Mail:
    """A mail comes and is carried to its end; gives its row."""
    uid = len(await centre.rows(Mail)) + 1
    read: ReadMail = a_mail(text, **given)
    read = read if read.message_id else replace(read, message_id=f"<m{uid}@example.org>")
    content = f"From: {read.author.address}\r\nMessage-ID: {read.message_id}\r\nX-Number: {uid}\r\n\r\n{text}".encode()
    reader = FakeReader()
    reader.known[content] = read
    store = MailStore(transactions=centre.transactions, clock=centre.clock)
    await store.take([RawMail(mailbox="centre", uid_validity=7, uid=uid, received_at=centre.clock.now(), content=content)])
    given_desks: dict[str, Any] = {"transactions": centre.transactions, "clock": centre.clock}
    carrier = MailCarrier(**given_desks, locks=cast(NamedLocks, FreeLocks()), reader=reader, router=centre.mail_router)
    await carrier.carry()
    mail: Mail = (await centre.rows(Mail))[-1]
    return mail


async def sent(centre: "Centre", state: DeliveryState = DeliveryState.SENT) -> list[Delivery]:
    """Every letter that waits has left."""
    async with centre.transactions.begin() as tx:
        for one in await centre.rows(Delivery, Delivery.channel == "email"):
            kept = await tx.get_one(Delivery, one.id)
            if kept.state == DeliveryState.WAITING:
                kept.state, kept.provider_id = state, message_id_of(kept.id or 0)
    return await centre.rows(Delivery, Delivery.channel == "email")


def a_file(number: int, name: str, media_type: str = "application/pdf", **given: Any) -> MailFile:
    """A file of a mail."""
    return MailFile(**{"number": number, "name": name, "media_type": media_type, "content": b"%PDF-1.4 nothing", **given})


__all__ = ["ANNA", "PIXEL", "Answered", "MailKind", "a_file", "a_mail_comes", "mail_router", "sent"]
