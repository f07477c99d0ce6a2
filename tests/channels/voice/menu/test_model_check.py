"""Every order of callbacks, from every place: no dead end, no exception, an exit always near (reg. 2.4.1)."""

import ast
import json
from collections import deque
from dataclasses import dataclass, replace
from functools import cache

import pytest

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
    Listen,
    Move,
    Place,
    Record,
    Wait,
)
from channels.voice.menu.names import Name
from channels.voice.menu.states import STATES
from tests.channels.voice.menu import callers
from tests.channels.voice.menu.callers import (
    DAY,
    DOWN,
    FOUND,
    HOLIDAY,
    KEYS_ONLY,
    NIGHT,
    REFUSED,
    STORED,
    answered,
    busy,
    dialled,
    keys,
    listed,
    recorded,
    speech,
)

DEPTH = 6
MOST_BYTES = 600
LONGEST_CHAIN = 4
"""Effects of one callback; the runner allows 8."""
STEPS_TO_EXIT = 3
WORLDS = {
    "day": DAY,
    "night": NIGHT,
    "day by keys, hidden number": replace(KEYS_ONLY, caller=""),
    "holiday by keys, nothing is recorded or known": replace(HOLIDAY, caller="", can_record=False, dispatch=(), recognises=False),
}
OFFERS = frozenset({Name.MESSAGE_CHECK, Name.CALL_BACK_OFFER, Name.MESSAGE_OFFER})
QUIET_ENDS = frozenset({Name.ENDED, Name.MORE, Name.MESSAGE_OFFER, Name.CALL_BACK_OFFER, Name.MESSAGE_UNKEPT})
PRESSED = [keys(key) for key in "0123456789*#"] + [keys("89000000002"), keys("530505"), keys("12"), keys("")]
SAID = [
    speech("когда принимает глава города"),
    speech("в подъезде пахнет газом"),
    speech("ты идиот"),
    speech("оператор"),
    speech("меню"),
    speech("повторите"),
    speech("назад"),
    speech("стоп"),
    speech("до свидания"),
    speech("да"),
    speech("нет"),
    speech("пункт пять"),
    speech("ivanov@example.org"),
    speech("что то невнятное", confidence=0.1),
    callers.GIBBERISH,
]
LATE = [dialled("busy"), dialled("completed"), recorded(12), recorded(0), recorded(None), callers.TICK, STORED, FOUND]
CALLBACKS = [*PRESSED, *SAID, *LATE, callers.SILENCE, callers.FAILED, callers.HUNG_UP, callers.STARTED]

SEVEN = tuple("1234567")
BUTTONS = (Choice(title="Да", value="123456789:0"), Choice(title="Нет", value="123456789:1"))
OUTCOMES: dict[Doing, list[Happening]] = {
    Doing.ASK: [
        answered("С девяти до шести."),
        answered("Вы согласны?", status="form", choices=BUTTONS),
        answered("Как Вас зовут?", status="form"),
        answered("Уточните.", choices=BUTTONS),
        answered("", status="unknown"),
        answered("Соединить с оператором?", status="unknown", choices=BUTTONS),
        answered("Ожидайте.", status="handed_off"),
        answered("Звоните сто двенадцать.", status="alarm"),
        answered("Всего доброго.", status="closed"),
        answered("", status="down"),
        answered("Помощник недоступен. Приём по средам.", status="down"),
    ],
    Doing.LIST_CATEGORIES: [listed(*SEVEN, more=True), listed("один"), listed()],
    Doing.LIST_ARTICLES: [listed(*SEVEN, more=True), listed("один"), listed()],
    Doing.READ_ARTICLE: [answered("С девяти до шести."), answered("")],
    Doing.NEWS: [
        Happening(kind=Happened.NEWS, status="fresh", words="Новость дня.", url="https://example.org/news.wav"),
        Happening(kind=Happened.NEWS, status="old", words="Новость от вчера.", url="https://example.org/news.wav"),
        Happening(kind=Happened.NEWS, status="none"),
    ],
    Doing.FIND_OPERATOR: [FOUND, busy(1), busy(0), callers.CLOSED, Happening(kind=Happened.OPERATOR_FOUND)],
}


COUNTED = frozenset({"name", "question", "dictated", "category", "article", "contact"})
"""Facts of which it matters only that they are there."""
COUNTS = frozenset({"page", "categories", "position"})
"""Numbers of which it matters only whether they are 0."""


@dataclass(frozen=True, slots=True)
class Came:
    """A move that is carried out, how it came about, and the name of its place without what makes no difference."""

    move: Move
    before: Happening
    was: Place | None
    there: str


def _abstract(place: Place) -> str:
    kept = {name: "n" if name in COUNTED or (name in COUNTS and value != "0") else value for name, value in place.kept.items()}
    kept.pop("informed", None)
    ladders = (place.silences, place.misses, place.warnings)
    return repr((place.state, ladders, sorted(kept.items()), len(place.choices), place.last))


@dataclass(frozen=True, slots=True)
class World:
    """Every place that is reached within DEPTH callbacks, what each leads to, where effects were asked for, how calls ended."""

    facts: Facts
    seen: dict[str, Came]
    leads: dict[str, set[str]]
    known: dict[tuple[str, Doing], list[Came]]
    ended: list[Came]


