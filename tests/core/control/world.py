"""A town in little: departments with liaisons, cards by the thousand, a timetable over a real database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.calendars.keeping import CalendarKeeper
from core.clock import MOSCOW
from core.control.desk import ControlDesk
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.departments.model import Department, Liaison
from core.knowledge.model import InformationItem
from core.people.model import Applicant
from core.requests.model import InformationRequest
from core.vocabulary import ChannelName
from db.transactions import Transactions
from db.types import Sealed

DAY = timedelta(days=1)
PUBLIC = "https://centre.example"
HEAD_EMAIL = "head@centre.example"


async def all_letters(transactions: Transactions, kind: str = "") -> Sequence[Delivery]:
    """What was written, oldest first; of one kind of letters, or everything."""
    async with transactions.begin() as tx:
        found = (await tx.exec(select(Delivery).order_by(col(Delivery.id)))).all()
    return [one for one in found if not kind or one.content.get("kind") == kind]


class Jobs:
    """Defers nothing: no worker listens."""

    async def defer(self, tx: AsyncSession, name: str, *, lock: str | None = None, **arguments: object) -> None:
        """Forget it."""


@dataclass(slots=True)
class Draft:
    """What a draft of the timetable is known by."""

    id: int | None


class Drafts:
    """Drafts interim replies; remembers for which card and term, and fails where it is told to."""

    def __init__(self) -> None:
        self.made: list[tuple[int, date]] = []
        self.broken: set[int] = set()

    async def __call__(self, tx: AsyncSession, appeal: Appeal) -> Draft:
        """One draft."""
        if appeal.id in self.broken:
            raise RuntimeError("the draft cannot be made")
        self.made.append((appeal.id or 0, appeal.answer_by))
        return Draft(id=len(self.made))


class Reminders:
    """Writes a letter to the request's addressee under the key that it is given."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.now = datetime(2000, 1, 1, tzinfo=UTC)

    async def remind_in(self, tx: AsyncSession, request: InformationRequest, *, key: str, overdue: bool) -> bool:
        """One letter."""
        content: Mapping[str, object] = {"subject": request.number, "text": "", "files": [], "kind": "reminder", "overdue": overdue}
        to = request.addressee_email
        wrote = await self._outbox.write_letter(tx, channel=ChannelName.EMAIL, recipient=to, content=content, now=self.now, key=key)
        return wrote is not None


class Town:
    """The timetable with its fakes; ``round_at`` moves time."""

    def __init__(self, transactions: Transactions) -> None:
        self.transactions = transactions
        outbox = Outbox(Jobs())
        self.drafts, self.reminders = Drafts(), Reminders(outbox)
        self.keeper = CalendarKeeper()
        self.desk = ControlDesk(
            transactions=transactions,
            calendar_of=self.keeper.calendar_of,
            draft_interim=self.drafts,
            reminders=self.reminders,
            outbox=outbox,
            public_url=PUBLIC,
            head_email=HEAD_EMAIL,
        )

    async def round_at(self, day: date, hour: int = 9) -> Mapping[str, int]:
        """One round on a day at an hour of Moscow."""
        self.reminders.now = at(day, hour)
        return await self.desk.round(at(day, hour))

    async def found(self, departments: int = 4) -> None:
        """Departments d1, d2, ... each with a liaison, and two kinds of information."""
        async with self.transactions.begin() as tx:
            keys = [f"d{number}" for number in range(1, departments + 1)]
            tx.add_all(Department(key=key, name=f"Отдел {key}") for key in keys)
            await tx.flush()
            tx.add_all(
                Liaison(
                    no=number, full_name=f"Связной Пример {key}", position="специалист", department=key, email=f"{key}@org.example"
                )
                for number, key in enumerate(keys, 1)
            )
            tx.add(
                InformationItem(no=1, title="Часы приёма", review_every="quarter", update_within_working_days=3, departments=["*"])
            )
            tx.add(InformationItem(no=2, title="Порядок приёма", departments=["d1"]))
            tx.add(Applicant(id=1, created_at=at(date(2026, 1, 1), 9), surname="Образцов"))

    async def rows(self, statement: str, **facts: object) -> Sequence[tuple[object, ...]]:
        """What the database says."""
        async with self.transactions.begin() as tx:
            return [tuple(row) for row in (await tx.execute(text(statement), facts)).all()]

    async def do(self, statement: str, **facts: object) -> None:
        """Change something past the desks."""
        async with self.transactions.begin() as tx:
            await tx.execute(text(statement), facts)

    async def cards(self, cards: Sequence[Mapping[str, object]]) -> None:
        """Add cards in bulk; each gives ``id``, ``counted_from``, ``urgency`` and ``due_on``."""
        async with self.transactions.begin() as tx:
            await tx.execute(
                _CARD, [{"number": f"А-{card['id']:06d}/2026", "at": at(card["counted_from"], 12), **card} for card in cards]
            )


_CARD = text(
    "INSERT INTO appeal (id, journal, year, number, registration_number, applicant_id, channel, text, address, topic, urgency,"
    " reply_form, reply_to, status, registered_at, counted_from, due_on, answer_by, applicant_name, address_key, status_before,"
    " closing, reopened, version) VALUES (:id, 'А', 2026, :id, :number, 1, 'telegram', 'Нет освещения.', '', '', :urgency, 'email',"
    " :reply_to, 'registered', :at, :counted_from, :due_on, :due_on, 'Образцов', '', '', '', 0, 1)"
).bindparams(bindparam("reply_to", "primer@example.org", type_=Sealed("appeal.reply_to")))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of Moscow, in UTC."""
    return datetime.combine(day, time(hour, minute), MOSCOW).astimezone(UTC)
