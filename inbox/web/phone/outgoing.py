"""Calls that applicants are owed, made by the exchange from the call list or a card (reg. 2.8.8, 2.8.11)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from core.conversations.thread import NEWEST
from inbox.web.auth import Desks, Settings, SignedIn, SilentlySignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.phone import mapping, schemas

router = APIRouter(route_class=MaskedRoute, prefix="/api/phone/tasks", tags=["phone"])
TaskId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
TaskIds = Annotated[list[Annotated[int, Field(ge=1, le=NEWEST)]], Query(alias="id", min_length=1, max_length=500)]


@router.get("")
async def owed_calls(ids: TaskIds, asker: SilentlySignedIn, office: Desks, settings: Settings) -> list[schemas.PhoneTask]:
    """What the telephone can do for these calls of the list, and how far it is with each."""
    found = await office.phone.owed.of_tasks(asker, ids)
    return [mapping.task(one, asker, has_telephone=settings.has_telephone) for one in found]


@router.post("/{id}/call", status_code=204)
async def call_applicant(task_id: TaskId, asker: SignedIn, office: Desks) -> None:
    """Ring one's own telephone, then the applicant."""
    await office.calling_out.call(asker, task_id)


@router.post("/{id}/tell", status_code=204)
async def tell_applicant(task_id: TaskId, asker: SignedIn, office: Desks) -> None:
    """Let the reply be told; the applicant shows by a key that they heard it."""
    await office.calling_out.tell(asker, task_id)
