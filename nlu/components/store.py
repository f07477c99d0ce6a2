"""A tracker store that lives as long as one request: the state comes with it and leaves with the answer."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.components import state


@dataclass
class Held:
    """What one request holds: the state it brought, the core's facts, and the tracker that the turn left."""

    brought: Optional[Dict[Text, Any]]
    facts: Dict[Text, Any] = field(default_factory=dict)
    tracker: Optional[DialogueStateTracker] = None


HELD: ContextVar[Optional[Held]] = ContextVar("held", default=None)


class RequestScopedStore(TrackerStore):
    """Keeps nothing: reads from and writes to what the current request holds."""

    def __init__(self, domain: Optional[Domain] = None, event_broker: Optional[EventBroker] = None, **kwargs: Any) -> None:
        """Take the arguments that Rasa gives to every store."""
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Leave the tracker with the request."""
        held = HELD.get()
        if held is not None:
            held.tracker = tracker

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """Rebuild the tracker from the state that the request brought, with the core's facts set."""
        held = HELD.get()
        if held is None:
            return None
        if held.tracker is None:
            held.tracker = self._rebuilt(sender_id, held)
        return held.tracker

    async def keys(self) -> List[Text]:
        """No conversation is ever kept."""
        return []

    def _rebuilt(self, sender_id: Text, held: Held) -> DialogueStateTracker:
        events = state.unpack(held.brought)
        known = {slot.name for slot in self.domain.slots}
        facts = [{"event": "slot", "name": name, "value": held.facts[name]} for name in held.facts if name in known]
        listen = events.pop()
        parsed: List[Event] = [Event.from_parameters(event) for event in [*events, *facts, listen]]
        return DialogueStateTracker.from_events(sender_id, parsed, slots=self.domain.slots, domain=self.domain)


def packed(tracker: DialogueStateTracker) -> Dict[Text, Any]:
    """Return the state that the core stores after the turn."""
    events = [event.as_dict() for event in tracker.applied_events() if event.type_name in state.KEPT_EVENTS]
    slots = {name: slot.value for name, slot in tracker.slots.items()}
    return state.pack(events, slots, tracker.active_loop_name)
