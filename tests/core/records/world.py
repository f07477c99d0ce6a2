"""Appeals that a records system is to be told of, and the desk that does it."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile, AppealMove
from core.files import store_file
from core.people.desk import EMAIL, PHONE
from core.people.model import Applicant, ContactPoint
from core.records.desk import RecordsDesk
from core.records.model import RecordsMessage
from core.records.noting import note_change
from core.records.port import RecordsSystem, RecordTask
from core.records.showing import RecordOnCard
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.records.fakes import Tasks


class Records:
    """A desk over the given system, with tasks of appeals as the test sets them."""

    def __init__(self, transactions: Transactions, clock: MovableClock, system: RecordsSystem) -> None:
        self.transactions = transactions
        self.clock = clock
        self.tasks = Tasks()
        self.system = system
        self.requests: dict[int, Sequence[RecordTask]] = {}
        self.counter = 0
        self.desk = RecordsDesk(
            transactions=transactions, clock=clock, system=system, tasks_of=self._requests_of, raise_task=self.tasks
        )

    async def an_appeal(self, words: str = "Нет освещения во дворе.", **given: Any) -> int:
        """A registered appeal of an invented person; its registration is noted in the same transaction."""
        self.counter += 1
        now = self.clock.now()
        person = {"surname": "Образцов", "given_name": "Пример", "patronymic": "Тестович", **given.pop("person", {})}
        async with self.transactions.begin() as tx:
            applicant = Applicant(created_at=now, consent_at=now, **person)
            tx.add(applicant)
            await tx.flush()
            tx.add(ContactPoint(applicant_id=applicant.id or 0, kind=PHONE, value="+78672000001"))
            tx.add(ContactPoint(applicant_id=applicant.id or 0, kind=EMAIL, value="primer@example.org"))
            said = {
                "journal": "А",
                "year": 2026,
                "number": self.counter,
                "registration_number": f"А-{self.counter:06d}/2026",
                "channel": "telegram",
                "text": words,
                "topic": "Освещение",
                "urgency": "urgent",
                "reply_form": "email",
                "registered_at": now,
                "counted_from": self.clock.today(),
                "due_on": self.clock.today().replace(month=12, day=2),
                "answer_by": self.clock.today().replace(month=12, day=2),
                "applicant_name": "Образцов Пример Тестович",
            }
            appeal = Appeal(applicant_id=applicant.id or 0, **{**said, **given})
            tx.add(appeal)
            await tx.flush()
            await self._move(tx, appeal, "register")
            return appeal.id or 0

    async def change(self, appeal_id: int, move: str, **fields: Any) -> None:
        """A move of the appeal, noted in its transaction."""
        async with self.transactions.begin() as tx:
            appeal = await tx.get_one(Appeal, appeal_id, with_for_update=True)
            for name, value in fields.items():
                setattr(appeal, name, value)
            await self._move(tx, appeal, move)

    async def attach(self, appeal_id: int, file_name: str, content: bytes) -> None:
        """A file of the card."""
        now = self.clock.now()
        async with self.transactions.begin() as tx:
            key = await store_file(tx, content, "application/pdf", now)
            tx.add(
                AppealFile(
                    appeal_id=appeal_id,
                    kind="applicant",
                    file_name=file_name,
                    media_type="application/pdf",
                    size=len(content),
                    storage_key=key,
                    added_at=now,
                )
            )

    async def rows(self) -> list[RecordsMessage]:
        """Every message, oldest first."""
        async with self.transactions.begin() as tx:
            return list((await tx.exec(select(RecordsMessage).order_by(col(RecordsMessage.id)))).all())

    async def shown(self, appeal_id: int) -> RecordOnCard | None:
        """What the card shows."""
        async with self.transactions.begin() as tx:
            return await self.desk.state_of(tx, appeal_id)

    async def _move(self, tx: AsyncSession, appeal: Appeal, move: str) -> None:
        now = self.clock.now()
        tx.add(AppealMove(appeal_id=appeal.id or 0, move=move, status=appeal.status, made_at=now))
        if self.system.exports:
            await note_change(tx, appeal.id or 0, now)

    async def _requests_of(self, tx: AsyncSession, appeal_id: int) -> Sequence[RecordTask]:
        return self.requests.get(appeal_id, ())
