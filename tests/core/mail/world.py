"""Incoming mail on real desks and a real database; only the reader, the knowledge base and the queue are fakes."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlmodel import select

from core.appeals.model import Appeal
from core.conversations.model import Conversation, Message
from core.conversations.operators import OperatorDesk
from core.deliveries.desk import DeliveryDesk, Lane
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.departments.model import Department, Liaison
from core.mail.acknowledging import Contacts
from core.mail.carrying import MailCarrier
from core.mail.citizens import Citizens
from core.mail.departments import Departments
from core.mail.desk import MailDesk
from core.mail.model import Mail
from core.mail.port import Answered, MailKind, MailPerson, RawMail, ReadMail
from core.mail.reports import Reports
from core.mail.routing import Router
from core.mail.storing import MailStore
from core.people.model import Applicant, ContactPoint
from core.replies.desk import ReplyDesk
from core.requests.desk import RequestDesk
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.tasks.model import StaffTask
from core.vocabulary import Role
from db.locks import NamedLocks
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.requests.fakes import FakeTypist, template_of
from tests.fakes import FakeChannel, FakeJobs, FakeLibrarian, plain_calendar

CONTACTS = Contacts(centre_phone="+7 (8672) 00-00-00", dispatch=("+7 (8672) 00-01-12", "112"))
ANNA = "anna@example.org"
LIGHTS = "lights"


class FakeReader:
    """Implements core.mail.port.MailReader: what a mail says is what the test put there."""

    def __init__(self) -> None:
        self.known: dict[bytes, ReadMail] = {}
        self.errors: list[Exception] = []
        self.read_times = 0

    async def read(self, content: bytes) -> ReadMail:
        """The mail that the test wrote; unread for any other bytes."""
        self.read_times += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.known.get(content, ReadMail(kind=MailKind.UNREAD, remarks=("unreadable",)))


class FakeMailChannel(FakeChannel):
    """The mail channel: sends with the Message-ID that the real one would make."""

    name = "email"

    async def send(self, outbound: Any) -> str:
        """Remember, or fail as the test says."""
        await super().send(outbound)
        return message_id_of(outbound.delivery_id)


def message_id_of(delivery_id: int) -> str:
    """As channels/email seals it."""
    return f"<delivery.{delivery_id}.abcdefgh2345@centre.example>"


def a_mail(text: str = "", **given: Any) -> ReadMail:
    """A person's mail."""
    author = given.pop("author", ANNA)
    person = author if isinstance(author, MailPerson) else MailPerson(name=given.pop("name", ""), address=author)
    said: dict[str, Any] = {"kind": MailKind.HUMAN, "author": person, "text": text, "reading": text, "subject": "Вопрос"}
    return ReadMail(**{**said, **given})


def token(purpose: str, number: int) -> tuple[Answered, ...]:
    """A sealed word in the address that the mail came to."""
    return (Answered(purpose=purpose, number=number),)


