"""What the menu does next: one pure function over the table of places (reg. 2.4.1). It knows no network and never raises."""

from dataclasses import replace

from channels.voice.menu import guarding, ladders, services
from channels.voice.menu.entrance import begin_call
from channels.voice.menu.items import with_items
from channels.voice.menu.message import is_too_short, keep_message, take_of
from channels.voice.menu.model import Doing, Effect, Facts, Happened, Happening, Move, Place
from channels.voice.menu.names import Name
from channels.voice.menu.states import STATES
from channels.voice.menu.step import Go, Outcome, State, Step, going
from channels.voice.menu.words import Command, commands_in, key_in
from core.lexicon.abuse import is_abusive
from core.lexicon.emergency import find_emergency

SURE = 0.35
"""Confidence below which words are not taken for what they seem; 0 means that the recogniser did not say."""
NEW = Place(state=Name.MENU)
BY_CALLER = frozenset({Happened.KEYS, Happened.SPEECH, Happened.SILENCE, Happened.DIALLED, Happened.RECORDED, Happened.TICK})
"""After these a failure before them is not one of two in a row."""
LEFT, GOODBYE = "gone", "bye"


def decide(place: Place | None, happening: Happening, facts: Facts) -> Move:
    """The next move of a call; ``place`` None with STARTED begins one.

    What comes late or belongs elsewhere changes nothing: the place is told again.
    """
    at = _where(replace(place, step=place.step + 1), happening) if place is not None else with_items(NEW)
    step = Step(place=at, happening=happening, facts=facts)
    if happening.kind in BY_CALLER:
        step = step.keep(failed=None)
    return _settle(_react(step))


def _react(step: Step) -> Outcome:
    name = Name(step.place.state)
    state = STATES[name]
    match step.happening.kind:
        case Happened.STARTED:
            return begin_call(step)
        case Happened.HUNG_UP:
            return _hung_up(step)
    known = state.on.get(step.happening.kind) or state.otherwise
    if known is not None:
        return known(step)
    match step.happening.kind:
        case Happened.FAILED:
            return ladders.on_failure(step)
        case Happened.SILENCE:
            return ladders.on_silence(step, name, state)
        case Happened.KEYS:
            return _pressed(step, name, state) or ladders.on_miss(step, name, state)
        case Happened.SPEECH:
            return _said(step, name, state) or ladders.on_miss(step, name, state)
    return step.resume(name)


def _where(place: Place, happening: Happening) -> Place:
    """The place; that of another release is the menu, and who still speaks after the farewell is there again."""
    speaks_on = place.state == Name.ENDED and happening.kind in (Happened.KEYS, Happened.SPEECH)
    if place.state in STATES and place.state != Name.MENU and not speaks_on:
        return place
    return with_items(replace(place, state=Name.MENU.value))


def _hung_up(step: Step) -> Outcome:
    """A question that was recorded is handed over even if the caller did not wait for that."""
    if step.place.state == Name.MESSAGE_QUESTION and "question" not in step.kept and not is_too_short(step, Name.MESSAGE_QUESTION):
        step = step.keep(question=take_of(step))
    if "question" in step.kept:
        return keep_message(step.keep(leaving=LEFT))
    return replace(step, said=()).hang_up()


def _pressed(step: Step, name: Name, state: State) -> Outcome | None:
    digits = step.happening.digits.strip()
    digits = digits[:-1] if len(digits) > 1 and digits.endswith("#") else digits or "#"
    if digits == "0":
        return _command(step, name, state, Command.OPERATOR)
    if "*" in digits:
        return _command(step, name, state, Command.MENU)
    chosen = _key(step, state, digits)
    if chosen is not None:
        return chosen
    match digits:
        case "9":
            return _command(step, name, state, Command.BACK)
        case "#":
            return _command(step, name, state, Command.REPEAT)
    return state.typed(step, digits) if state.typed is not None and digits.isdecimal() else None


def _key(step: Step, state: State, digit: str) -> Outcome | None:
    choices = step.place.choices
    if state.chosen is not None and digit in "123456789"[: len(choices)] and len(digit) == 1:
        return state.chosen(step, choices[int(digit) - 1])
    handler = state.keys.get(digit)
    return handler(step) if handler is not None else None


def _said(step: Step, name: Name, state: State) -> Outcome | None:
    """Emergencies first, then abuse, then commands, services by their names, and the words themselves."""
    words = step.happening.words.strip()
    if not words:
        return None
    if find_emergency(words) is not None:
        return guarding.raise_alarm(step, words)
    if 0 < step.happening.confidence < SURE:
        return None
    if is_abusive(words):
        return guarding.warn(step)
    served = services.hear_service(step, words) if Command.DISPATCH in state.spoken else None
    return _commanded(step, name, state, words) or served or (state.heard(step, words) if state.heard is not None else None)


def _commanded(step: Step, name: Name, state: State, words: str) -> Outcome | None:
    commands = commands_in(words)
    for command, handler in state.spoken.items():
        if command in commands:
            return handler(step)
    for command in EVERYWHERE:
        if command in commands:
            return _command(step, name, state, command)
    key = key_in(words)
    if key == "0":
        return _command(step, name, state, Command.OPERATOR)
    return _key(step, state, key) if key else None


EVERYWHERE = (Command.OPERATOR, Command.MENU, Command.REPEAT, Command.BACK, Command.STOP, Command.GOODBYE)


def _command(step: Step, name: Name, state: State, command: Command) -> Outcome:
    """The commands that are understood in every place."""
    match command:
        case Command.OPERATOR:
            return step.resume(name) if name is Name.QUEUE else step.go(Name.FINDING)
        case Command.REPEAT:
            return step.at(silences=0, misses=0).resume(name)
        case Command.BACK:
            return (state.back or going(Name.MENU))(step)
        case Command.GOODBYE if "question" in step.kept:
            return keep_message(step.keep(leaving=GOODBYE))
        case Command.GOODBYE:
            return step.go(Name.ENDED)
    return (state.leave or going(Name.MENU))(step)


def _settle(outcome: Outcome) -> Move:
    while isinstance(outcome, Go):
        outcome = _resume(outcome) if outcome.again else _begin(outcome)
    return outcome


def _begin(go: Go) -> Outcome:
    step, name, state = go.step, go.name, STATES[go.name]
    if "queued" in step.kept and not state.queued:
        return step.keep(to=name).do(Name.LEAVING_QUEUE, Effect(doing=Doing.LEAVE_QUEUE))
    step = state.forget(step)
    begun = state.opens(step) if state.opens is not None else step
    if not isinstance(begun, Step):
        return begun
    asked = begun.tell(*state.asks)
    return asked.listen(name, state.listen) if state.listen is not None else asked.go(Name.MENU)


def _resume(go: Go) -> Outcome:
    step, name, state = go.step, go.name, STATES[go.name]
    if state.listen is None:
        return step.go(name) if state.opens is not None else step.go(Name.MENU)
    if state.repeat is not None:
        return state.repeat(step)
    if not step.place.last:
        return step.go(name)
    return step.tell(*step.place.last).listen(name, state.listen)
