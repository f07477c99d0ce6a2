"""The port to the dialogue: what the core says to it and what it answers (docs/dialogue-contract.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from core.errors import OfficeError

JsonValue = object
"""A value that JSON can hold; opaque to the core."""


class DialogueUnavailable(OfficeError):
    """The dialogue is down, too slow or answered nonsense; the core carries on without it."""

    code = "dialogue_unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A datum found in a citizen's words: ``full_name``, ``phone`` (E.164), ``email`` or ``appeal_number``."""

    entity: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice offered to the citizen; pressing it gives the intent, so no text is classified."""

    title: str
    intent: str
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing that the dialogue says."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An effect that the dialogue asks the core for."""

    do: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRequest:
    """One turn: a citizen's ``text`` or a given ``intent``, with the core's facts and the previous state."""

    conversation: str
    channel: str
    text: str | None = None
    intent: str | None = None
    entities: tuple[Entity, ...] = ()
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    state: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAnswer:
    """What the dialogue decided; ``state`` is stored with the answers in one transaction."""

    messages: tuple[Utterance, ...] = ()
    commands: tuple[Command, ...] = ()
    intent: str | None = None
    confidence: float | None = None
    active_loop: str | None = None
    requested_slot: str | None = None
    state: JsonValue = None


class Dialogue(Protocol):
    """The dialogue as the core sees it."""

    async def turn(self, request: TurnRequest) -> TurnAnswer:
        """Answer one turn; raises DialogueUnavailable."""
        ...
