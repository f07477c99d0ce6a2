"""To whom a request goes, and to whom its reminders (reg. 4.2, 4.4)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import and_, bindparam
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.departments.addressing import Addressee, Roster, addressee_of, who_answers
from core.departments.model import Absence, Department, Liaison
from core.requests.model import InformationRequest
from core.words import say

_AWAY = and_(col(Absence.first) <= bindparam("on"), col(Absence.last) >= bindparam("on"))
_ROSTER = (
    select(Liaison, Absence)
    .outerjoin(Absence, and_(col(Absence.liaison_id) == col(Liaison.id), _AWAY))
    .where(or_(col(Liaison.department).in_(bindparam("departments", expanding=True)), select(Absence.id).where(_AWAY).exists()))
    .order_by(col(Liaison.no), col(Absence.id))
)


async def roster_among(tx: AsyncSession, on: date, departments: Mapping[str, Department]) -> Roster:
    """The officials of these departments; of all when anybody is away: a substitute may be of another department."""
    rows = (await tx.exec(_ROSTER, params={"on": on, "departments": list(departments)})).all()
    listed = {liaison.no: liaison for liaison, _ in rows}
    absences = sorted((absence for _, absence in rows if absence is not None), key=lambda one: one.id or 0)
    return Roster(list(listed.values()), absences, list(departments.values()))


async def address(tx: AsyncSession, request: InformationRequest, addressee: Addressee | None) -> None:
    """Write the addressee down; without one the paper names the head, and no letter leaves."""
    department = await tx.get_one(Department, request.department)
    request.liaison_id = addressee.liaison_id if addressee else None
    request.stands_in_for_id = addressee.stands_in_for if addressee else None
    request.addressee_name = addressee.full_name if addressee else department.head_name or say("requests.head")
    request.addressee_position = addressee.position if addressee else department.head_position
    request.addressee_email = addressee.email if addressee else ""
    request.copy_to = department.head_email if addressee and department.copy_to_head else ""


async def now_answering(tx: AsyncSession, request: InformationRequest, today: date) -> Addressee | None:
    """Whoever the department has for this today: the addressee may have left, the absent one may be back (4.4)."""
    listed = request.stands_in_for_id or request.liaison_id
    if listed is not None:
        return await who_answers(tx, listed, today) or await addressee_of(tx, request.department, today)
    if not request.addressee_email:
        return None
    return Addressee(
        liaison_id=None,
        full_name=request.addressee_name,
        position=request.addressee_position,
        email=request.addressee_email,
        phone="",
        copy_to=request.copy_to,
    )
