"""Everybody's deeds, for the head, the auditor and the administrator (reg. 2.7, 2.10)."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from core.audit.desk import Looked
from core.conversations.thread import NEWEST
from inbox.web.audit import schemas
from inbox.web.auth import Confirmed, Desks, SignedIn
from inbox.web.file_answers import saved_file
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/audit", tags=["audit"])
MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl"}


def _looked(
    staff: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
    action: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=64)] = "",
    first: date | None = None,
    last: date | None = None,
) -> Looked:
    return Looked(staff_id=staff, action=action.strip(), subject=subject.strip(), first=first, last=last)


Asked = Annotated[Looked, Depends(_looked)]


@router.get("")
async def list_entries(
    asker: SignedIn, office: Desks, looked: Asked, before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None
) -> schemas.AuditPage:
    """A page of the trail."""
    return schemas.AuditPage.model_validate(await office.audit.page(asker, looked, before), from_attributes=True)


@router.get("/standing")
async def audit_standing(asker: SignedIn, office: Desks) -> schemas.AuditStanding:
    """Whose deeds there are, and what the newest check found."""
    people = [schemas.AuditPerson(id=one, name=name) for one, name in await office.audit.people(asker)]
    checked = await office.audit.last_check(asker)
    told = schemas.AuditChecked.model_validate(checked, from_attributes=True) if checked else None
    return schemas.AuditStanding(people=people, checked=told)


@router.post("/checks")
async def check_audit(asker: SignedIn, office: Desks) -> schemas.AuditChecked:
    """Follow the whole trail now."""
    return schemas.AuditChecked.model_validate(await office.audit.check(asker), from_attributes=True)


@router.get("/export")
async def export_audit(asker: Confirmed, office: Desks, looked: Asked, form: Literal["csv", "jsonl"] = "csv") -> Response:
    """The found entries as a file to read, or as one that is checked by its own seals."""
    return saved_file(f"audit.{form}", await office.audit.export(asker, looked, form), MEDIA[form])
