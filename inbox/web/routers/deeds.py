"""What an operator does with a conversation."""

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from core.appeals.registering import Registration
from core.conversations.operators import Reply
from core.people.desk import CardForm
from core.staff.abilities import Ability
from core.staff.cleaning import clean_text
from core.vocabulary import DeclineReason, ReplyForm, Urgency
from inbox.web import mapping, schemas
from inbox.web.auth import Desks, Hub, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.routers.conversations import ConversationId, view
from inbox.web.taking import judged

router = APIRouter(route_class=MaskedRoute, prefix="/api/conversations/{id}", tags=["deeds"])


@router.post("/take")
async def take(
    conversation_id: ConversationId, asker: SignedIn, office: Desks, hub: Hub, form: schemas.TakeForm | None = None
) -> schemas.ConversationView:
    """Take it: one of several who try gets it, the others a 409 with who."""
    await office.operators.take(asker, conversation_id, from_operator_id=form.from_operator_id if form else None)
    return await view(office, hub, asker, conversation_id)


@router.post("/reply")
async def reply(form: schemas.ReplyForm, conversation_id: ConversationId, asker: SignedIn, office: Desks) -> schemas.MessageView:
    """Say something to the citizen; a repeat with the same client_key gives the first message."""
    what = Reply(
        text=form.text,
        client_key=clean_text(form.client_key),
        upload_ids=tuple(clean_text(one) for one in form.upload_ids),
        reply_to_id=form.reply_to_id,
        article_id=form.article_id,
        subject=clean_text(form.subject),
        cc=[clean_text(one) for one in form.cc],
    )
    return mapping.message(await office.operators.reply(asker, conversation_id, what))


@router.post("/note")
async def note(form: schemas.NoteForm, conversation_id: ConversationId, asker: SignedIn, office: Desks) -> schemas.MessageView:
    """Write for colleagues only."""
    return mapping.message(await office.operators.note(asker, conversation_id, form.text, clean_text(form.client_key)))


@router.post("/hand-back")
async def hand_back(conversation_id: ConversationId, asker: SignedIn, office: Desks, hub: Hub) -> schemas.ConversationView:
    """Give it back to the bot."""
    await office.operators.hand_back(asker, conversation_id)
    return await view(office, hub, asker, conversation_id)


@router.post("/close")
async def close(
    form: schemas.CloseForm, conversation_id: ConversationId, asker: SignedIn, office: Desks, hub: Hub
) -> schemas.ConversationView:
    """End it with its outcome."""
    await office.operators.close(asker, conversation_id, form.outcome)
    return await view(office, hub, asker, conversation_id)


@router.post("/uploads")
async def upload(
    conversation_id: ConversationId, asker: SignedIn, office: Desks, file: Annotated[UploadFile, File()]
) -> schemas.Upload:
    """Keep a file until it is sent."""
    kept = await office.operators.upload(asker, conversation_id, file.filename or "", await judged(office.judge, file))
    return schemas.Upload.model_validate(kept, from_attributes=True)


@router.put("/applicant")
async def save_applicant(
    form: schemas.ApplicantForm, conversation_id: ConversationId, asker: SignedIn, office: Desks
) -> schemas.ApplicantCard:
    """Store the edited card."""
    await office.operators.must_hold(asker, conversation_id, Ability.EDIT_APPLICANT)
    typed = CardForm(
        kind=form.kind,
        surname=clean_text(form.surname),
        given_name=clean_text(form.given_name),
        patronymic=clean_text(form.patronymic),
        organisation=clean_text(form.organisation),
        phones=tuple(clean_text(one) for one in form.phones),
        emails=tuple(clean_text(one) for one in form.emails),
        postal_address=clean_text(form.postal_address),
        consent=form.consent,
        version=form.version,
    )
    return mapping.card(await office.applicants.save(conversation_id, typed, staff_id=asker.id))


@router.post("/appeals")
async def register_appeal(
    form: schemas.RegisterForm, conversation_id: ConversationId, asker: SignedIn, office: Desks
) -> schemas.AppealBrief:
    """Register an appeal; the citizen is told its number and term (2.8.3, 2.8.7)."""
    await office.operators.must_hold(asker, conversation_id, Ability.REGISTER)
    what = Registration(
        text=clean_text(form.text),
        urgency=Urgency(form.urgency),
        reply_form=ReplyForm(form.reply_form),
        reply_to=clean_text(form.reply_to),
        address=clean_text(form.address),
        topic=clean_text(form.topic),
        staff_id=asker.id,
        client_key=clean_text(form.client_key),
    )
    appeal = await office.appeals.register(conversation_id, what)
    return mapping.appeal(appeal, office.operators.reading.today())


@router.post("/refusal", status_code=204)
async def refuse_appeal(form: schemas.RefuseForm, conversation_id: ConversationId, asker: SignedIn, office: Desks) -> None:
    """Write into the journal that the appeal was not registered (2.8.4)."""
    await office.operators.must_hold(asker, conversation_id, Ability.REFUSE)
    await office.appeals.refuse(conversation_id, DeclineReason(form.reason), clean_text(form.text), staff_id=asker.id)
