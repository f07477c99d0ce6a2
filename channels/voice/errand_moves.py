"""What is said in the calls that we make, as a pure function: by keys alone, because a machine can speak."""

from collections.abc import Sequence

from channels.voice.lines import ErrandLines
from channels.voice.menu.model import Dial, HangUp, Happened, Happening, Listen, Move, Place, Say, Then
from channels.voice.ports import Errand
from core.phone.vocabulary import Script

OFFERED, READ, TAKEN = "errand_offered", "errand_read", "errand_taken"
STATES = frozenset({OFFERED, READ, TAKEN})
"""Places of these calls, beside those of the menu."""
YES, AGAIN, OPERATOR = "1", "2", "0"
TRIES = "tries"
MOST_TRIES = 2
"""How often a question is put before nobody is believed to be there."""
RING_SECONDS = 45
KEY = Listen(speech=False, timeout=7)


def errand_move(place: Place | None, happening: Happening, errand: Errand | None, lines: ErrandLines) -> Move:
    """The next move; ``place`` None: somebody has just answered. ``errand`` None: nothing is owed any more."""
    if place is not None and place.state == TAKEN:
        return _said([lines.thanks if happening.status == "completed" else lines.unanswered], HangUp(), TAKEN)
    if place is not None and place.state == READ and happening.digits == YES:
        return _said([lines.thanks], HangUp(), READ)
    if errand is None:
        return _said([lines.nothing], HangUp(), OFFERED)
    if place is None:
        return _offered(errand, lines, 1)
    if happening.digits == YES or (happening.digits == AGAIN and place.state == READ):
        return _taken(errand, lines)
    tries = int(place.kept.get(TRIES, "1")) + 1
    if tries > MOST_TRIES:
        return _said([lines.later], HangUp(), place.state)
    if place.state == READ:
        return _said([lines.confirm], KEY, READ, tries)
    return _offered(errand, lines, tries)


def is_machine(place: Place | None, happening: Happening, move: Move) -> bool:
    """Whether nobody ever pressed a key, as when a machine answers."""
    silent = happening.kind is Happened.SILENCE
    return silent and place is not None and place.state == OFFERED and isinstance(move.then, HangUp)


def _offered(errand: Errand, lines: ErrandLines, tries: int) -> Move:
    key = lines.listen if errand.script is Script.MESSAGE else lines.take
    return _said([errand.introduction, key], KEY, OFFERED, tries)


def _taken(errand: Errand, lines: ErrandLines) -> Move:
    if errand.script is Script.MESSAGE:
        return _said([errand.words, lines.confirm], KEY, READ)
    if errand.party is None:
        return _said([lines.nothing], HangUp(), OFFERED)
    return _said([lines.connecting], Dial(party=errand.party, seconds=RING_SECONDS), TAKEN)


def _said(words: Sequence[str], then: Then, state: str, tries: int = 1) -> Move:
    place = Place(state=state, kept={TRIES: str(tries)} if tries > 1 else {})
    return Move(place=place, prompts=tuple(Say(text=text, personal=True) for text in words), then=then)
