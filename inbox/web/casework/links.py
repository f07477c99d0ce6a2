"""Cards that belong together: likeness, links, merging and splitting, each undone again."""

from typing import Annotated

from fastapi import APIRouter, Path

from core.conversations.thread import NEWEST
from core.staff.cleaning import clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.casework import forms, mapping, schemas
from inbox.web.casework.cards import AppealId, whole
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/appeals", tags=["casework"])

LinkId = Annotated[int, Path(ge=1, le=NEWEST)]


@router.post("/like")
async def like_typed(form: forms.LikeForm, asker: SignedIn, office: Desks) -> list[schemas.LikeCard]:
    """Cards that may be about the same as the appeal that is being typed."""
    text, address = clean_text(form.text), clean_text(form.address)
    return mapping.likes(await office.linking.like(asker, applicant_id=form.applicant_id, text=text, address=address))


@router.post("/link")
async def link_appeals(form: forms.LinkManyForm, asker: SignedIn, office: Desks) -> schemas.Changed:
    """Link several cards with the first of them."""
    first, *others = dict.fromkeys(form.appeal_ids)
    for other in others:
        await office.linking.link(asker, first, other)
    return schemas.Changed(count=len(others))


@router.get("/{id}/like")
async def like_appeal(appeal_id: AppealId, asker: SignedIn, office: Desks) -> list[schemas.LikeCard]:
    """Cards that may be about the same as this one."""
    return mapping.likes(await office.linking.like(asker, appeal_id=appeal_id))


@router.post("/{id}/links")
async def link_appeal(form: forms.LinkForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """Link this card with another."""
    await office.linking.link(asker, appeal_id, form.other_id)
    return await whole(office, asker, appeal_id)


@router.delete("/{id}/links/{link_id}")
async def undo_link(appeal_id: AppealId, link_id: LinkId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """Take a link, a merging or a splitting back."""
    await office.linking.undo(asker, link_id, of=appeal_id)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/merge")
async def merge_appeal(form: forms.MergeForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """This card is the same appeal as another and is answered with it."""
    await office.linking.merge(asker, appeal_id, form.into_id, form.version)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/split")
async def split_appeal(form: forms.SplitForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """A second question gets a card of its own; gives the new card."""
    new = await office.linking.split(asker, appeal_id, clean_text(form.text), clean_text(form.topic), form.version)
    return await whole(office, asker, new.id or 0)
