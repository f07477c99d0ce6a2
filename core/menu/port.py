"""What the editor asks of the telephone: to walk through the menu as a caller would, in the edition that is being tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Scheme(StrEnum):
    """Which menu is told (reg. 2.9)."""

    DAY = "day"
    NIGHT = "night"
    HOLIDAY = "holiday"


class Act(StrEnum):
    """What the pretended caller, or whoever is rung, does."""

    CALL = "call"
    KEYS = "keys"
    SPEECH = "speech"
    SILENCE = "silence"
    DIALLED = "dialled"
    RECORDED = "recorded"
    TICK = "tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretended:
    """A step of the simulator. ``place``: as the last step gave it. ``value``: keys, words, or how the ringing ended."""

    act: Act
    value: str
    place: Mapping[str, object] | None
    scheme: Scheme
    now: datetime
    opening: str
    recognises: bool
    dispatch: tuple[str, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the caller hears, where they are now, and what the menu then waits for: listen, dial, record, wait, hang_up.

    ``deeds``: what the centre would do meanwhile; the simulator pretends that it was done.
    """

    said: Sequence[str]
    state: str
    then: str
    scheme: Scheme
    place: Mapping[str, object] = field(default_factory=dict)
    deeds: Sequence[str] = ()


class PhoneMenu(Protocol):
    """The menu of the telephone, in the edition in force where it is asked."""

    def step(self, given: Pretended) -> Told:
        """The next step of a pretended call. Pure; a place that cannot be read begins the menu."""
        ...

    def faults(self) -> Mapping[str, str]:
        """By the name of a text, why a caller could not use the menu: a key is told that means nothing there, no person is near.

        Pure; takes a second.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keyboard of the bot: titles by rows, and the hint in the field where one types."""

    rows: Sequence[Sequence[str]]
    placeholder: str


class ChatMenu(Protocol):
    """The menu of the bot, in the edition in force where it is asked."""

    def keys(self) -> Keys:
        """The keyboard that stays under the chat."""
        ...

    def intent_of(self, text: str) -> str | None:
        """The intent of a text that is exactly one of the bot's phrases."""
        ...
