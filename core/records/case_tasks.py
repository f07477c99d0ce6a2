"""The information requests of an appeal as tasks of its record (reg. 2.8.9, 2.8.10)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import spoken_date
from core.departments.model import Department
from core.records.port import ControlState, RecordTask
from core.requests.model import InformationRequest, Memo
from core.vocabulary import MemoOutcome, RequestStatus
from core.words import say

CONTROL: Final[Mapping[str, ControlState]] = MappingProxyType(
    {
        RequestStatus.UNADDRESSED: ControlState.UNDER,
        RequestStatus.SENT: ControlState.UNDER,
        RequestStatus.ANSWERED: ControlState.ENDED,
        RequestStatus.CANNOT: ControlState.ENDED,
        RequestStatus.WITHDRAWN: ControlState.NONE,
    }
)
"""A draft has left nobody's table yet, so it is not told."""


async def requested_tasks(tx: AsyncSession, appeal_id: int) -> Sequence[RecordTask]:
    """The requests that were made, oldest first, each with what the newest official note says."""
    made = (
        select(InformationRequest, Department)
        .join(Department, col(Department.key) == InformationRequest.department)
        .where(InformationRequest.appeal_id == appeal_id, col(InformationRequest.status).in_(list(CONTROL)))
        .order_by(col(InformationRequest.id))
    )
    notes = select(Memo).where(Memo.appeal_id == appeal_id).order_by(col(Memo.id))
    newest = {memo.request_id: memo for memo in (await tx.exec(notes)).all()}
    return [_task(request, department, newest.get(request.id or 0)) for request, department in (await tx.exec(made)).all()]


def _task(request: InformationRequest, department: Department, memo: Memo | None) -> RecordTask:
    return RecordTask(
        id=request.id or 0,
        number=request.number,
        text=request.question,
        department=department.name,
        official=request.addressee_name or say("records.unaddressed"),
        position=request.addressee_position,
        control=CONTROL[request.status],
        deadline=request.due_on,
        fact_date=memo.dated_on if memo else None,
        outcome=_outcome(memo) if memo else "",
    )


def _outcome(memo: Memo) -> str:
    words = say("records.memo", number=memo.number, day=spoken_date(memo.dated_on), signed_by=memo.signed_by)
    return f"{words}\n{say('records.cannot', reasons=memo.reasons)}" if memo.outcome == MemoOutcome.CANNOT else words