def _settled(world: World, place: Place | None, happening: Happening, chain: int = 0) -> list[Came]:
    """Every move that a callback may end in, over every outcome of every effect on the way."""
    move = decide(place, happening, world.facts)
    came = Came(move, happening, place, _abstract(move.place))
    if isinstance(move.then, HangUp):
        world.ended.append(came)
    if not isinstance(move.then, Effect):
        return [came]
    assert chain < LONGEST_CHAIN, f"{move.place.state} asks for effects without end"
    asked = (came.there, move.then.doing)
    if asked not in world.known:
        outcomes = [*OUTCOMES.get(move.then.doing, []), STORED, REFUSED, DOWN]
        world.known[asked] = [end for outcome in outcomes for end in _settled(world, move.place, outcome, chain + 1)]
    return world.known[asked]


@cache
def _explored(name: str) -> World:
    world = World(WORLDS[name], {}, {}, {}, [])
    queue: deque[tuple[Came, int]] = deque()

    def reach(came: Came, depth: int) -> None:
        if came.there not in world.seen:
            world.seen[came.there] = came
            queue.append((came, depth))

    for came in _settled(world, None, callers.STARTED):
        reach(came, 0)
    while queue:
        came, depth = queue.popleft()
        if depth == DEPTH:
            continue
        reached = world.leads.setdefault(came.there, set())
        for happening in CALLBACKS:
            for following in _settled(world, came.move.place, happening):
                reached.add(following.there)
                reach(following, depth + 1)
    return world


def _is_exit(came: Came) -> bool:
    """An operator is rung or waited for, a message is recorded, or one is offered."""
    then = came.move.then
    rings = isinstance(then, Dial) and then.party.kind == "operator"
    return rings or isinstance(then, Wait | Record) or came.move.place.state in OFFERS


def _is_allowed_to_end(came: Came) -> bool:
    """A call is ended only after a goodbye, a second abuse, or silence when everything was offered."""
    state = came.was.state if came.was is not None else ""
    match came.before.kind:
        case Happened.HUNG_UP:
            return True
        case Happened.SILENCE:
            return state in QUIET_ENDS
        case Happened.SPEECH:
            return came.before.words in ("до свидания", "нет")
        case Happened.KEYS:
            return state == Name.MORE and came.before.digits == "2"
        case Happened.ANSWERED:
            return came.before.status == "closed"
    return state in (Name.ENDED, Name.REFUSING, Name.KEEPING, Name.LEAVING_QUEUE)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.clause("2.4.1")
def test_from_every_place_an_operator_or_a_message_is_at_most_three_steps_away(world: str) -> None:
    explored = _explored(world)
    near = {there for there, came in explored.seen.items() if _is_exit(came)}
    for _ in range(STEPS_TO_EXIT):
        near |= {there for there, reached in explored.leads.items() if reached & near}
    far = [there for there in explored.leads if there not in near and explored.seen[there].move.place.state != Name.ENDED]
    assert not far


@pytest.mark.parametrize("world", WORLDS)
def test_nobody_who_speaks_is_hung_up_on(world: str) -> None:
    ended = _explored(world).ended
    assert ended
    assert not {(came.was and came.was.state, came.before) for came in ended if not _is_allowed_to_end(came)}


@pytest.mark.parametrize("world", WORLDS)
def test_a_place_is_small_enough_for_an_address(world: str) -> None:
    places = [came.move.place for came in _explored(world).seen.values()]
    packed = (json.dumps({name: getattr(place, name) for name in Place.__slots__}, ensure_ascii=False).encode() for place in places)
    assert max(map(len, packed)) < MOST_BYTES


@pytest.mark.parametrize("world", WORLDS)
def test_every_callback_is_answered_with_something_to_hear_or_do(world: str) -> None:
    mute = [
        came.there
        for came in _explored(world).seen.values()
        if isinstance(came.move.then, Listen) and not came.move.prompts and came.before.kind is not Happened.HUNG_UP
    ]
    assert not mute


@pytest.mark.parametrize("world", WORLDS)
def test_speech_is_listened_to_only_where_it_is_understood(world: str) -> None:
    listening = [came.move.then for came in _explored(world).seen.values() if isinstance(came.move.then, Listen)]
    if not WORLDS[world].recognises:
        assert not any(then.speech or then.hints for then in listening)
    assert all(then.most >= then.least >= 1 for then in listening)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.clause("2.5.2")
def test_nothing_is_recorded_where_nothing_can_be_kept(world: str) -> None:
    recording = [came for came in _explored(world).seen.values() if isinstance(came.move.then, Record)]
    assert bool(recording) is WORLDS[world].can_record


@pytest.mark.parametrize("world", WORLDS)
def test_what_is_known_may_change_in_the_middle_of_a_call(world: str) -> None:
    places = [came.move.place for came in _explored("day").seen.values()]
    for happening in (callers.SILENCE, callers.FAILED, keys("0"), keys("1"), keys("#"), keys("9"), speech("нет"), recorded(5)):
        for place in places:
            assert decide(place, happening, WORLDS[world]).place.step == place.step + 1


def test_every_place_of_the_table_is_reached() -> None:
    worlds = [_explored(name) for name in WORLDS]
    listening = {came.move.place.state for world in worlds for came in world.seen.values()}
    waiting = {ast.literal_eval(there)[0] for world in worlds for there, _ in world.known}
    assert set(STATES) == listening | waiting


def test_the_table_has_every_name() -> None:
    assert set(STATES) == set(Name)
