"""Departments, their officials, and who is away (4.2, 4.4)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.departments.forms import AbsenceForm, DepartmentEdit, LiaisonEdit
from inbox.web.auth import Desks, SignedIn
from inbox.web.directory import mapping, schemas
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/directory", tags=["directory"])

Number = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
Key = Annotated[str, Path(max_length=40)]


@router.get("")
async def list_directory(asker: SignedIn, office: Desks) -> list[schemas.DepartmentShown]:
    """Every department with its officials, absences and who answers today."""
    today = office.operators.reading.today()
    return [mapping.department(one, today) for one in await office.departments.list(asker)]


@router.get("/answering")
async def who_answers_for(
    asker: SignedIn, office: Desks, q: Annotated[str, Query(max_length=500)]
) -> list[schemas.AnsweringDepartment]:
    """The departments that answer for what a caller says, likeliest first, and why."""
    found = await office.departments.who_answers_for(asker, q)
    return [schemas.AnsweringDepartment(key=one.key, why=list(one.why)) for one in found]


@router.get("/services")
async def list_services(
    asker: SignedIn, office: Desks, q: Annotated[str, Query(max_length=200)] = ""
) -> list[schemas.ServiceShown]:
    """Services to which people are put through, found by name or by what a caller says."""
    found = await office.departments.find_services(asker, q)
    return [schemas.ServiceShown.model_validate(one, from_attributes=True) for one in found]


@router.put("/departments/{key}", status_code=204)
async def save_department(form: schemas.DepartmentForm, key: Key, asker: SignedIn, office: Desks) -> None:
    """Save an edited department."""
    await office.departments.save_department(asker, key, DepartmentEdit(**form.model_dump()))


@router.post("/liaisons", status_code=204)
async def add_liaison(form: schemas.LiaisonForm, asker: SignedIn, office: Desks) -> None:
    """A new official of the list."""
    await office.departments.add_liaison(asker, LiaisonEdit(**form.model_dump()))


@router.put("/liaisons/{id}", status_code=204)
async def save_liaison(form: schemas.LiaisonForm, liaison_id: Number, asker: SignedIn, office: Desks) -> None:
    """Save an edited official."""
    await office.departments.save_liaison(asker, liaison_id, LiaisonEdit(**form.model_dump()))


@router.post("/liaisons/{id}/retire", status_code=204)
async def retire_liaison(liaison_id: Number, asker: SignedIn, office: Desks) -> None:
    """They answer for their department no more."""
    await office.departments.retire_liaison(asker, liaison_id)


@router.post("/liaisons/{id}/recall", status_code=204)
async def recall_liaison(liaison_id: Number, asker: SignedIn, office: Desks) -> None:
    """They are on the list again."""
    await office.departments.recall_liaison(asker, liaison_id)


@router.post("/absences", status_code=204)
async def add_absence(form: schemas.AbsenceEntry, asker: SignedIn, office: Desks) -> None:
    """Note that an official is away, and who stands in."""
    await office.departments.add_absence(asker, AbsenceForm(**form.model_dump()))


@router.delete("/absences/{id}", status_code=204)
async def end_absence(absence_id: Number, asker: SignedIn, office: Desks) -> None:
    """The official is back."""
    await office.departments.end_absence(asker, absence_id)
