"""A bot's queue of updates: filtering, confirming, marking, and the deliberate disorder that faults ask for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.faults import Faults
from sandbox.telegram.feed import Signal
from sandbox.telegram.people import Chat, Post

_ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_UPDATE_ID = 100_000_001


@dataclass(slots=True)
class Update:
    """One update on its way to the bot."""

    id: int
    kind: str
    content: dict[str, Any]
    chat: Chat
    post: Post | None = None
    attempts: int = 0
    due: float = 0.0
    in_flight: bool = False
    again: int = 0

    def as_json(self) -> dict[str, Any]:
        """The Bot API's Update."""
        return {"update_id": self.id, self.kind: self.content}


@dataclass(slots=True)
class UpdateQueue:
    """Updates that the bot has not confirmed yet. `on_done` is told which were."""

    faults: Faults
    on_done: Callable[[Update], None]
    allowed: list[str] = field(default_factory=list)
    pending: list[Update] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)
    generation: int = 0
    closed: bool = False
    _next_id: int = FIRST_UPDATE_ID
    _held: Update | None = None

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in _ONLY_WHEN_ASKED

    def put(self, kind: str, content: dict[str, Any], chat: Chat, post: Post | None = None) -> Update | None:
        """Queue an update, unless the bot does not want its kind."""
        if not self.wants(kind):
            return None
        update = Update(self._next_id, kind, content, chat, post)
        self._next_id += 1
        duplicate = self.faults.for_update("duplicate", chat.id)
        update.again = 1 if duplicate else 0
        if self._held is None and self.faults.for_update("reorder", chat.id):
            self._held = update
            return update
        self.pending.append(update)
        if self._held is not None:
            self.pending.append(self._held)
            self._held = None
        self.changed.fire()
        return update

    def confirm_before(self, offset: int) -> None:
        """Polling: all below `offset` are done; a negative one keeps only so many from the end."""
        if offset < 0:
            kept = self.pending[offset:]
            done = [update for update in self.pending if update not in kept]
        else:
            done = [update for update in self.pending if update.id < offset]
        for update in done:
            self.done(update)

    def done(self, update: Update) -> None:
        """The bot has it; a `duplicate` fault hands it out once more."""
        update.in_flight = False
        if update.again:
            update.again -= 1
            update.attempts = 0
        else:
            self.pending.remove(update)
        self.on_done(update)
        self.changed.fire()

    def close(self) -> None:
        """No long poll waits any more."""
        self.closed = True
        self.changed.fire()

    def drop(self) -> None:
        """Forget everything (`drop_pending_updates`)."""
        self.pending.clear()
        self.changed.fire()
