"""Item 4: the dispatch service, its second number behind the first, and advice behind both; nothing here asks the dialogue."""

from channels.voice.menu.model import Dial, Party
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step

RING_SECONDS = 30


def ring_first(step: Step) -> Outcome:
    """Ring the first number."""
    return _ring(step, 0, "dispatch.connecting")


def dispatch_rung(step: Step) -> Outcome:
    """After the talk there may be more to ask; who was not answered is put through to the next number."""
    if step.happening.status == "completed":
        return step.say("dispatch.done").go(Name.MORE)
    return _ring(step, int(step.kept.get("number", "0")) + 1, "dispatch.next")


def _ring(step: Step, index: int, words: str) -> Outcome:
    numbers = step.facts.dispatch
    if index >= len(numbers):
        return step.go(Name.DISPATCH_ADVICE)
    party = Party(kind="dispatch", address_kind="phone", address=numbers[index])
    return step.keep(number=index).say(words, cut=False).dial(Name.DISPATCH, Dial(party=party, seconds=RING_SECONDS))


def advise(step: Step) -> Step:
    """The numbers to call, 112 first."""
    step = step.tell("dispatch_advice.urgent")
    return step.tell("dispatch_advice.numbers") if step.facts.dispatch else step
