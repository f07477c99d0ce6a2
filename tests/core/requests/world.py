"""A card, two departments with their officials, and an operator who asks them."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

from docx import Document
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile, AppealMove
from core.calendar import WorkCalendar
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.departments.model import Absence, Department, Liaison
from core.files import load_file
from core.people.desk import EMAIL, PHONE
from core.people.model import Applicant, ContactPoint
from core.requests.desk import RequestDesk
from core.requests.memos import MemoFile, MemoForm
from core.requests.model import InformationRequest
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.tasks.model import StaffTask
from core.vocabulary import MemoOutcome, Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.requests.fakes import FakeTypist, template_of
from tests.fakes import FakeJobs

PUBLIC_URL = "https://inbox.example"
LIGHTS, WATER, EMPTY = "lights", "water", "empty"
QUESTION = "Когда восстановят освещение?"


async def calendar_of(tx: AsyncSession) -> WorkCalendar:
    """The official calendar without overrides."""
    return WorkCalendar()


def a_docx(text: str = "Освещение восстановлено 27 ноября.") -> bytes:
    """A real .docx with one paragraph."""
    document, written = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(written)
    return written.getvalue()


def a_zip() -> bytes:
    """A ZIP that is no document."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "a")
    return written.getvalue()


def a_memo(**given: Any) -> MemoForm:
    """A good note of the day."""
    said: dict[str, Any] = {
        "number": "17-сз",
        "dated_on": date(2026, 11, 25),
        "signed_by": "Образцов О. О., начальник отдела",
        "outcome": MemoOutcome.ANSWERED,
        "file": MemoFile(file_name="записка.docx", content=a_docx()),
    }
    return MemoForm(**{**said, **given})


class World:
    """Real desks on a real database; only the typist is a fake."""

    def __init__(self, transactions: Transactions, clock: MovableClock) -> None:
        self.transactions, self.clock = transactions, clock
        self.typist = FakeTypist()
        self.desk = RequestDesk(
            transactions=transactions,
            clock=clock,
            outbox=Outbox(FakeJobs()),
            typist=self.typist,
            calendar_of=calendar_of,
            template_of=template_of,
            public_url=PUBLIC_URL,
            centre_phone="+7 (8672) 00-00-00",
        )
        self.asker: Asker
        self.appeal_id = 0
        self._appeals = 0

    async def build(self) -> "World":
        """Departments, officials, an operator and one urgent card."""
        async with self.transactions.begin() as tx:
            tx.add(
                Department(key=LIGHTS, name="Управление примерного освещения", head_email="head@lights.example", copy_to_head=True)
            )
            tx.add(Department(key=WATER, name="Отдел примерной воды"))
            tx.add(Department(key=EMPTY, name="Отдел без ответственных"))
            await tx.flush()
            for no, department, name in ((1, LIGHTS, "Светлова"), (2, LIGHTS, "Лампова"), (3, WATER, "Водин")):
                email = f"liaison{no}@org.example"
                tx.add(Liaison(no=no, full_name=f"{name} Пример", position="специалист", department=department, email=email))
            await tx.flush()
        self.asker = await self.a_member(Role.OPERATOR)
        self.appeal_id = await self.an_appeal()
        return self

    async def a_member(self, role: Role) -> Asker:
        """A member of staff as the desks know them."""
        async with self.transactions.begin() as tx:
            made = StaffMember(
                login=f"{role}{id(object())}",
                full_name="Операторова Анна",
                role=role,
                password_hash="-",
                created_at=self.clock.now(),
            )
            tx.add(made)
            await tx.flush()
        return Asker(
            id=made.id or 0,
            login=made.login,
            full_name=made.full_name,
            role=role,
            on_shift=True,
            shortcuts_on=True,
            notify="all",
            session="s",
        )

    async def an_appeal(self, **given: Any) -> int:
        """A registered card, due on 2 December."""
        self._appeals += 1
        now, today = self.clock.now(), self.clock.today()
        async with self.transactions.begin() as tx:
            person = Applicant(surname="Образцов", given_name="Иван", created_at=now, consent_at=now)
            tx.add(person)
            await tx.flush()
            tx.add(ContactPoint(applicant_id=person.id or 0, kind=PHONE, value="+78672000001"))
            tx.add(ContactPoint(applicant_id=person.id or 0, kind=EMAIL, value="ivan@example.org"))
            said = {
                "journal": "А",
                "year": 2026,
                "number": self._appeals,
                "registration_number": f"А-{self._appeals:06d}/2026",
                "channel": "telegram",
                "text": "Во дворе темно.",
                "urgency": "urgent",
                "reply_form": "email",
                "registered_at": now,
                "counted_from": today,
                "due_on": date(2026, 12, 2),
                "answer_by": date(2026, 12, 2),
                "applicant_name": "Образцов Иван",
            }
            appeal = Appeal(applicant_id=person.id or 0, **{**said, **given})
            tx.add(appeal)
            await tx.flush()
            return appeal.id or 0

    async def send(self, *departments: str, key: str = "k1", version: int | None = None) -> Sequence[InformationRequest]:
        """Ask departments about the card."""
        version = version or (await self.appeal()).version
        return await self.desk.send(self.asker, self.appeal_id, departments, QUESTION, version=version, client_key=key)

    async def away(self, liaison_no: int, **given: Any) -> None:
        """A liaison is away this week."""
        async with self.transactions.begin() as tx:
            said = {"first": date(2026, 11, 23), "last": date(2026, 11, 27), "made_at": self.clock.now()}
            tx.add(Absence(liaison_id=liaison_no, **{**said, **given}))

    async def appeal(self) -> Appeal:
        """The card as it is."""
        async with self.transactions.begin() as tx:
            return await tx.get_one(Appeal, self.appeal_id)

    async def request(self, request_id: int) -> InformationRequest:
        """A request as it is."""
        async with self.transactions.begin() as tx:
            return await tx.get_one(InformationRequest, request_id)

    async def rows(self, table: type[Any]) -> list[Any]:
        """Every row, oldest first."""
        async with self.transactions.begin() as tx:
            return list((await tx.exec(select(table).order_by(col(table.id)))).all())

    async def deliveries(self) -> list[Delivery]:
        """Every letter."""
        return await self.rows(Delivery)

    async def open_tasks(self) -> list[str]:
        """The kinds of open tasks."""
        return [one.kind for one in await self.rows(StaffTask) if one.done_at is None]

    async def moves(self) -> list[tuple[str, str]]:
        """The history of the card: move and status."""
        return [(one.move, one.status) for one in await self.rows(AppealMove)]

    async def files(self) -> list[tuple[str, str]]:
        """Kind and name of the card's files."""
        return [(one.kind, one.file_name) for one in await self.rows(AppealFile)]

    async def typed(self, request: InformationRequest) -> dict[str, Any]:
        """The facts in the stored document."""
        async with self.transactions.begin() as tx:
            found: dict[str, Any] = json.loads((await load_file(tx, request.document_key)).content)
            return found

    def token(self, nth: int = -1) -> str:
        """The token of the link in a letter."""
        link = str(self.typist.letters[nth][1]["link"])
        assert link.startswith(f"{PUBLIC_URL}/d/")
        return link.rpartition("/")[2]
