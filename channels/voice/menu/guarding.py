"""What is heard before anything else: emergencies lead to the dispatch service, abuse is warned of once (reg. 2.8.4, 3.3)."""

from channels.voice.menu.model import Doing, Effect
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step

LONGEST = 300
"""Characters of an emergency's words that are noted."""
REFUSE = "refuse"
"""``intent`` of the second warning: the conversation is refused as abusive (reg. 2.8.4)."""


def raise_alarm(step: Step, words: str) -> Outcome:
    """Note the emergency; the dispatch service is rung whatever becomes of the note."""
    return step.do(Name.ALARMING, Effect(doing=Doing.ALARM, words=words[:LONGEST]))


def warn(step: Step) -> Outcome:
    """An official warning; the second time a polite end."""
    if step.place.warnings:
        return step.say("abuse.end").do(Name.REFUSING, Effect(doing=Doing.WARN, intent=REFUSE))
    warned = step.at(warnings=1).keep(to=step.place.state).say("abuse.warning", cut=False)
    return warned.do(Name.WARNING, Effect(doing=Doing.WARN))


def go_on(step: Step) -> Outcome:
    """After the warning the conversation goes on where it was."""
    return step.keep(to=None).resume(Name(step.kept.get("to", Name.MENU)))


def end_refused(step: Step) -> Outcome:
    """The end was told before."""
    return step.hang_up()
