"""What the staff do on the telephone."""

from typing import Annotated

from fastapi import APIRouter, Path

from core.conversations.thread import NEWEST
from core.phone.switching import Transfer
from core.staff.cleaning import clean_line, clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.phone import mapping, schemas
from inbox.web.phone.reading import CallId

router = APIRouter(route_class=MaskedRoute, prefix="/api/phone", tags=["phone"])
CallBackId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.put("/line")
async def save_line(form: schemas.PhoneLineForm, asker: SignedIn, office: Desks) -> schemas.PhoneLineView:
    """Where one's own telephone rings from now on."""
    return mapping.own_line(await office.phone.lines.set(asker, form.kind, clean_line(form.address)))


@router.post("/line/ready")
async def set_line_ready(form: schemas.PhoneReadyForm, asker: SignedIn, office: Desks) -> schemas.PhoneLineView:
    """Take calls, or none for a while."""
    return mapping.own_line(await office.phone.lines.ready(asker, is_ready=form.ready))


@router.post("/calls/{id}/take-over", status_code=204)
async def take_over_call(call_id: CallId, asker: SignedIn, office: Desks) -> None:
    """Ring one's own telephone with this call."""
    await office.switching.take_over(asker, call_id)


@router.post("/calls/{id}/transfer", status_code=204)
async def transfer_call(form: schemas.PhoneTransferForm, call_id: CallId, asker: SignedIn, office: Desks) -> None:
    """Pass the call on to an official, or to who stands in (2.8.5, 4.4), or to a service."""
    to = Transfer(liaison_id=form.liaison_id, service=form.service, announced=form.announced, why=clean_line(form.why))
    await office.switching.transfer(asker, call_id, to)


@router.post("/calls/{id}/back", status_code=204)
async def call_back_to_oneself(call_id: CallId, asker: SignedIn, office: Desks) -> None:
    """Have the call back that was passed on or put on hold."""
    await office.switching.back(asker, call_id)


@router.post("/calls/{id}/hold", status_code=204)
async def hold_call(call_id: CallId, asker: SignedIn, office: Desks) -> None:
    """The applicant hears music until one has them back."""
    await office.switching.hold(asker, call_id)


@router.post("/calls/{id}/mute", status_code=204)
async def mute_call(form: schemas.PhoneSwitchForm, call_id: CallId, asker: SignedIn, office: Desks) -> None:
    """Let the applicant not hear one, or hear one again."""
    await office.switching.mute(asker, call_id, muted=form.on)


@router.post("/calls/{id}/end", status_code=204)
async def end_call(call_id: CallId, asker: SignedIn, office: Desks) -> None:
    """Hang up."""
    await office.switching.end(asker, call_id)


@router.post("/call-backs/{id}/take", status_code=204)
async def take_call_back(call_back_id: CallBackId, asker: SignedIn, office: Desks) -> None:
    """One calls this person oneself."""
    await office.phone.call_backs.take(asker, call_back_id)


@router.post("/call-backs/{id}/give-back", status_code=204)
async def give_call_back(call_back_id: CallBackId, asker: SignedIn, office: Desks) -> None:
    """Somebody else may call."""
    await office.phone.call_backs.give_back(asker, call_back_id)


@router.post("/call-backs/{id}/done", status_code=204)
async def finish_call_back(form: schemas.PhoneDoneForm, call_back_id: CallBackId, asker: SignedIn, office: Desks) -> None:
    """The person was called, or need not be."""
    await office.phone.call_backs.done(asker, call_back_id, form.done_as, clean_text(form.note))
