"""What is done when nothing is heard, nothing is understood or something fails: three rungs, and never a dead end (reg. 2.4.1)."""

from channels.voice.menu.model import Hours
from channels.voice.menu.names import Name
from channels.voice.menu.step import KEYS_ONLY, Outcome, State, Step

THIRD = 3


def on_silence(step: Step, name: Name, state: State) -> Outcome:
    """Nothing was said or pressed."""
    silences = step.place.silences + 1
    if silences >= THIRD:
        return (state.silent or rescue)(step)
    return _rung(step.at(silences=silences), name, state, "ladder.silent", silences)


def on_miss(step: Step, name: Name, state: State) -> Outcome:
    """Something was said or pressed, and it means nothing here; who is heard is not silent."""
    misses = step.place.misses + 1
    if misses >= THIRD:
        return (state.missed or rescue)(step)
    return _rung(step.at(misses=misses, silences=0), name, state, "ladder.missed", misses)


def rescue(step: Step) -> Outcome:
    """An operator by day, a message by night."""
    if step.facts.hours is Hours.DAY:
        return step.say("ladder.to_operator").go(Name.FINDING)
    return step.say("ladder.to_message").go(Name.MESSAGE_OFFER)


def on_failure(step: Step) -> Outcome:
    """A hook or the recogniser failed: the menu; when it fails again at once, a person or a message, by keys alone."""
    failed = int(step.kept.get("failed", "0")) + 1
    step = step.keep(failed=min(failed, THIRD)).say("ladder.failed")
    if failed > 1:
        step = step.keep(**{KEYS_ONLY: 1})
    if "queued" in step.kept:
        return step.go(Name.QUEUE)
    if "question" in step.kept:
        return step.go(Name.MESSAGE_CHECK) if failed == 1 else step.go(Name.KEEPING)
    return step.go(Name.MENU) if failed == 1 else rescue(step)


def _rung(step: Step, name: Name, state: State, lead: str, rung: int) -> Outcome:
    if state.listen is None:
        return step.resume(name)
    words = f"{name}.again" if rung == 1 else f"{name}.help"
    return step.say(lead, words).remembering().listen(name, state.listen)
