"""The dialogue's state between turns: small, bounded and opaque to the core. No Rasa here, only JSON.

The state is the last events of the tracker without what no later turn reads (rankings, tokens, policies), and the slots and the
active form apart, so that they outlive the events that set them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

EVENT_LIMIT = 24
"""Some five turns: a rule looks back at one, the actions at two and their outcomes; each prediction reads them all."""
TEXT_LIMIT = 600
"""Longest text kept in an event; answers themselves are kept whole, in slots."""
VERSION = 1
KEPT_EVENTS = frozenset({"user", "bot", "action", "active_loop"})
LISTEN = "action_listen"


class BrokenState(Exception):
    """The state given is not one that this dialogue wrote; answered with 422."""


def pack(events: Iterable[Mapping[str, Any]], slots: Mapping[str, Any], loop: str | None) -> dict[str, Any]:
    """Return the state after a turn from the events of a tracker (as dicts), its slots and its active form."""
    trimmed = [_trimmed(event) for event in events if event.get("event") in KEPT_EVENTS]
    return {
        "v": VERSION,
        "slots": {name: value for name, value in slots.items() if value is not None},
        "loop": loop,
        "events": _tail(trimmed),
    }


def unpack(state: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the events (as dicts) from which a tracker is rebuilt; raises BrokenState."""
    if state is None:
        return [{"event": "action", "name": LISTEN}]
    events, slots, loop = state.get("events"), state.get("slots"), state.get("loop")
    if state.get("v") != VERSION or not isinstance(events, list) or not isinstance(slots, dict):
        raise BrokenState("state: not written by this dialogue")
    if not all(isinstance(event, dict) and event.get("event") in KEPT_EVENTS for event in events):
        raise BrokenState("state: unknown events")
    if loop is not None and not isinstance(loop, str):
        raise BrokenState("state: the form must be a string or null")
    facts = [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]
    history = [event for event in events if event["event"] != "active_loop"]
    standing = [{"event": "active_loop", "name": loop}] if loop else []
    return [{"event": "action", "name": LISTEN}, *history[:-1], *facts, *standing, {"event": "action", "name": LISTEN}]


def _tail(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last events, beginning at a citizen's words so that no turn is cut in two."""
    tail = events[-EVENT_LIMIT:]
    begins = next((index for index, event in enumerate(tail) if event["event"] == "user"), 0)
    return tail[begins:]


def _trimmed(event: Mapping[str, Any]) -> dict[str, Any]:
    kind = event["event"]
    if kind == "user":
        return _trimmed_words(event)
    if kind == "bot":
        return {"event": "bot", "text": _cut(event.get("text")), "data": _trimmed_data(event.get("data") or {})}
    return {"event": kind, "name": event.get("name")}


def _trimmed_words(event: Mapping[str, Any]) -> dict[str, Any]:
    parse = event.get("parse_data") or {}
    intent = parse.get("intent") or {}
    return {
        "event": "user",
        "text": _cut(event.get("text")),
        "parse_data": {"intent": {"name": intent.get("name"), "confidence": round(float(intent.get("confidence") or 0), 3)}},
    }


def _trimmed_data(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("buttons", "custom") if data.get(name)}


def _cut(text: object) -> str | None:
    return text[:TEXT_LIMIT] if isinstance(text, str) else None
