"""What a person did in the duty chat, in our words, and what is answered to a pressed button."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from core.channels import InboundFile


class DutyDeed(StrEnum):
    """What the person did."""

    SAID = "said"
    EDITED = "edited"
    PRESSED = "pressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyInbound:
    """One native event of the duty chat.

    ``key`` names the event, ``message_id`` the message that was written, edited or that has the pressed button. ``thread_id`` is
    None in the general topic of the group ``chat_id``. ``private``: to the bot alone, and not in the duty chat. ``command`` is
    without its slash and ``argument`` is what follows it. ``pressed`` is the button's data, ``query`` what its answer is addressed
    to. ``problem`` names a part that was refused (``file_too_big``, ``unsupported``).
    """

    key: str
    deed: DutyDeed
    telegram_id: int
    chat_id: int = 0
    name: str = ""
    private: bool = False
    thread_id: int | None = None
    message_id: int = 0
    text: str = ""
    command: str = ""
    argument: str = ""
    files: tuple[InboundFile, ...] = ()
    problem: str = ""
    pressed: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody who pressed a button sees at once; ``loud`` must be closed by hand."""

    text: str = ""
    loud: bool = False


SILENT = Notice()


class DutyPort(Protocol):
    """What the core needs of the adapter while it handles what came in."""

    def read(self, payload: Any) -> DutyInbound | None:
        """The native event in our words; None when it does not concern us. Never raises."""
        ...

    async def answer(self, query: str, notice: Notice) -> None:
        """Answer a pressed button; best effort, raises nothing."""
        ...

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """The bytes of a file that came; raises DeliveryError (permanent when it is gone or too big)."""
        ...


Fetch = Callable[[str, int], Awaitable[bytes]]
