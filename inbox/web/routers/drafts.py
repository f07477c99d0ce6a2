"""Drafts of every long form: saved while one writes, given back to their author."""

from typing import Annotated

from fastapi import APIRouter, Path

from core.conversations.thread import NEWEST
from core.drafts.desk import Typed
from core.drafts.forms import DraftKind
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.schemas import DraftForm, DraftView

router = APIRouter(route_class=MaskedRoute, prefix="/api/drafts/{form}/{id}", tags=["drafts"])
Form = Annotated[DraftKind, Path(alias="form")]
SubjectId = Annotated[int, Path(alias="id", ge=0, le=NEWEST)]
"""0: the form makes something new."""


@router.get("")
async def read_draft(kind: Form, subject_id: SubjectId, asker: SignedIn, office: Desks) -> DraftView:
    """One's own draft of this form; an empty one when there is none."""
    return DraftView.model_validate(await office.drafts.read(asker, kind, subject_id), from_attributes=True)


@router.put("")
async def keep_draft(saved: DraftForm, kind: Form, subject_id: SubjectId, asker: SignedIn, office: Desks) -> DraftView:
    """Save what is typed; 409 ``draft_ended`` when the form was sent since this window read it."""
    typed = Typed(**saved.model_dump())
    return DraftView.model_validate(await office.drafts.keep(asker, kind, subject_id, typed), from_attributes=True)


@router.delete("")
async def drop_draft(kind: Form, subject_id: SubjectId, asker: SignedIn, office: Desks) -> DraftView:
    """Throw it away."""
    return DraftView.model_validate(await office.drafts.drop(asker, kind, subject_id), from_attributes=True)
