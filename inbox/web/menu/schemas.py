"""The editor of the menu, as the API speaks of it."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from core.calendars.closures import NOTICE_LIMIT
from core.conversations.thread import NEWEST
from core.menu.catalogue import TextKind
from core.menu.checking import NOTE_LIMIT
from core.menu.desk import ALOUD_LIMIT
from core.menu.port import Act, Scheme

Version = Annotated[int, Field(ge=0, lt=2**31)]
Name = Annotated[str, Field(max_length=80)]
Words = Annotated[str, Field(max_length=20_000)]
"""The desk knows the real limits, and tells of them beside the fields."""


def _office_time(given: time) -> time:
    """The clock of the office: a time with a zone would be another one."""
    if given.tzinfo is not None:
        raise PydanticCustomError("time_with_zone", "a time of the office has no zone")
    return given


OfficeTime = Annotated[time, AfterValidator(_office_time)]


class MenuText(BaseModel):
    """A text that can be edited; ``words`` are the shipped ones, ``placeholders`` must stay, ``limit`` is in characters."""

    name: str
    label: str
    kind: TextKind
    words: str
    placeholders: list[str]
    limit: int


class MenuSection(BaseModel):
    """A part of the screen."""

    key: str
    title: str
    texts: list[MenuText]


class MenuEditionView(BaseModel):
    """A published edition."""

    number: int
    note: str
    authors: list[str]
    published_by: str
    published_at: datetime | None
    restored_from: int | None
    changed: int
    is_standing: bool


class MenuDraftView(BaseModel):
    """The draft: what it says otherwise than the shipped words, and what is wrong with it, by the names of the texts."""

    id: int
    version: int
    note: str
    texts: dict[str, str]
    faults: dict[str, str]
    authors: list[str]
    based_on: int
    restored_from: int | None
    changed_at: datetime
    is_own: bool


class MenuView(BaseModel):
    """The whole editor; ``number`` 0: the shipped words are in force."""

    sections: list[MenuSection]
    standing: dict[str, str]
    number: int
    draft: MenuDraftView | None
    editions: list[MenuEditionView]


class MenuDraftStart(BaseModel):
    """From which edition; null: the one in force."""

    number: Version | None = None


class MenuDraftStarted(BaseModel):
    """The new draft."""

    id: int


class MenuDraftForm(BaseModel):
    """What is written: null gives a text back to the shipped words."""

    texts: Annotated[dict[Name, Words | None], Field(max_length=500)]
    note: Annotated[str, Field(max_length=NOTE_LIMIT)] = ""
    version: Version


class MenuDraftVersion(BaseModel):
    """What the asker saw."""

    version: Version


class MenuEditionDone(BaseModel):
    """The edition in force."""

    number: int
    at: datetime


class MenuDifference(BaseModel):
    """A text that two editions say otherwise."""

    name: str
    label: str
    before: str
    after: str


class MenuCallForm(BaseModel):
    """A step of a pretended call. ``edition_id`` null: in the edition in force. ``place``: as the last step gave it.

    ``scheme``: that menu whatever the time; else the one of ``moment``, and without both the one of now.
    """

    edition_id: Annotated[int, Field(ge=1, le=NEWEST)] | None = None
    act: Act
    value: Annotated[str, Field(max_length=300)] = ""
    place: Annotated[dict[Name, Any], Field(max_length=20)] | None = None
    scheme: Scheme | None = None
    moment: AwareDatetime | None = None
    recognises: bool = False


class MenuCallStep(BaseModel):
    """What is heard, where the caller is, what the menu waits for, and what the centre would do meanwhile."""

    said: list[str]
    state: str
    title: str
    then: str
    scheme: Scheme
    place: dict[str, Any]
    deeds: list[str]


class MenuChatForm(BaseModel):
    """Words in a pretended chat; none: the menu is shown. ``edition_id`` null: in the edition in force."""

    edition_id: Annotated[int, Field(ge=1, le=NEWEST)] | None = None
    typed: Annotated[str, Field(max_length=1000)] = ""


class MenuChatLine(BaseModel):
    """A message with the titles of its buttons."""

    text: str
    buttons: list[str]


class MenuChatStep(BaseModel):
    """What is read, the keyboard by rows, whether the dialogue is away, and what the centre would do besides.

    ``first``: what the words were found to be before the dialogue, "emergency" or "abusive"; empty otherwise.
    """

    lines: list[MenuChatLine]
    keys: list[list[str]]
    placeholder: str
    is_away: bool
    deeds: list[str]
    first: str


class OfficeHoursView(BaseModel):
    """The hours of today; the same time twice: nobody is there."""

    is_open: bool
    opens: time
    closes: time
    opening: datetime
    notice: str


class ClosureView(BaseModel):
    """A day with other hours, and what citizens are told."""

    day: date
    opens: time
    closes: time
    notice: str


class ClosureForm(BaseModel):
    """Other hours for a day."""

    opens: OfficeTime
    closes: OfficeTime
    notice: Annotated[str, Field(max_length=NOTICE_LIMIT)] = ""


class MenuFaults(BaseModel):
    """By the names of the texts, what is wrong."""

    faults: dict[str, str]


class MenuSoundForm(BaseModel):
    """Words to be read aloud."""

    words: Annotated[str, Field(max_length=ALOUD_LIMIT)]
