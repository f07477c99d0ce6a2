"""Messages left for the centre as a work queue (2.4.2, 2.6)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.appeals.registering import Registration
from core.conversations.thread import NEWEST
from core.staff.cleaning import clean_text
from core.vocabulary import ReplyForm, Urgency
from inbox.web import mapping as common
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.recordings import mapping, schemas
from inbox.web.schemas import AppealBrief

router = APIRouter(route_class=MaskedRoute, prefix="/api/left-messages", tags=["left messages"])
LeftId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.get("")
async def left_messages(
    asker: SignedIn, office: Desks, only_open: Annotated[bool, Query(alias="open")] = True
) -> list[schemas.LeftWorkView]:
    """Messages left for the centre, the most urgent first."""
    today = office.operators.reading.today()
    return [mapping.left(one, asker, today) for one in await office.operators.left.list(asker, only_open=only_open)]


@router.post("/{id}/review", status_code=204)
async def review_left_message(left_id: LeftId, asker: SignedIn, office: Desks) -> None:
    """Note that a message left was dealt with."""
    await office.operators.left.review(asker, left_id)


@router.get("/{id}/draft")
async def left_message_draft(left_id: LeftId, asker: SignedIn, office: Desks) -> schemas.LeftDraftView:
    """What the form of a registration begins with."""
    return mapping.draft(await office.left_deeds.draft(asker, left_id))


@router.post("/{id}/appeals")
async def register_left_message(form: schemas.LeftAppealForm, left_id: LeftId, asker: SignedIn, office: Desks) -> AppealBrief:
    """Register an appeal from a message; it is dealt with thereby. A repeat gives the first appeal (2.8.3)."""
    what = Registration(
        text=clean_text(form.text),
        urgency=Urgency(form.urgency),
        reply_form=ReplyForm(form.reply_form),
        reply_to=clean_text(form.reply_to),
        address=clean_text(form.address),
        topic=clean_text(form.topic),
    )
    appeal = await office.left_deeds.register(asker, left_id, mapping.card(form.card), what)
    return common.appeal(appeal, office.operators.reading.today())


@router.post("/{id}/call-back", status_code=204)
async def call_back_left_message(left_id: LeftId, asker: SignedIn, office: Desks) -> None:
    """Put the person on the list of call backs, as one's own."""
    await office.left_deeds.call_back(asker, left_id)
