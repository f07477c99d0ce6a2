"""What a message of a thread tells of the mail or the letter that it is."""

from typing import Annotated

from pydantic import BaseModel, Field


class MailPersonView(BaseModel):
    """A name (may be empty) and an address."""

    name: str
    address: str


class MailCheck(BaseModel):
    """What the centre's own server found of the sender, in the words of RFC 8601; empty when it said nothing."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


class MailNote(BaseModel):
    """The mail behind a citizen's message; all words are codes but the subject and the addresses.

    ``known_by``: how the thread was found; ``claimed``: appeals whose numbers it names although it is not from their applicants.
    """

    id: int
    subject: str = ""
    writer: Annotated[str, Field(description="The address of whoever speaks in it")] = ""
    known_by: str = ""
    appeal_id: int | None = None
    claimed: list[int] = []
    other_address: Annotated[str, Field(description="The address that the person wrote from before")] = ""
    answers_to: Annotated[str, Field(description="Another address, to which the writer asks to answer")] = ""
    official: Annotated[MailPersonView | None, Field(description="Who handed the mail on to the centre")] = None
    checked: MailCheck = MailCheck()
    is_signed: bool = False
    tone: Annotated[str, Field(description="``thanks`` or ``complaint``: how the words about an appeal sound")] = ""
    abusive: bool = False
    is_unread: Annotated[bool, Field(description="Nobody could parse it: it is to be opened whole")] = False
    remarks: list[str] = []
    has_more: bool = False
    has_page: bool = False


class LetterNote(BaseModel):
    """What an operator's letter had of its own."""

    subject: str = ""
    cc: list[str] = []
