"""An edition walked through before it is published: no key that means nothing, a person always near (reg. 2.4.1)."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from channels.voice.menu.deciding import decide
from channels.voice.menu.model import Dial, Effect, Facts, Happened, Happening, Hours, Listen, Move, Place, Record, Say, Wait
from channels.voice.menu.names import Name
from channels.voice.menu.step import Step
from channels.voice.texts import is_written, variant
from core.menu.catalogue import keys_told
from core.menu.items import KEYS

DEPTH = 4
STEPS_TO_EXIT = 3
LONGEST_CHAIN = 8
MAIN_MENU = "menu.ask"
OFFERS = frozenset({Name.MESSAGE_CHECK, Name.CALL_BACK_OFFER, Name.MESSAGE_OFFER})
OutcomeOf = Callable[[Effect, Facts], Happening]
PRESSED = tuple(Happening(kind=Happened.KEYS, digits=key) for key in "0123456789*#")
OTHERWISE = (
    Happening(kind=Happened.SILENCE),
    Happening(kind=Happened.DIALLED, status="completed"),
    Happening(kind=Happened.DIALLED, status="busy"),
    Happening(kind=Happened.RECORDED, seconds=12, key="#"),
    Happening(kind=Happened.TICK),
)
WORLDS = tuple(
    Facts(
        now=datetime(2026, 1, 12, 9, tzinfo=UTC),
        hours=hours,
        caller="+79000000001",
        recognises=recognises,
        can_record=True,
        dispatch=("112", "112"),
    )
    for hours in Hours
    for recognises in (False, True)
)


@dataclass(slots=True)
class Walk:
    """The places that were reached, by what makes a difference, and what each leads to."""

    seen: dict[str, Move] = field(default_factory=dict)
    leads: dict[str, set[str]] = field(default_factory=dict)


def dead_ends(outcome: OutcomeOf) -> Mapping[str, str]:
    """By the name of a text, what is wrong: ``key_dead``, ``key_twice``, ``keys_untold`` or ``no_way_out``."""
    faults: dict[str, str] = {}
    for facts in WORLDS:
        walk = walked(facts, outcome)
        for move in walk.seen.values():
            faults |= dict(_bad_keys(move, facts))
        faults |= {f"voice:{Name(move.place.state)}.ask": "no_way_out" for move in _far(walk)}
    return faults


def walked(facts: Facts, outcome: OutcomeOf) -> Walk:
    """Every place within DEPTH steps of the beginning, by keys, silence and what the exchange tells."""
    walk, queue = Walk(), deque[tuple[Move, int]]()
    first = _settled(None, Happening(kind=Happened.STARTED), facts, outcome)
    walk.seen[_there(first)] = first
    queue.append((first, 0))
    while queue:
        move, depth = queue.popleft()
        if depth == DEPTH:
            continue
        for happening in (*PRESSED, *OTHERWISE):
            following = _settled(move.place, happening, facts, outcome)
            there = _there(following)
            walk.leads.setdefault(_there(move), set()).add(there)
            if there not in walk.seen:
                walk.seen[there] = following
                queue.append((following, depth + 1))
    return walk


def _settled(place: Place | None, happening: Happening, facts: Facts, outcome: OutcomeOf) -> Move:
    move = decide(place, happening, facts)
    for _ in range(LONGEST_CHAIN):
        if not isinstance(move.then, Effect):
            break
        move = decide(move.place, outcome(move.then, facts), facts)
    return move


def _there(move: Move) -> str:
    place = move.place
    kept = sorted(name for name in place.kept if name != "informed")
    return repr((place.state, place.silences, place.misses, kept, len(place.choices), place.last))


def _bad_keys(move: Move, facts: Facts) -> Iterator[tuple[str, str]]:
    """Texts told in this place that offer a key which is not understood in it, and a main menu that hides one of its items."""
    if not isinstance(move.then, Listen):
        return
    rungs = (f"{move.place.state}.again", f"{move.place.state}.help")
    told = {*move.place.last, *(rung for rung in rungs if is_written(rung))}
    fresh = replace(move.place, misses=0, silences=0)
    for key in told:
        name = f"voice:{variant(key, hours=facts.hours.value, spoken=facts.recognises)}"
        keys = _keys_heard(key, fresh, facts)
        if any(_is_missed(fresh, digit, facts) for digit in keys):
            yield name, "key_dead"
        if key == MAIN_MENU and (reason := _of_items(sorted(digit for digit in keys if digit in KEYS))):
            yield name, reason


def _keys_heard(key: str, place: Place, facts: Facts) -> Sequence[str]:
    """The keys that a caller in this place hears of when the phrase is told."""
    step = Step(place=place, happening=Happening(kind=Happened.STARTED), facts=facts).say(key)
    return keys_told(" ".join(prompt.text for prompt in step.said if isinstance(prompt, Say)))


def _of_items(told: Sequence[str]) -> str:
    """Why the keys of the main menu are not those of its six items, each once."""
    if len(set(told)) < len(told):
        return "key_twice"
    return "" if told == list(KEYS) else "keys_untold"


def _is_missed(place: Place, digit: str, facts: Facts) -> bool:
    return decide(place, Happening(kind=Happened.KEYS, digits=digit), facts).place.misses > place.misses


def _far(walk: Walk) -> Iterable[Move]:
    near = {there for there, move in walk.seen.items() if _is_exit(move)}
    for _ in range(STEPS_TO_EXIT):
        near |= {there for there, reached in walk.leads.items() if reached & near}
    return [walk.seen[there] for there in walk.leads if there not in near and walk.seen[there].place.state != Name.ENDED]


def _is_exit(move: Move) -> bool:
    """An operator is rung or waited for, a message is recorded, or one is offered."""
    then = move.then
    rings = isinstance(then, Dial) and then.party.kind == "operator"
    return rings or isinstance(then, Wait | Record) or move.place.state in OFFERS
