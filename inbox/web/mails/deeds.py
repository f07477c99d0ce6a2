"""What the staff do with mails and before letters."""

from fastapi import APIRouter

from core.staff.cleaning import clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.directory.citizens import Number
from inbox.web.mails import mapping, schemas
from inbox.web.mails.reading import MailId
from inbox.web.masking import MaskedRoute
from inbox.web.routers.conversations import ConversationId

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["mail"])


@router.post("/mails/{id}/looked", status_code=204)
async def look_at_mail(mail_id: MailId, asker: SignedIn, office: Desks) -> None:
    """Somebody has looked at it."""
    await office.mail.looked(asker, mail_id)


@router.post("/mails/{id}/human")
async def mail_is_human(mail_id: MailId, asker: SignedIn, office: Desks) -> schemas.MovedMail:
    """A mail that was put aside is a person's: it goes into their conversation."""
    moved = await office.mail.is_human(asker, mail_id)
    return schemas.MovedMail(conversation_id=moved.conversation_id)


@router.post("/mail-addresses/bounced")
async def bounced_addresses(form: schemas.AddressesForm, asker: SignedIn, office: Desks) -> list[schemas.BouncedAddress]:
    """Which of these addresses bounced, and how."""
    found = await office.mail.bounced(asker, [clean_text(one) for one in form.addresses])
    return [mapping.bounced(one) for one in found.values()]


@router.get("/conversations/{id}/letter")
async def letter_outline(conversation_id: ConversationId, asker: SignedIn, office: Desks) -> schemas.LetterView | None:
    """What would stand around the asker's words; null in a conversation that is not by mail."""
    found = await office.mail.writing.outline(asker, conversation_id)
    return mapping.letter(found) if found else None


@router.get("/conversations/{id}/card-draft")
async def card_draft(conversation_id: ConversationId, asker: SignedIn, office: Desks) -> schemas.CardDraftView | None:
    """What a registration could be filled with; null when the mails say nothing, or it was registered."""
    found = await office.mail.draft_of(asker, conversation_id)
    return mapping.draft(found) if found else None


@router.post("/citizens/{id}/letters")
async def begin_letter(form: schemas.BeginLetterForm, applicant_id: Number, asker: SignedIn, office: Desks) -> schemas.MovedMail:
    """The conversation in which the asker writes to this person first."""
    begun = await office.mail.writing.write_first(asker, applicant_id, clean_text(form.address))
    return schemas.MovedMail(conversation_id=begun)
