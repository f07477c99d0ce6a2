"""What the screens of the casework send."""

from typing import Annotated

from pydantic import BaseModel, Field

from inbox.web.casework.schemas import AppealFilter, ReplyForm, Urgency
from inbox.web.schemas import Id, Key

Words = Annotated[str, Field(max_length=4000)]
Version = Annotated[int, Field(ge=1, lt=2**31)]
"""Of the card that was seen."""


class FilterForm(BaseModel):
    """A filter to keep; the same name is written over."""

    name: Annotated[str, Field(max_length=80)]
    filter: AppealFilter
    shared: bool = False


class LikeForm(BaseModel):
    """An appeal that is being typed."""

    applicant_id: Id | None = None
    text: Annotated[str, Field(max_length=10000)] = ""
    address: Annotated[str, Field(max_length=500)] = ""


class EditForm(BaseModel):
    """A card as it was typed anew; ``version`` is the one that was seen."""

    text: Annotated[str, Field(max_length=10000)]
    topic: Annotated[str, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=500)] = ""
    urgency: Urgency
    reply_form: ReplyForm
    reply_to: Annotated[str, Field(max_length=500)] = ""
    version: Version


class AssignForm(BaseModel):
    """Cards for a colleague, or with null for nobody."""

    appeal_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    assignee_id: Id | None


class RemindForm(BaseModel):
    """Cards whose departments are to be reminded."""

    appeal_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    client_key: Key


class NoteForMove(BaseModel):
    """A move with a note."""

    note: Words = ""
    version: Version


class ForwardForm(NoteForMove):
    """To whom the appeal was forwarded."""

    addressee: Annotated[str, Field(max_length=300)]


class ReopenForm(BaseModel):
    """Why the card is taken under control again."""

    reasons: Words
    version: Version


class LinkForm(BaseModel):
    """The card to link this one with."""

    other_id: Id


class LinkManyForm(BaseModel):
    """Cards to link with the first of them."""

    appeal_ids: Annotated[list[Id], Field(min_length=2, max_length=50)]


class MergeForm(BaseModel):
    """The card that answers for this one."""

    into_id: Id
    version: Version


class SplitForm(BaseModel):
    """The second question of the letter."""

    text: Annotated[str, Field(max_length=10000)]
    topic: Annotated[str, Field(max_length=200)] = ""
    version: Version
