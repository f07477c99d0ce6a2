"""Facts, happenings and short dialogues for the tests of the menu. People and numbers are invented."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from channels.voice.menu.deciding import decide
from channels.voice.menu.model import (
    Choice,
    Effect,
    Facts,
    Happened,
    Happening,
    Hours,
    Move,
    Party,
    Place,
    Play,
    Prompt,
    Say,
    Then,
)

CALLER = "+79000000001"
DISPATCH = ("+78672530001", "+78672530002")
DAY = Facts(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    hours=Hours.DAY,
    caller=CALLER,
    recognises=True,
    can_record=True,
    dispatch=DISPATCH,
)
NIGHT = replace(DAY, hours=Hours.NIGHT, opening="26 ноября, 9:00")
HOLIDAY = replace(DAY, hours=Hours.HOLIDAY)
KEYS_ONLY = replace(DAY, recognises=False)
OPERATOR = Party(kind="operator", address_kind="user", address="operator1", leg="leg-1", name="Оператор Первый")

STARTED = Happening(kind=Happened.STARTED)
SILENCE = Happening(kind=Happened.SILENCE)
FAILED = Happening(kind=Happened.FAILED)
HUNG_UP = Happening(kind=Happened.HUNG_UP)
TICK = Happening(kind=Happened.TICK)
STORED = Happening(kind=Happened.STORED)
REFUSED = Happening(kind=Happened.REFUSED)
DOWN = Happening(kind=Happened.REFUSED, status="down")
FOUND = Happening(kind=Happened.OPERATOR_FOUND, party=OPERATOR)
CLOSED = Happening(kind=Happened.NOBODY_FREE, status="closed", opening="26 ноября, 9:00")
GIBBERISH = Happening(kind=Happened.SPEECH, words="", confidence=0.9)


def keys(digits: str) -> Happening:
    """Keys pressed."""
    return Happening(kind=Happened.KEYS, digits=digits)


def speech(words: str, confidence: float = 0.9) -> Happening:
    """Words heard."""
    return Happening(kind=Happened.SPEECH, words=words, confidence=confidence)


def dialled(status: str) -> Happening:
    """The end of a dialling."""
    return Happening(kind=Happened.DIALLED, status=status)


def recorded(seconds: int | None, key: str = "#") -> Happening:
    """The end of a recording."""
    return Happening(kind=Happened.RECORDED, seconds=seconds, key=key)


def busy(position: int) -> Happening:
    """A place in the queue."""
    return Happening(kind=Happened.NOBODY_FREE, status="busy", position=position)


def answered(words: str, status: str = "", choices: Sequence[Choice] = ()) -> Happening:
    """What the dialogue says."""
    return Happening(kind=Happened.ANSWERED, words=words, status=status, choices=tuple(choices))


def listed(*titles: str, more: bool = False, first: int = 10) -> Happening:
    """A page of choices."""
    choices = tuple(Choice(title=title, value=str(number)) for number, title in enumerate(titles, start=first))
    return Happening(kind=Happened.LISTED, choices=choices, more=more)


@dataclass(slots=True)
class Caller:
    """Somebody on the telephone: what they heard, and what the exchange does now."""

    facts: Facts = DAY
    place: Place | None = None
    move: Move | None = None
    heard: list[Prompt] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def on(self, *happenings: Happening) -> "Caller":
        """These happen one after another; ``heard`` is what the last one let them hear."""
        for happening in happenings:
            was_effect = self.move is not None and isinstance(self.move.then, Effect)
            self.move = decide(self.place, happening, self.facts)
            self.place = self.move.place
            self.heard = [*self.heard, *self.move.prompts] if was_effect else list(self.move.prompts)
            if isinstance(self.move.then, Effect):
                self.effects.append(self.move.then)
        return self

    @property
    def then(self) -> Then:
        """What the exchange was told to do."""
        assert self.move is not None
        return self.move.then

    @property
    def state(self) -> str:
        """The name of the place."""
        assert self.place is not None
        return self.place.state

    @property
    def words(self) -> str:
        """All that was said."""
        return " ".join(prompt.text for prompt in self.heard if isinstance(prompt, Say))

    @property
    def sounds(self) -> list[str]:
        """All that was played."""
        return [prompt.url for prompt in self.heard if isinstance(prompt, Play)]


def call(facts: Facts = DAY) -> Caller:
    """A caller who has heard the menu."""
    return Caller(facts=facts).on(STARTED)
