"""How the letters about a request ended (reg. 2.8.9)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.deliveries.desk import Ended
from core.requests.model import InformationRequest
from core.requests.states import AWAITED
from core.tasks.raising import raise_task
from core.vocabulary import DeliveryState, TaskKind


async def follow(tx: AsyncSession, ended: Ended) -> None:
    """How a letter about a request ended; one that did not arrive is an operator's task (2.8.9)."""
    request = await tx.get(InformationRequest, ended.subject_id, with_for_update=True, populate_existing=True)
    if request is None:
        return
    request.delivery = ended.state
    if ended.state in (DeliveryState.FAILED, DeliveryState.BOUNCED) and request.status in AWAITED:
        appeal = await tx.get_one(Appeal, request.appeal_id)
        await raise_task(
            tx,
            TaskKind.DELIVERY_FAILED,
            ended.at,
            key=f"delivery_failed:{ended.delivery_id}",
            appeal_id=request.appeal_id,
            request_id=request.id,
            department=request.department,
            assignee_id=appeal.assignee_id,
            due_on=request.due_on,
            number=request.number,
        )
