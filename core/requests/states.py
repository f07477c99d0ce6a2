"""What the desks of requests share: locking in one order, and what a card's requests make of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import locked_appeal, status_of_requests
from core.errors import Conflict, NotFound
from core.requests.model import InformationRequest
from core.vocabulary import AppealStatus, RequestStatus

AWAITED = (RequestStatus.SENT, RequestStatus.UNADDRESSED)
"""A department's answer is still to come."""


class RequestNotOpen(Conflict):
    """The request was answered or withdrawn; ``facts['status']`` says which."""

    code = "request_not_open"


class NobodyAnswers(Conflict):
    """Nobody at the department can be written to today: no liaison, no substitute (4.4)."""

    code = "nobody_answers"


_MADE = (
    select(InformationRequest)
    .where(col(InformationRequest.client_key).in_(bindparam("keys", expanding=True)))
    .order_by(col(InformationRequest.id))
)


async def made_before(tx: AsyncSession, keys: Iterable[str]) -> list[InformationRequest]:
    """The requests that the same press of a button made already."""
    return list((await tx.exec(_MADE, params={"keys": list(keys)})).all())


async def locked_request(tx: AsyncSession, request_id: int) -> tuple[Appeal, InformationRequest]:
    """The card and then its request, locked in this order everywhere; raises NotFound."""
    appeal_id = (await tx.exec(select(InformationRequest.appeal_id).where(InformationRequest.id == request_id))).first()
    if appeal_id is None:
        raise NotFound("no such request")
    appeal = await locked_appeal(tx, appeal_id)
    request = await tx.get_one(InformationRequest, request_id, with_for_update=True, populate_existing=True)
    return appeal, request


def must_be(request: InformationRequest, *statuses: RequestStatus) -> None:
    """Raises RequestNotOpen unless the request is in one of these."""
    if request.status not in statuses:
        raise RequestNotOpen(status=request.status, request_id=request.id)


async def status_by_requests(tx: AsyncSession, appeal_id: int) -> AppealStatus:
    """Where all its requests put a card."""
    statuses = select(InformationRequest.status).where(InformationRequest.appeal_id == appeal_id)
    return status_of_requests((await tx.exec(statuses)).all())


def set_status(request: InformationRequest, status: RequestStatus, now: datetime) -> None:
    """Change the status and note when."""
    request.status = status
    request.version += 1
    if status in (RequestStatus.ANSWERED, RequestStatus.CANNOT):
        request.answered_at = now
    if status is RequestStatus.WITHDRAWN:
        request.withdrawn_at = now
