"""To whom a request goes, and to whom its reminders (reg. 4.2, 4.4)."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import and_, bindparam
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.departments.addressing import Addressee, Roster, addressee_of, who_answers
from core.departments.model import Absence, Department, Liaison
from core.errors import Invalid
from core.requests.model import InformationRequest
from core.words import say

_AWAY = and_(col(Absence.first) <= bindparam("on"), col(Absence.last) >= bindparam("on"))
_ASKED = (
    select(Department, Liaison, Absence)
    .select_from(Department)
    .outerjoin(Liaison, or_(Liaison.department == col(Department.key), select(Absence.id).where(_AWAY).exists()))
    .outerjoin(Absence, and_(col(Absence.liaison_id) == col(Liaison.id), _AWAY))
    .where(col(Department.key).in_(bindparam("departments", expanding=True)))
    .order_by(col(Liaison.no), col(Absence.id))
)


async def asked_among(tx: AsyncSession, on: date, keys: Sequence[str]) -> tuple[Mapping[str, Department], Roster]:
    """The departments once each, in the order asked for, and their officials; raises Invalid for an unknown one.

    The officials of all departments when anybody is away: a substitute may be of another one.
    """
    rows = (await tx.exec(_ASKED, params={"on": on, "departments": list(keys)})).all()
    found = {department.key: department for department, _, _ in rows}
    if any(key not in found for key in keys):
        raise Invalid("no such department", fields={"departments": "no_department"})
    listed = {liaison.no: liaison for _, liaison, _ in rows if liaison is not None}
    away = {absence.id or 0: absence for _, _, absence in rows if absence is not None}
    asked = {key: found[key] for key in dict.fromkeys(keys)}
    return asked, Roster(list(listed.values()), [away[one] for one in sorted(away)], list(asked.values()))


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
