"""The card in the records system, as the API shows it (2.8.6)."""

from datetime import date, datetime

from pydantic import BaseModel

from core.records.port import RecordKind, RecordState


class RecordStepView(BaseModel):
    """What happened between us and the records system; it stands in the history between the moves."""

    state: RecordState
    at: datetime
    number: str
    dated: date | None
    reason: str


class RecordView(BaseModel):
    """The card in the records system (2.8.6): null parts are not known yet.

    ``state`` is null before anything was told; ``is_own``: our own journal is the record, so there is nothing to tell. ``number``
    and ``dated`` are the records system's; ``reason`` is why it refused. ``may_send_again``: this person may tell it anew.
    """

    is_own: bool = False
    kind: RecordKind | None = None
    state: RecordState | None = None
    number: str = ""
    dated: date | None = None
    reason: str = ""
    tries: int = 0
    made_at: datetime | None = None
    written_at: datetime | None = None
    answered_at: datetime | None = None
    may_send_again: bool = False
    steps: list[RecordStepView]
