"""The events of the live stream; the UI's types come from these too."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from inbox.web.schemas.conversations import ConversationRow, MessageView
from inbox.web.schemas.people import Viewer


class ConversationChanged(BaseModel):
    """A conversation changed: its new line, and its new counters for the asker."""

    kind: Literal["conversation"]
    row: ConversationRow


class HandedOff(BaseModel):
    """A conversation came into the queue: sound and notification."""

    kind: Literal["handed_off"]
    row: ConversationRow


class MessageAdded(BaseModel):
    """A message was added or changed (edited, delivered, file stored)."""

    kind: Literal["message"]
    conversation_id: int
    message: MessageView


class PresenceChanged(BaseModel):
    """Who looks at a conversation; not stored, not replayed."""

    kind: Literal["presence"]
    conversation_id: int
    viewers: list[Viewer]


class CitizenTyping(BaseModel):
    """The citizen is writing (where the channel tells)."""

    kind: Literal["typing"]
    conversation_id: int


class Alarm(BaseModel):
    """An emergency was reported: shown at once to everybody on shift."""

    kind: Literal["alarm"]
    conversation_id: int
    words: str
    alarm: str


class Resync(BaseModel):
    """The stream cannot replay what was missed: load the lists anew."""

    kind: Literal["resync"]


class AppealChanged(BaseModel):
    """A card changed: whoever shows it loads it anew."""

    kind: Literal["appeal"]
    appeal_id: int


class TaskChanged(BaseModel):
    """Something was asked of the staff (``task`` is its kind), or tasks were finished (``task`` is empty).

    ``is_alarm``: somebody is warned of it until it is done; ``again``: it was asked before and nothing was done.
    """

    kind: Literal["task"]
    task_id: int
    task: str
    for_role: str
    appeal_id: int | None
    is_alarm: bool
    again: bool


class CallChanged(BaseModel):
    """A telephone call moved, or the list of people to call back did (then ``call_id`` may be 0): load what is shown anew."""

    kind: Literal["call"]
    call_id: int


LiveEventView = Annotated[
    ConversationChanged
    | HandedOff
    | MessageAdded
    | PresenceChanged
    | CitizenTyping
    | Alarm
    | AppealChanged
    | TaskChanged
    | CallChanged
    | Resync,
    Field(discriminator="kind"),
]
