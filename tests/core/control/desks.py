"""A town with real desks: cards registered by the real code, operators, departments and applicants who act through their desks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from core.appeals.registering import Registration, register
from core.calendars.keeping import CalendarKeeper
from core.calls.closing import ClosingDesk
from core.calls.desk import CallDesk
from core.control.desk import ControlDesk
from core.conversations.model import Conversation
from core.deliveries.outbox import Outbox
from core.departments.model import Department, Liaison
from core.knowledge.model import InformationItem
from core.people.desk import EMAIL, PHONE, card_of
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.replies.desk import ReplyDesk
from core.requests.desk import RequestDesk
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.typist import Typist
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.control.world import HEAD_EMAIL, PUBLIC, Jobs, at
from tests.core.requests.fakes import FakeTypist, template_of


@dataclass(frozen=True, kw_only=True)
class Person:
    """An applicant with their conversation."""

    applicant_id: int
    conversation_id: int


class DeskTown:
    """Desks wired as in app.casework over a real database; the typist's bytes matter only where the test gives a real one."""

    def __init__(self, transactions: Transactions, clock: MovableClock, typist: Typist | None = None) -> None:
        self.transactions, self.clock = transactions, clock
        self.typist = typist or FakeTypist()
        self.outbox, self.keeper = Outbox(Jobs()), CalendarKeeper()
        given = {"transactions": transactions, "clock": clock}
        counted = {**given, "calendar_of": self.keeper.calendar_of}
        self.requests = RequestDesk(**counted, outbox=self.outbox, typist=self.typist, template_of=template_of, public_url=PUBLIC)
        self.replies = ReplyDesk(**counted, outbox=self.outbox, typist=self.typist, template_of=template_of)
        self.calls = CallDesk(**counted)
        self.closing = ClosingDesk(**given, outbox=self.outbox, typist=self.typist, public_url=PUBLIC)
        self.control = ControlDesk(
            transactions=transactions,
            calendar_of=self.keeper.calendar_of,
            draft_interim=self.replies.draft_interim_in,
            reminders=self.requests,
            outbox=self.outbox,
            public_url=PUBLIC,
            head_email=HEAD_EMAIL,
        )
        self.operator: Asker
        self.people: list[Person] = []

    async def found(self, departments: int = 4, people: int = 20) -> None:
        """Departments d1, d2, ... each with a liaison, two kinds of information, an operator, applicants with a telephone."""
        async with self.transactions.begin() as tx:
            keys = [f"d{number}" for number in range(1, departments + 1)]
            tx.add_all(Department(key=key, name=f"Отдел {key}") for key in keys)
            await tx.flush()
            tx.add_all(
                Liaison(no=no, full_name=f"Связной Пример {key}", position="специалист", department=key, email=f"{key}@org.example")
                for no, key in enumerate(keys, 1)
            )
            tx.add(
                InformationItem(no=1, title="Часы приёма", review_every="quarter", update_within_working_days=3, departments=["*"])
            )
            tx.add(InformationItem(no=2, title="Порядок приёма", departments=["d1"]))
            now = self.clock.now()
            made = StaffMember(login="op", full_name="Операторова Анна", role=Role.OPERATOR, password_hash="-", created_at=now)
            tx.add(made)
            await tx.flush()
            self.operator = Asker(
                id=made.id or 0,
                login=made.login,
                full_name=made.full_name,
                role=Role.OPERATOR,
                on_shift=True,
                shortcuts_on=True,
                notify="all",
                session="s",
            )
        self.people = [await self._a_person(number) for number in range(people)]

    async def _a_person(self, number: int) -> Person:
        now = self.clock.now()
        async with self.transactions.begin() as tx:
            who = Applicant(surname="Образцов", given_name="Иван", consent_at=now, created_at=now)
            tx.add(who)
            await tx.flush()
            tx.add(ContactPoint(applicant_id=who.id or 0, kind=PHONE, value=f"+7867200{number:04d}"))
            tx.add(ContactPoint(applicant_id=who.id or 0, kind=EMAIL, value=f"person{number}@example.org"))
            account = ChannelIdentity(channel="telegram", external_id=str(number), applicant_id=who.id, created_at=now)
            tx.add(account)
            await tx.flush()
            talk = Conversation(
                channel="telegram",
                identity_id=account.id or 0,
                applicant_id=who.id,
                mode="closed",
                last_message_at=now,
                opened_at=now,
            )
            tx.add(talk)
            await tx.flush()
            return Person(applicant_id=who.id or 0, conversation_id=talk.id or 0)

    async def registers(self, wanted: Sequence[Registration]) -> list[int]:
        """Register these, in one transaction by the registering code itself; the people take turns."""
        async with self.transactions.begin() as tx:
            calendar = await self.keeper.calendar_of(tx)
            made = []
            for number, what in enumerate(wanted):
                person = self.people[number % len(self.people)]
                talk = await tx.get_one(Conversation, person.conversation_id)
                card = await card_of(tx, person.applicant_id)
                made.append((await register(tx, talk, card, what, calendar, self.clock.now())).id or 0)
            return made

    async def round_at(self, day: date, hour: int = 9) -> Mapping[str, int]:
        """One round on a day at an hour of Moscow."""
        self.clock.moment = at(day, hour)
        return await self.control.round(self.clock.now())

    async def rows(self, statement: str, **facts: object) -> Sequence[tuple[object, ...]]:
        """What the database says."""
        async with self.transactions.begin() as tx:
            return [tuple(row) for row in (await tx.execute(text(statement), facts)).all()]
