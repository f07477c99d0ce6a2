"""Item 6: an operator is found and rung, or the caller waits with music, asks to be called back, or leaves a message (reg. 2.9)."""

from channels.voice.menu.ladders import rescue
from channels.voice.menu.model import Dial, Doing, Effect, Hours
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step

RING_SECONDS = 25
WAIT_SECONDS = 20
TICKS_TO_NOTICE = 3
"""Rounds of music between two notices: about a minute."""
TRIES = 3
"""Operators rung in vain before the caller is told and waits."""


def find_operator(step: Step) -> Outcome:
    """Ask for a free operator, or for a place in the queue."""
    return step.do(Name.FINDING, Effect(doing=Doing.FIND_OPERATOR))


def ring_operator(step: Step) -> Outcome:
    """An operator is reserved: ring them, with a word of who calls and why."""
    party = step.happening.party
    if party is None:
        return operators_down(step)
    words = "operator.another" if "tries" in step.kept else "operator.connecting"
    return step.say(words, cut=False).dial(Name.OPERATOR, Dial(party=party, seconds=RING_SECONDS, screened=True))


def operator_rung(step: Step) -> Outcome:
    """The talk is over, or nobody took the call: then the next one is rung, and after a few the caller waits."""
    if step.happening.status == "completed":
        return step.keep(tries=None, queued=None).say("operator.done").go(Name.MORE)
    tries = int(step.kept.get("tries", "0")) + 1
    step = step.keep(tries=tries % TRIES)
    return step.go(Name.FINDING) if tries % TRIES else step.say("operator.missed").go(Name.QUEUE)


def queue_told(step: Step) -> Outcome:
    """Nobody is free: the place in the queue is told at once and every minute; or the office is closed."""
    if step.happening.status == "closed":
        opening = step.happening.opening or step.facts.opening
        closed = step.keep(closed=1)
        told = closed.say("operator.closed_until", opening=opening) if opening else closed.say("operator.closed")
        return told.go(Name.MESSAGE_OFFER)
    ticks = int(step.kept.get("ticks", "0"))
    step = step.keep(position=step.happening.position)
    if "queued" in step.kept and ticks % TICKS_TO_NOTICE:
        return step.remembering().wait(Name.QUEUE, WAIT_SECONDS)
    return step.go(Name.QUEUE)


def wait_in_queue(step: Step) -> Outcome:
    """The place in the queue, what else can be done, and music."""
    position = int(step.kept.get("position", "0"))
    told = "queue.position" if position > 0 else "queue.waiting"
    return step.keep(queued=1, ticks=None, tries=None).tell(told, "queue.offer").wait(Name.QUEUE, WAIT_SECONDS)


def look_again(step: Step) -> Outcome:
    """The music came round: perhaps somebody is free now."""
    return find_operator(step.keep(ticks=(int(step.kept.get("ticks", "0")) + 1) % TICKS_TO_NOTICE))


def operators_down(step: Step) -> Outcome:
    """Operators cannot be found now: who waits goes on waiting, others are offered a message."""
    if "queued" in step.kept:
        return step.remembering().wait(Name.QUEUE, WAIT_SECONDS)
    return step.keep(closed=1).say("operator.down").go(Name.MESSAGE_OFFER)


def queue_left(step: Step) -> Outcome:
    """On to where the caller wanted to go."""
    return step.keep(queued=None, ticks=None, position=None, tries=None, to=None).go(Name(step.kept.get("to", Name.MENU)))


def called_back(step: Step) -> Outcome:
    """The call back is noted."""
    return step.say("call_back.stored").keep(purpose=None, contact=None).go(Name.MORE)


def not_called_back(step: Step) -> Outcome:
    """The call back could not be noted."""
    step = step.say("call_back.refused")
    return step.go(Name.QUEUE) if "queued" in step.kept else step.go(Name.CALL_BACK_OFFER)


def give_up_call_back(step: Step) -> Outcome:
    """Nobody answers the offer: by day an operator, unless there is none; otherwise the farewell."""
    if step.facts.hours is Hours.DAY and "closed" not in step.kept:
        return rescue(step)
    return step.go(Name.ENDED)


def give_in_call_back(step: Step) -> Outcome:
    """Somebody speaks and is not understood: by day an operator, otherwise their number is asked for."""
    if step.facts.hours is Hours.DAY and "closed" not in step.kept:
        return rescue(step)
    return step.keep(purpose="call_back").go(Name.CONTACT)
