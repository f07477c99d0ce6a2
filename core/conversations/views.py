"""What screens read of conversations, and the one place that says what an asker may do with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.appeals.model import Appeal
from core.drafts.desk import Kept
from core.people.desk import Card
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import ChannelName, ConversationMode

ANSWER_WITHIN = timedelta(minutes=5)
"""The centre's own goal for a waiting citizen; shown in the queue, no term of the regulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of staff, briefly."""

    id: int
    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A conversation as a line of a list."""

    id: int
    channel: str
    mode: str
    applicant_id: int | None
    applicant_name: str
    preview: str
    last_author: str
    last_message_at: datetime
    waiting_since: datetime | None
    unread: int
    emergency: bool
    operator: Colleague | None
    hand_off_reason: str
    reply_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lines, and the cursor of the following page."""

    rows: Sequence[Line]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many open conversations each list holds, each counted up to a ceiling."""

    queue: int
    mine: int
    colleagues: int
    all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file, a place or a contact of a message."""

    id: int
    kind: str
    file_name: str
    media_type: str
    size: int
    state: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message with what belongs to it; ``delivery`` is the state of its way to the citizen, ``delayed``: a server still tries.

    ``details`` is what the channel told beside the words; of a mail see core.mail.citizens.
    """

    id: int
    conversation_id: int
    author: str
    author_name: str
    audience: str
    text: str
    buttons: Sequence[Mapping[str, Any]]
    attachments: Sequence[File]
    reply_to_id: int | None
    created_at: datetime
    edited_at: datetime | None
    versions: Sequence[str]
    delivery: str | None
    doubtful: bool
    delivery_error: str
    client_key: str | None
    delayed: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A page of a conversation, oldest first; ``earlier`` is the cursor of the page before it."""

    messages: Sequence[Said]
    earlier: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open conversation: everything that its screen shows."""

    row: Line
    messages: Sequence[Said]
    earlier: str | None
    applicant: Card
    appeals: Sequence[Appeal]
    drafts: Mapping[str, Kept] = field(default_factory=dict)
    actions: Sequence[str] = ()


def actions_for(asker: Asker, mode: str, operator_id: int | None, channel: str) -> list[str]:
    """The deeds that the asker may do with a conversation in this state; the desks check the same rule."""
    deeds = [deed for deed, ability in _DEEDS.items() if may(asker, ability, mode, operator_id)]
    return deeds if is_written(channel) else [deed for deed in deeds if _DEEDS[deed] not in IN_WRITING]


def is_written(channel: str) -> bool:
    """Whether a reply can be written there: on the telephone it is spoken."""
    return channel != ChannelName.VOICE


def may(asker: Asker, ability: Ability, mode: str, operator_id: int | None) -> bool:
    """Whether role and state allow the deed: what speaks for the centre is for the one who holds the conversation."""
    held = mode == ConversationMode.OPERATOR
    if ability is Ability.TAKE and held and operator_id != asker.id:
        return asker.may(Ability.TAKE_OVER)
    if not asker.may(ability):
        return False
    if ability is Ability.TAKE:
        return mode in (ConversationMode.BOT, ConversationMode.WAITING)
    return ability is Ability.NOTE or (held and operator_id == asker.id)


IN_WRITING = frozenset({Ability.REPLY, Ability.HAND_BACK})
"""On the telephone an answer is spoken, and nobody is left there for the bot."""
_DEEDS: Mapping[str, Ability] = {
    "take": Ability.TAKE,
    "reply": Ability.REPLY,
    "note": Ability.NOTE,
    "hand_back": Ability.HAND_BACK,
    "close": Ability.CLOSE,
    "register": Ability.REGISTER,
    "edit_applicant": Ability.EDIT_APPLICANT,
    "refuse": Ability.REFUSE,
}
