"""To whom a request goes, and to whom its reminders (reg. 4.2, 4.4)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.departments.addressing import Addressee, Roster, addressee_of, who_answers
from core.departments.model import Absence, Department, Liaison
from core.requests.model import InformationRequest
from core.words import say

_AWAY = select(Absence).where(col(Absence.first) <= bindparam("on"), col(Absence.last) >= bindparam("on")).order_by(col(Absence.id))
_LISTED = select(Liaison).order_by(col(Liaison.no))
_OF_THESE = _LISTED.where(col(Liaison.department).in_(bindparam("departments", expanding=True)))


async def roster_among(tx: AsyncSession, on: date, departments: Mapping[str, Department]) -> Roster:
    """The officials of these departments; of all when anybody is away: a substitute may be of another department."""
    absences = (await tx.exec(_AWAY, params={"on": on})).all()
    if absences:
        listed = (await tx.exec(_LISTED)).all()
    else:
        listed = (await tx.exec(_OF_THESE, params={"departments": list(departments)})).all()
    return Roster(listed, absences, list(departments.values()))


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
