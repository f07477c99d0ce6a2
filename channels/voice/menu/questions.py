"""Item 3 by speech: the question goes to the dialogue; its answer is told, its buttons are keys, its forms are gone through."""

from channels.voice.menu.browsing import list_categories, number_choices
from channels.voice.menu.ladders import THIRD, rescue
from channels.voice.menu.model import Doing, Effect, Say
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step

LONGEST = 500
"""Characters of a caller's words that are taken at once."""
YES, NO = "affirm", "deny"
FEW_KEYS = 3
"""Fewer keys than this are no number of anything."""


def open_question(step: Step) -> Outcome | Step:
    """Callers whose speech is not understood choose from lists instead."""
    return step.keep(article=None, category=None) if step.spoken else list_categories(step)


def ask(step: Step, words: str) -> Outcome:
    """The caller's words, for the dialogue."""
    return step.do(Name.ASKING, Effect(doing=Doing.ASK, words=words[:LONGEST]))


def ask_intent(step: Step, intent: str) -> Outcome:
    """A given intent, for the dialogue: nothing is classified."""
    return step.do(Name.ASKING, Effect(doing=Doing.ASK, intent=intent))


def press_button(step: Step, value: str) -> Outcome:
    """A button of the dialogue, chosen by its key."""
    return step.do(Name.ASKING, Effect(doing=Doing.ASK, choice=value))


def type_number(step: Step, digits: str) -> Outcome | None:
    """Keys in a form: a number that it asked for."""
    return ask(step, digits) if len(digits) >= FEW_KEYS else None


def affirm(step: Step) -> Outcome:
    """Yes to what the form asks."""
    return ask_intent(step, YES)


def deny(step: Step) -> Outcome:
    """No to what the form asks."""
    return ask_intent(step, NO)


def repeat_words(step: Step) -> Outcome:
    """The dialogue knows best what it said last."""
    return ask_intent(step, "repeat")


def step_back(step: Step) -> Outcome:
    """One question of the form back."""
    return ask_intent(step, "back")


def leave_form(step: Step) -> Outcome:
    """The dialogue is told that the form is left; the menu follows whatever it says."""
    return step.do(Name.LEAVING_FORM, Effect(doing=Doing.ASK, intent="menu"))


def take_answer(step: Step) -> Outcome:
    """What the dialogue answered. Its words are the caller's own affair, so no cache keeps their sound."""
    happening = step.happening
    match happening.status:
        case "alarm":
            return step.go(Name.DISPATCH)
        case "handed_off":
            return step.go(Name.FINDING)
        case "down":
            return _without_dialogue(step)
    step = step.keep(article=None, unknown=_unknown(step))
    if step.kept.get("unknown") == str(THIRD):
        return rescue(step.keep(unknown=None))
    if not happening.words and not happening.choices:
        return step.say("unanswered.text").go(Name.UNANSWERED)
    if happening.words:
        step = step.adding(Say(text=happening.words, personal=True))
    return _place_after(step)


def _unknown(step: Step) -> int | None:
    """How many questions in a row had no answer."""
    is_unknown = step.happening.status == "unknown" or not (step.happening.words or step.happening.choices)
    return int(step.kept.get("unknown", "0")) + 1 if is_unknown else None


def _place_after(step: Step) -> Outcome:
    happening = step.happening
    if happening.status == "closed":
        return step.hang_up()
    step = number_choices(step, personal=True)
    if happening.status == "form":
        return step.go(Name.FORM)
    if happening.choices:
        return step.go(Name.CHOOSING)
    return step.go(Name.UNANSWERED if happening.status == "unknown" else Name.ANSWERED)


def _without_dialogue(step: Step) -> Outcome:
    """The core has no answer either, perhaps one that is near; without its words the lists follow at once."""
    if not step.happening.words:
        return miss_dialogue(step)
    told = number_choices(step.adding(Say(text=step.happening.words, personal=True)), personal=True)
    return told.go(Name.CHOOSING if step.happening.choices else Name.UNANSWERED)


def miss_dialogue(step: Step) -> Outcome:
    """Without the dialogue the knowledge base is still there by keys."""
    return list_categories(step.say("question.down"))
