"""An honest stand-in for a records system, and the staff's tasks as a list."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.records.port import AnswerKind, RecordAnswer, RecordDocument, RecordsError, Written
from core.vocabulary import TaskKind


class FakeRecords:
    """Keeps documents by MessageID, as a system that passes over repeats; fails and answers as the test says."""

    name = "fake"
    exports = True

    def __init__(self) -> None:
        self.documents: dict[str, RecordDocument] = {}
        self.writes = 0
        self.errors: list[RecordsError] = []
        self.answers: list[RecordAnswer] = []
        self.aside: list[tuple[str, str]] = []
        self.away = False
        self.forgetful = False

    async def write(self, document: RecordDocument) -> Written:
        """Keep it, unless the test says otherwise."""
        self.writes += 1
        if self.away:
            raise RecordsError("away")
        if self.errors:
            raise self.errors.pop(0)
        self.documents.setdefault(str(document.message_id), document)
        return Written(file_name=f"{document.message_id}.xml", digest="d" * 64)

    async def poll(self) -> Sequence[RecordAnswer]:
        """What was not acknowledged."""
        if self.away:
            raise RecordsError("away")
        return tuple(self.answers)

    async def acknowledge(self, answer: RecordAnswer) -> None:
        """Forget it, unless a crash is played."""
        if self.forgetful:
            raise RecordsError("away")
        self.answers.remove(answer)

    async def set_aside(self, answer: RecordAnswer, reason: str) -> None:
        """Keep it for people."""
        self.answers.remove(answer)
        self.aside.append((answer.return_id, reason))

    def registers(self, document: RecordDocument, number: str, dated: date = date(2026, 11, 25)) -> None:
        """Answer with a number."""
        self._says(AnswerKind.REGISTERED, str(document.return_id), number=number, dated=dated)

    def refuses(self, document: RecordDocument, reason: str) -> None:
        """Answer with a refusal."""
        self._says(AnswerKind.REFUSED, str(document.return_id), reason=reason)

    def receives(self, document: RecordDocument) -> None:
        """Answer that it came in."""
        self._says(AnswerKind.RECEIVED, str(document.return_id))

    def _says(self, kind: AnswerKind, return_id: str, number: str = "", dated: date | None = None, reason: str = "") -> None:
        place = f"answer-{len(self.answers)}-{return_id}"
        self.answers.append(RecordAnswer(kind=kind, return_id=return_id, place=place, number=number, dated=dated, reason=reason))

    @property
    def told(self) -> list[RecordDocument]:
        """The documents in the order in which they came."""
        return list(self.documents.values())


class Tasks:
    """The staff's tasks by their keys, each once, as core.tasks keeps them."""

    def __init__(self) -> None:
        self.raised: dict[str, dict[str, object]] = {}

    async def __call__(
        self, tx: AsyncSession, kind: TaskKind, now: datetime, *, key: str, for_role: str, appeal_id: int | None, problem: str
    ) -> bool:
        """Implements core.records.desk.RaiseTask."""
        new = key not in self.raised
        self.raised.setdefault(key, {"kind": kind, "for_role": for_role, "appeal_id": appeal_id, "problem": problem})
        return new

    @property
    def problems(self) -> list[object]:
        """What each task is about."""
        return [task["problem"] for task in self.raised.values()]
