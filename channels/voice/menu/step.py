"""One step of a call as the parts of the menu see it, and what they may answer: a move, or a place to go to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from channels.voice.menu.model import (
    Dial,
    Effect,
    Facts,
    HangUp,
    Happened,
    Happening,
    Listen,
    Move,
    Place,
    Prompt,
    Record,
    Say,
    Then,
    Wait,
)
from channels.voice.menu.names import Name
from channels.voice.menu.words import Command, vocabulary
from channels.voice.texts import listed, phrase, placeholders, variant
from core.opening import hours_words
from core.people.phones import display_phone

PERSONAL = frozenset({"contact", "caller"})
"""Facts of phrases whose sound no cache may keep."""
KEYS_ONLY = "keys"
"""Kept when speech failed in this call: from then on keys alone are asked for."""
OF_THE_CALL = frozenset({KEYS_ONLY, "failed", "informed"})
"""Facts that no place forgets."""
KEY_OF = "key_"
"""How the fact begins that tells the key of an item."""
OF_THE_QUEUE = frozenset({"queued", "position"})
ONE_KEY = Listen()
FREELY = Listen(timeout=8)
"""A question in the caller's own words, or one key."""
SEVERAL_KEYS = Listen(most=12, timeout=8)
"""A number typed, ended by "#" or a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where the caller is, what happened, what is known, and what is to be said so far.

    ``told``: keys of the phrases that "repeat" says again.
    """

    place: Place
    happening: Happening
    facts: Facts
    said: tuple[Prompt, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def kept(self) -> Mapping[str, str]:
        """The few facts that travel with the caller."""
        return self.place.kept

    @property
    def spoken(self) -> bool:
        """Whether the caller may speak: speech is understood here and has not failed in this call."""
        return self.facts.recognises and KEYS_ONLY not in self.place.kept

    def keep(self, **changes: str | int | None) -> "Step":
        """With facts kept; None forgets one."""
        if all(self.place.kept.get(name) == value for name, value in changes.items()):
            return self
        kept = dict(self.place.kept) | {name: str(value) for name, value in changes.items() if value is not None}
        left = {name: value for name, value in kept.items() if name not in changes or changes[name] is not None}
        return replace(self, place=replace(self.place, kept=left))

    def at(self, **changes: object) -> "Step":
        """With fields of the place changed."""
        return replace(self, place=replace(self.place, **changes))  # type: ignore[arg-type]  # the fields are Place's own

    def adding(self, *prompts: Prompt) -> "Step":
        """With ready prompts after those already there."""
        return replace(self, said=self.said + prompts)

    def say(self, *keys: str, cut: bool = True, personal: bool = False, **facts: object) -> "Step":
        """With phrases that are said once; ``personal`` where a fact is the caller's own affair."""
        return self.adding(*(self._prompt(key, facts, cut=cut, personal=personal) for key in keys))

    def tell(self, *keys: str) -> "Step":
        """With phrases that "repeat" says again; they need only facts of the place and the call."""
        return replace(self.say(*keys), told=self.told + keys)

    def remembering(self) -> "Step":
        """With what "repeat" says left as it was."""
        return replace(self, told=self.place.last)

    def go(self, name: Name) -> "Go":
        """On to another place, which begins anew."""
        return Go(step=self, name=name)

    def resume(self, name: Name) -> "Go":
        """Back to a place, which says again what it said last."""
        return Go(step=self, name=name, again=True)

    def do(self, name: Name, effect: Effect) -> Move:
        """Have a deed done; ``name`` is the place that its outcome comes to."""
        return self._move(name, effect)

    def listen(self, name: Name, shape: Listen) -> Move:
        """Listen, by keys alone where speech is not understood."""
        heard = replace(shape, speech=self.spoken, hints=vocabulary().hints if self.spoken else ())
        return self.at(last=self.told)._move(name, heard)

    def dial(self, name: Name, call: Dial) -> Move:
        """Ring somebody."""
        return self._move(name, call)

    def record(self, name: Name, record: Record) -> Move:
        """Record a part."""
        return self._move(name, record)

    def wait(self, name: Name, seconds: int) -> Move:
        """Music for a while."""
        return self.at(last=self.told)._move(name, Wait(seconds=seconds))

    def hang_up(self) -> Move:
        """End the call after what is said."""
        return self.at(kept={}, choices=(), last=(), silences=0, misses=0)._move(Name.ENDED, HangUp())

    def _move(self, name: Name, then: Then) -> Move:
        return Move(place=replace(self.place, state=name.value), prompts=self.said, then=then)

    def _prompt(self, key: str, facts: Mapping[str, object], *, cut: bool, personal: bool) -> Say:
        written = variant(key, hours=self.facts.hours.value, spoken=self.spoken)
        needed = placeholders(written)
        known = {name: facts[name] if name in facts else self._fact(name) for name in needed}
        return Say(text=phrase(written, **known), cut=cut, personal=personal or not needed.isdisjoint(PERSONAL))

    def _fact(self, name: str) -> str:
        match name:
            case "centre":
                return self.facts.centre_name or phrase("centre.name")
            case "opening":
                return self.facts.opening or phrase("centre.opening")
            case "hours":
                return hours_words()
            case "caller":
                return display_phone(self.facts.caller)
            case "contact":
                return display_phone(self.kept.get("contact", ""))
            case "items":
                return self._items()
            case "numbers":
                return listed("centre.or")[0].join(display_phone(number) for number in self.facts.dispatch)
            case _ if name.startswith(KEY_OF):
                return listed("choice.keys")[self.place.choices.index(name.removeprefix(KEY_OF)) + 1]
            case _:
                return self.kept.get(name, "")

    def _items(self) -> str:
        """The items of the main menu with their keys, in the sequence that this caller was told."""
        lines = list[str]()
        for number, item in enumerate(self.place.choices, start=1):
            title = phrase(variant(f"item.{item}", hours=self.facts.hours.value, spoken=self.spoken)).rstrip(" .?!")
            lines.append(phrase("choice.next" if lines else "choice.line", title=title, key=listed("choice.keys")[number]))
        return " ".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """On to the place ``name``; ``again``: it goes on where it was instead of beginning anew."""

    step: Step
    name: Name
    again: bool = False


Outcome = Move | Go
Handler = Callable[[Step], Outcome]
Beginning = Callable[[Step], Outcome | Step]
"""How a place begins; a Step goes on to ask what the place asks."""
Hearing = Callable[[Step, str], Outcome | None]
"""What words, or several keys, or a chosen value mean; None: they were not understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A place of the menu as a row of the table.

    ``opens``: how it begins; ``asks``: the phrases that it then tells; ``listen``: how it listens (None: it does not). The rungs of
    its ladders are the phrases ``again`` and ``help`` of its name; ``silent`` and ``missed``: after the third time, by default an
    operator by day and a message by night. ``keys``, ``spoken``, ``chosen`` (of the numbered choices), ``typed`` (several keys)
    and ``heard`` (other words): what the caller may do here beside the four commands. ``repeat``, ``back`` and ``leave`` (to the
    menu): where those commands need more than the usual. ``on``: other happenings; ``otherwise``: all that ``on`` does not name,
    for the places that wait for an outcome. ``keeps``: the facts that are not forgotten here, beside those of the whole call.
    ``queued``: a place in the queue of the operators is not given up here.
    """

    opens: Beginning | None = None
    asks: tuple[str, ...] = ()
    listen: Listen | None = None
    keys: Mapping[str, Handler] = field(default_factory=dict)
    spoken: Mapping[Command, Handler] = field(default_factory=dict)
    chosen: Hearing | None = None
    typed: Hearing | None = None
    heard: Hearing | None = None
    on: Mapping[Happened, Handler] = field(default_factory=dict)
    otherwise: Handler | None = None
    repeat: Handler | None = None
    back: Handler | None = None
    leave: Handler | None = None
    silent: Handler | None = None
    missed: Handler | None = None
    keeps: frozenset[str] = frozenset()
    queued: bool = False

    def forget(self, step: Step) -> Step:
        """The step as the place begins: without what belongs to other places."""
        lasting = OF_THE_CALL | self.keeps | (OF_THE_QUEUE if self.queued else frozenset())
        kept = {name: value for name, value in step.kept.items() if name in lasting}
        choices = step.place.choices if self.chosen is not None else ()
        return step.at(kept=kept, choices=choices, last=(), silences=0, misses=0)


def going(name: Name) -> Handler:
    """The handler that only goes to a place."""
    return lambda step: step.go(name)
