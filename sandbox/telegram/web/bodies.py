"""Bodies of the control API."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.telegram.faults import FaultKind


class Strict(BaseModel):
    """A misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class NewPerson(Strict):
    first_name: str = Field(min_length=1, max_length=64)
    last_name: str = Field("", max_length=64)
    username: str = ""
    phone: str = ""
    staff_of: int | None = None


class NewGroup(Strict):
    title: str = Field(min_length=1)
    members: list[int]
    bots: list[int] = []
    is_forum: bool = False


class Frame(Strict):
    """Which bot (the first if none), which group (the private chat if none), which reply, which topic."""

    bot: int | None = None
    chat_id: int | None = None
    reply_to: int | None = None
    thread: int | None = None


class Text(Frame):
    text: str = Field(min_length=1)


class Edit(Frame):
    message_id: int
    text: str = Field(min_length=1)


class Which(Frame):
    message_id: int


class Start(Frame):
    parameter: str = Field("", max_length=64, pattern=r"^[A-Za-z0-9_-]*$")


class Press(Frame):
    title: str
    message_id: int | None = None


class PressData(Frame):
    message_id: int
    data: str


class Contact(Frame):
    phone: str = ""
    of: int | None = None


class Location(Frame):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Reaction(Frame):
    message_id: int
    emoji: str


class TopicDeed(Frame):
    what: Literal["close", "reopen", "delete"]


class Blocking(Frame):
    blocked: bool


class FaultOrder(Strict):
    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int = Field(1, ge=1)
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 1
    seconds: float = 30.0


class Pace(Strict):
    chat_interval: float = Field(ge=0)
