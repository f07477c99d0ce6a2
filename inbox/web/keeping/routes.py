"""The terms of keeping, the report of what was erased, a trial of the next night, and holds (reg. 2.10)."""

from typing import Annotated

from fastapi import APIRouter, Path

from core.conversations.thread import NEWEST
from core.staff.cleaning import clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.keeping import citizens, schemas

router = APIRouter()
terms = APIRouter(prefix="/api/keeping", tags=["keeping"])


@terms.get("")
async def see_keeping(asker: SignedIn, office: Desks) -> schemas.KeepingView:
    """The terms and what was erased by them."""
    return schemas.KeepingView.model_validate(await office.keeping.overview(asker), from_attributes=True)


@terms.post("/trial")
async def foresee_erasure(asker: SignedIn, office: Desks) -> list[schemas.KeepingForeseen]:
    """What the next night would erase; nothing is changed."""
    found = await office.keeping.foresee(asker)
    return [schemas.KeepingForeseen(kind=kind.value, rows=rows) for kind, rows in found.items()]


@terms.post("/holds", status_code=204)
async def place_hold(form: schemas.HoldForm, asker: SignedIn, office: Desks) -> None:
    """Let nothing of a person or a card be erased."""
    await office.keeping.hold(asker, clean_text(form.reason), applicant_id=form.applicant_id, appeal_id=form.appeal_id)


@terms.post("/holds/{id}/lift", status_code=204)
async def lift_hold(hold_id: Annotated[int, Path(alias="id", ge=1, le=NEWEST)], asker: SignedIn, office: Desks) -> None:
    """End a hold."""
    await office.keeping.lift(asker, hold_id)


for part in (terms, citizens.router):
    router.include_router(part)
