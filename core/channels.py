"""The ports to the channels: what comes in, what goes out, and what can go wrong on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from core.dialogue import Entity
from core.errors import OfficeError


class InboundKind(StrEnum):
    """What the citizen did."""

    MESSAGE = "message"
    EDIT = "edit"
    BUTTON = "button"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFile:
    """A file, a place or a contact in a message; ``kind`` is photo, voice, audio, video, video_note, document, sticker,
    location or contact. ``remote_id`` is what ``Channel.fetch`` takes; empty for places and contacts."""

    kind: str
    remote_id: str = ""
    file_name: str = ""
    media_type: str = "application/octet-stream"
    size: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One native event in our words.

    ``intent`` is set for commands (``/menu``) and reply-keyboard presses; ``button`` is (message id, index) of an inline button.
    ``entities`` holds what the channel vouches for, e.g. the phone of a contact that was shared by its owner.
    ``details`` is what else the channel tells and operators see (album, forwarded_from, links).
    ``problem`` names a phrase for the citizen when a part was refused (``file_too_big``, ``foreign_contact``, ``unsupported``).
    """

    channel: str
    kind: InboundKind
    sender: str
    sender_name: str = ""
    external_id: str = ""
    text: str = ""
    intent: str | None = None
    button: tuple[int, int] | None = None
    entities: tuple[Entity, ...] = ()
    files: tuple[InboundFile, ...] = ()
    reply_to: str = ""
    payload: str = ""
    problem: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One delivery as a channel's sender sees it.

    ``content`` keys: ``text``; ``entities_html`` never; ``buttons`` = rows of ``{"title", "index"}`` (inline, with ``message_id``);
    ``menu`` = true to draw the six items; ``ask_contact`` = true for the share-your-phone keyboard; ``files`` = list of
    ``{"key", "file_name", "media_type", "kind"}``; ``reply_to`` = the channel's own id of the message that is answered;
    ``edit_of`` = provider id of an own message to be edited.
    """

    delivery_id: int
    message_id: int | None
    recipient: str
    content: Mapping[str, Any]


class DeliveryError(OfficeError):
    """Sending failed. ``permanent``: trying again is useless; ``blocked``: the person stopped the channel;
    ``retry_after``: seconds that the provider asks to wait."""

    code = "delivery_failed"

    def __init__(self, message: str, *, permanent: bool = False, blocked: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.blocked = blocked
        self.retry_after = retry_after


class Sender(Protocol):
    """Whoever sends on one channel."""

    async def send(self, outbound: Outbound) -> str:
        """Deliver; gives the provider's id of the (last) sent message. Raises DeliveryError."""
        ...


class Channel(Sender, Protocol):
    """One channel: reads its native events and speaks its own way."""

    name: str

    def read(self, payload: Any) -> Inbound | None:
        """The native event in our words; None when it is nothing that concerns us. Never raises: bad input is UNREADABLE."""
        ...

    async def receive(self, payload: Any) -> None:
        """Native courtesies right after the event was stored (stop a button's spinner); best effort, raises nothing."""
        ...

    async def show_typing(self, recipient: str) -> None:
        """Show the person that an answer is being written; best effort, raises nothing."""
        ...

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """The bytes of an inbound file, at most ``limit``; raises DeliveryError (permanent when it is gone or too big)."""
        ...
