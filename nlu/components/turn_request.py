"""The body of ``POST /webhooks/core/turn``: read and checked before anything else (docs/dialogue-contract.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHANNELS = frozenset({"telegram", "voice", "email"})
ENTITIES = frozenset({"full_name", "phone", "email", "appeal_number"})
TEXT_LIMIT = 4000
"""Characters of a citizen's words that the dialogue reads; the core keeps the whole."""
BODY_LIMIT = 1_000_000
SHORT_LIMIT = 500


class MalformedTurn(Exception):
    """The body does not follow the contract; answered with 422."""


@dataclass(frozen=True)
class TurnBody:
    """One checked request."""

    conversation: str
    channel: str
    text: str
    intent: str | None
    entities: list[dict[str, str]]
    slots: dict[str, Any]
    state: dict[str, Any] | None
    metadata: dict[str, Any] = field(default_factory=dict)


def read_turn(body: object) -> TurnBody:
    """Return the checked turn; raises MalformedTurn that names the field."""
    if not isinstance(body, Mapping):
        raise MalformedTurn("the body must be a JSON object")
    conversation, channel = body.get("conversation"), body.get("channel")
    if not isinstance(conversation, str) or not 0 < len(conversation) <= SHORT_LIMIT:
        raise MalformedTurn("conversation: a non-empty string is expected")
    if not isinstance(channel, str) or channel not in CHANNELS:
        raise MalformedTurn(f"channel: one of {sorted(CHANNELS)} is expected")
    text, intent = _optional_string(body, "text"), _optional_string(body, "intent")
    if text is None and intent is None:
        raise MalformedTurn("either text or intent is expected")
    return TurnBody(
        conversation=conversation,
        channel=channel,
        text=plain(text or ""),
        intent=intent,
        entities=_entities(body.get("entities")),
        slots=_object(body, "slots") or {},
        state=_object(body, "state"),
    )


def plain(text: str) -> str:
    """Bound the text and take away a leading slash: Rasa would read ``/intent`` as a command of its own."""
    return text[:TEXT_LIMIT].replace("\x00", " ").strip().lstrip("/ ").strip()


def _optional_string(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedTurn(f"{name}: a string or null is expected")
    return value


def _object(body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise MalformedTurn(f"{name}: an object or null is expected")
    return value


def _entities(value: object) -> list[dict[str, str]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise MalformedTurn("entities: a list is expected")
    return [_entity(item) for item in value]


def _entity(item: object) -> dict[str, str]:
    if not isinstance(item, Mapping):
        raise MalformedTurn("entities: each must be an object")
    name, value = item.get("entity"), item.get("value")
    if not isinstance(name, str) or name not in ENTITIES:
        raise MalformedTurn(f"entities: entity must be one of {sorted(ENTITIES)}")
    if not isinstance(value, str) or not 0 < len(value) <= SHORT_LIMIT:
        raise MalformedTurn("entities: value must be a non-empty string")
    return {"entity": name, "value": value}
