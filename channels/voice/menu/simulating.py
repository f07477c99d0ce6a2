"""The menu walked through without a telephone: the real table and the real words, pretended outcomes (core.menu.port)."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import cast

from channels.voice.menu.checking import dead_ends
from channels.voice.menu.deciding import decide
from channels.voice.menu.model import (
    Choice,
    Dial,
    Doing,
    Effect,
    Facts,
    HangUp,
    Happened,
    Happening,
    Hours,
    Listen,
    Party,
    Place,
    Record,
    Say,
    Then,
)
from core.menu.port import Act, Pretended, Told

WORDS = Path(__file__).with_name("pretending.toml")
MOST_EFFECTS = 8
CALLER = "+79000000001"
"""Of the numbers that are given to nobody."""
HAPPENED = {
    Act.KEYS: Happened.KEYS,
    Act.SPEECH: Happened.SPEECH,
    Act.SILENCE: Happened.SILENCE,
    Act.DIALLED: Happened.DIALLED,
    Act.RECORDED: Happened.RECORDED,
    Act.TICK: Happened.TICK,
}


class SimulatedMenu:
    """Implements core.menu.port.PhoneMenu."""

    def step(self, given: Pretended) -> Told:
        """The next step, over all effects on the way."""
        facts = _facts(given)
        place = None if given.act is Act.CALL else place_of(given.place)
        move = decide(place, _happening(given), facts)
        said, deeds = [_heard(one) for one in move.prompts], list[str]()
        while isinstance(move.then, Effect) and len(deeds) < MOST_EFFECTS:
            deeds.append(move.then.doing.value)
            move = decide(move.place, outcome(move.then, facts), facts)
            said += [_heard(one) for one in move.prompts]
        return Told(
            said=said,
            state=move.place.state,
            then=_name(move.then),
            scheme=given.scheme,
            place=asdict(move.place),
            deeds=deeds,
        )

    def faults(self) -> Mapping[str, str]:
        """See core.menu.port.PhoneMenu.faults."""
        return dead_ends(outcome)


def outcome(effect: Effect, facts: Facts) -> Happening:
    """What the rest of the house would say to an effect on a good day; out of hours no operator is there."""
    words = _words()
    choice = (Choice(title=words["category"], value="1"),)
    article = (Choice(title=words["article"], value="1"),)
    party = Party(kind="operator", address_kind="user", address="operator", leg="leg", name=words["operator"])
    closed = Happening(kind=Happened.NOBODY_FREE, status="closed", opening=facts.opening)
    found = Happening(kind=Happened.OPERATOR_FOUND, party=party)
    known = {
        Doing.ASK: Happening(kind=Happened.ANSWERED, words=words["answer"]),
        Doing.READ_ARTICLE: Happening(kind=Happened.ANSWERED, words=words["answer"]),
        Doing.LIST_CATEGORIES: Happening(kind=Happened.LISTED, choices=choice),
        Doing.LIST_ARTICLES: Happening(kind=Happened.LISTED, choices=article),
        Doing.NEWS: Happening(kind=Happened.NEWS, status="fresh", words=words["news"]),
        Doing.FIND_OPERATOR: found if facts.hours is Hours.DAY else closed,
    }
    return known.get(effect.doing, Happening(kind=Happened.STORED))


def place_of(given: Mapping[str, object] | None) -> Place | None:
    """The place as it was given out; None when it is none."""
    try:
        read = dict(given or {})
        return Place(
            state=str(read["state"]),
            step=int(str(read["step"])),
            silences=int(str(read["silences"])),
            misses=int(str(read["misses"])),
            warnings=int(str(read["warnings"])),
            choices=tuple(map(str, cast(list[object], read["choices"]))),
            kept={str(name): str(value) for name, value in cast(dict[str, object], read["kept"]).items()},
            last=tuple(map(str, cast(list[object], read["last"]))),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _facts(given: Pretended) -> Facts:
    return Facts(
        now=given.now,
        hours=Hours(given.scheme.value),
        caller=CALLER,
        recognises=given.recognises,
        can_record=True,
        dispatch=given.dispatch,
        opening=given.opening,
        notice=given.notice,
    )


def _happening(given: Pretended) -> Happening:
    match given.act:
        case Act.CALL:
            return Happening(kind=Happened.STARTED)
        case Act.SPEECH:
            return Happening(kind=Happened.SPEECH, words=given.value, confidence=0.9)
        case Act.RECORDED:
            return Happening(kind=Happened.RECORDED, seconds=12, key="#")
    return Happening(kind=HAPPENED[given.act], digits=given.value, status=given.value)


def _heard(prompt: object) -> str:
    return prompt.text if isinstance(prompt, Say) else "\u266a"


def _name(then: Then) -> str:
    match then:
        case Listen():
            return "listen"
        case Dial():
            return f"dial_{then.party.kind}"
        case Record():
            return "record"
        case HangUp():
            return "hang_up"
    return "wait"


@cache
def _words() -> Mapping[str, str]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
