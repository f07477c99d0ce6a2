"""Who looks at which conversation, in this process's memory; the replicas tell each other by notifications."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.web.schemas import Viewer

TTL = timedelta(seconds=45)
"""Three heartbeats of 15 seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    conversation_id: int
    viewer: Viewer
    at: datetime


class PresenceBoard:
    """A person looks at one conversation at a time: the one that they showed last."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def show(self, conversation_id: int, viewer: Viewer, now: datetime) -> set[int]:
        """Note a heartbeat; gives the conversations whose viewers changed by it."""
        before = self._seen.get(viewer.id)
        self._seen[viewer.id] = _Seen(conversation_id=conversation_id, viewer=viewer, at=now)
        if before is None:
            return {conversation_id}
        if before.conversation_id != conversation_id:
            return {before.conversation_id, conversation_id}
        return set() if before.viewer == viewer else {conversation_id}

    def viewers(self, conversation_id: int, *, without: int | None = None) -> list[Viewer]:
        """Who looks at it now, those who write first."""
        here = [
            seen.viewer for seen in self._seen.values() if seen.conversation_id == conversation_id and seen.viewer.id != without
        ]
        return sorted(here, key=lambda viewer: (not viewer.typing, viewer.full_name))

    def expire(self, now: datetime) -> set[int]:
        """Forget those who were not seen for 45 seconds; gives the conversations whose viewers changed."""
        gone = [staff_id for staff_id, seen in self._seen.items() if now - seen.at > TTL]
        return {self._seen.pop(staff_id).conversation_id for staff_id in gone}