@dataclass
class World:
    """The centre's mail."""

    transactions: Transactions
    clock: MovableClock
    locks: NamedLocks
    reader: FakeReader = field(default_factory=FakeReader)
    librarian: FakeLibrarian = field(default_factory=FakeLibrarian)
    channel: FakeMailChannel = field(default_factory=FakeMailChannel)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    uid: int = 0

    def __post_init__(self) -> None:
        outbox, typist = Outbox(self.jobs), FakeTypist()
        self.outbox = outbox
        tx, clock = self.transactions, self.clock
        self.requests = RequestDesk(
            transactions=tx,
            clock=clock,
            outbox=outbox,
            typist=typist,
            calendar_of=plain_calendar,
            template_of=template_of,
            public_url="https://inbox.example",
        )
        self.replies = ReplyDesk(
            transactions=tx, clock=clock, outbox=outbox, typist=typist, calendar_of=plain_calendar, template_of=template_of
        )
        followers = {"reply": self.replies.follow, "request": self.requests.follow}
        self.deliveries = DeliveryDesk(
            transactions=tx, locks=self.locks, channels={"email": self.channel}, clock=clock, followers=followers
        )
        self.operators = OperatorDesk(transactions=tx, clock=clock, outbox=outbox, librarian=self.librarian)
        self.store = MailStore(transactions=tx, clock=clock)
        self.router = Router(
            transactions=tx,
            clock=clock,
            librarian=self.librarian,
            reports=Reports(deliveries=self.deliveries),
            departments=Departments(notes=self.requests),
            citizens=Citizens(outbox=outbox, calendar_of=plain_calendar, contacts=CONTACTS),
        )
        self.carrier = MailCarrier(transactions=tx, clock=clock, locks=self.locks, reader=self.reader, router=self.router)
        self.desk = MailDesk(transactions=tx, clock=clock, router=self.router, requests=self.requests)

    async def take(self, read: ReadMail, *, mailbox: str = "centre") -> RawMail:
        """The mail lies in the mailbox and is stored, and nothing more."""
        self.uid += 1
        message_id = read.message_id or f"<m{self.uid}@example.org>"
        content = f"Message-ID: {message_id}\r\nFrom: {read.author.address}\r\n\r\n{self.uid}".encode()
        kept = read if read.message_id else replace(read, message_id=message_id)
        self.reader.known[content] = kept
        raw = RawMail(mailbox=mailbox, uid_validity=7, uid=self.uid, received_at=self.clock.now(), content=content)
        await self.store.take([raw])
        return raw

    async def comes(self, text: str = "", **given: Any) -> Mail:
        """A mail comes and is carried to its end; gives its row."""
        await self.take(a_mail(text, **given))
        await self.carrier.carry()
        mail: Mail = (await self.rows(Mail))[-1]
        return mail

    async def send(self) -> list[Delivery]:
        """Send what waits; gives all deliveries."""
        for one in await self.rows(Delivery):
            await self.deliveries.drain(Lane(channel=one.channel, recipient=one.recipient))
        return await self.rows(Delivery)

    async def rows(self, table: type[Any]) -> list[Any]:
        """Every row, oldest first."""
        async with self.transactions.begin() as tx:
            key = table.id if hasattr(table, "id") else next(iter(table.__table__.primary_key))
            return list((await tx.exec(select(table).order_by(key))).all())

    async def change(self, table: type[Any], number: int, **values: Any) -> None:
        """Change a row behind the desks' backs."""
        async with self.transactions.begin() as tx:
            row = await tx.get_one(table, number)
            for name, value in values.items():
                setattr(row, name, value)

    async def letters(self) -> list[dict[str, Any]]:
        """Contents of all letters, oldest first, with their recipients."""
        return [{**one.content, "to": one.recipient} for one in await self.rows(Delivery)]

    async def conversation(self) -> Conversation:
        """The newest conversation."""
        found: Conversation = (await self.rows(Conversation))[-1]
        return found

    async def messages(self) -> list[Message]:
        """Everything said."""
        return await self.rows(Message)

    async def tasks(self) -> list[StaffTask]:
        """Open tasks."""
        return [one for one in await self.rows(StaffTask) if one.done_at is None]

    async def an_operator(self, role: Role = Role.OPERATOR) -> Asker:
        """A member of staff."""
        async with self.transactions.begin() as tx:
            made = StaffMember(
                login=f"{role}{self.uid}", full_name="Операторова Анна", role=role, password_hash="-", created_at=self.clock.now()
            )
            tx.add(made)
            await tx.flush()
        number = made.id or 0
        return Asker(
            id=number,
            login=made.login,
            full_name=made.full_name,
            role=role,
            on_shift=True,
            shortcuts_on=True,
            notify="all",
            session="s",
        )

    async def an_appeal(self, address: str = ANNA, **given: Any) -> int:
        """A registered card of a person who has this address."""
        now, today = self.clock.now(), self.clock.today()
        number = len(await self.rows(Appeal)) + 123
        async with self.transactions.begin() as tx:
            person = Applicant(surname="Образцова", given_name="Анна", created_at=now, consent_at=now)
            tx.add(person)
            await tx.flush()
            tx.add(ContactPoint(applicant_id=person.id or 0, kind="email", value=address))
            said = {
                "journal": "А",
                "year": 2026,
                "number": number,
                "registration_number": f"А-{number:06d}/2026",
                "channel": "email",
                "text": "Во дворе темно.",
                "urgency": "urgent",
                "reply_form": "email",
                "reply_to": address,
                "registered_at": now,
                "counted_from": today,
                "due_on": date(2026, 12, 2),
                "answer_by": date(2026, 12, 2),
                "applicant_name": "Образцова Анна",
            }
            appeal = Appeal(applicant_id=person.id or 0, **{**said, **given})
            tx.add(appeal)
            await tx.flush()
            return appeal.id or 0

    async def a_request(self, appeal_id: int, asker: Asker) -> int:
        """A request to a department, on its way."""
        async with self.transactions.begin() as tx:
            if await tx.get(Department, LIGHTS) is None:
                tx.add(Department(key=LIGHTS, name="Управление примерного освещения", head_email="head@lights.example"))
                await tx.flush()
                liaison = Liaison(no=1, full_name="Светлова Пример", position="специалист", department=LIGHTS)
                liaison.email = "liaison@lights.example"
                tx.add(liaison)
            appeal = await tx.get_one(Appeal, appeal_id)
        key = f"k{appeal.version}"
        made = await self.requests.send(asker, appeal_id, [LIGHTS], "Когда починят?", version=appeal.version, client_key=key)
        return made[0].id or 0
