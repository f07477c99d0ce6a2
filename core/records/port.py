"""The port to the records system (EDMS): what a card and a report say, what comes back, what can go wrong (reg. 2.8.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class RecordKind(StrEnum):
    """A card is told once, whole; what becomes of it is told in reports."""

    DOC_INFO = "doc_info"
    REPORT = "report"


class RecordState(StrEnum):
    """The place of a message on its way; a report that was taken in is ``registered`` too."""

    WAITING = "waiting"
    WRITTEN = "written"
    REGISTERED = "registered"
    REFUSED = "refused"
    FAILED = "failed"


class ControlState(StrEnum):
    """Whether somebody watches the term."""

    NONE = "none"
    UNDER = "under"
    ENDED = "ended"


class AnswerKind(StrEnum):
    """What the records system says of a message."""

    RECEIVED = "received"
    REGISTERED = "registered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAuthor:
    """Who appealed; ``organisation`` is empty for a natural person, ``full_name`` may be for a legal one."""

    full_name: str
    organisation: str = ""
    postal_address: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """A file of the card; its bytes are under ``key`` in the file store."""

    key: str
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTask:
    """An information request to a department (reg. 2.8.9) and how it was carried out (2.8.10)."""

    id: int
    number: str
    text: str
    department: str
    official: str
    position: str
    control: ControlState
    deadline: date
    fact_date: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDocument:
    """Everything that one message says of an appeal. Texts are as people wrote them; the adapter makes them fit its format."""

    kind: RecordKind
    message_id: UUID
    return_id: UUID
    made_at: datetime
    appeal_id: int
    number: str
    registered_on: date
    control: ControlState
    deadline: date
    annotation: str
    rubric: str
    note: str
    author: RecordAuthor
    fact_date: date | None = None
    files: Sequence[RecordFile] = ()
    tasks: Sequence[RecordTask] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a message lies and the SHA-256 of what it says."""

    file_name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer:
    """One answer; ``place`` is how the adapter finds it again, ``number`` and ``dated`` are the records system's own."""

    kind: AnswerKind
    return_id: str
    place: str
    number: str = ""
    dated: date | None = None
    reason: str = ""


class RecordsError(Exception):
    """A message was not written or answers were not read; ``permanent`` when the message itself is at fault."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class RecordsSystem(Protocol):
    """Keeps the administration's records. Each method may be repeated after a crash and must then change nothing more."""

    @property
    def name(self) -> str:
        """``own`` or the name of the system that is told."""
        ...

    @property
    def exports(self) -> bool:
        """Whether anything is told at all; False when our own journal is the record."""
        ...

    async def write(self, document: RecordDocument) -> Written:
        """Hand the message over whole. Raises RecordsError."""
        ...

    async def poll(self) -> Sequence[RecordAnswer]:
        """The answers that can be read now; what cannot be is set aside. Raises RecordsError when there is nowhere to look."""
        ...

    async def acknowledge(self, answer: RecordAnswer) -> None:
        """The answer was stored: do not give it again. Raises RecordsError."""
        ...

    async def set_aside(self, answer: RecordAnswer, reason: str) -> None:
        """The answer fits nothing of ours: keep it for people, do not give it again. Raises RecordsError."""
        ...
