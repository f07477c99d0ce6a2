"""How a call begins, item 1 of the menu, and how a call ends (reg. 2.9, 3.1, 3.4)."""

from channels.voice.menu.model import Doing, Effect, Say
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step


def begin_call(step: Step) -> Outcome:
    """The greeting with the notice of the recording, which cannot be cut; an honest one when nothing is recorded (reg. 2.5.2)."""
    notice = "greeting.recorded" if step.facts.can_record else "greeting.unrecorded"
    step = step.say("greeting.text", notice, cut=False)
    return (step.adding(Say(text=step.facts.notice)) if step.facts.notice else step).go(Name.MENU)


def tell_about(step: Step) -> Outcome:
    """Item 1. Who hears it has been informed, which is noted once (reg. 2.5.1)."""
    if "informed" in step.kept:
        return step.go(Name.ABOUT)
    return step.keep(informed=1).do(Name.INFORMING, Effect(doing=Doing.REACHED, words="informed"))


def say_farewell(step: Step) -> Outcome:
    """The words of the farewell, and the end."""
    return step.say("ended.farewell").hang_up()


def stay_ended(step: Step) -> Outcome:
    """What comes after the farewell changes nothing."""
    return step.hang_up()
