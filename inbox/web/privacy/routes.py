"""The reveal of personal data of one object (reg. 2.10)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from core.conversations.thread import NEWEST
from core.privacy.revealing import RevealReason
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/reveals", tags=["privacy"])


class RevealForm(BaseModel):
    """Whose data, and why; ``words`` say more, and must when the reason is another."""

    subject: Literal[
        "conversation",
        "appeal",
        "applicant",
        "mail",
        "phone_call",
        "recording",
        "attachment",
        "request",
        "memo",
        "reply",
    ]
    id: Annotated[int, Field(ge=1, le=NEWEST)]
    reason: RevealReason
    words: Annotated[str, Field(max_length=300)] = ""


class Revealed(BaseModel):
    """Until when the asker sees them."""

    until: datetime


@router.post("")
async def reveal(form: RevealForm, asker: SignedIn, office: Desks) -> Revealed:
    """Show the asker the personal data of one object for a quarter of an hour."""
    return Revealed(until=await office.privacy.reveal(asker, f"{form.subject}:{form.id}", form.reason, form.words))
