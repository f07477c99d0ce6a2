"""Item 5: a message of three parts, name, contact and question, recorded; heard, recorded anew, sent (reg. 2.4.2, 2.5.1)."""

from collections.abc import Mapping

from channels.voice.menu.contact import MESSAGE, ask_contact
from channels.voice.menu.ladders import THIRD, rescue
from channels.voice.menu.model import Doing, Effect, Hours, Play, Record
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step

NAME_SECONDS, QUESTION_SECONDS = 20, 180
"""The longest recording of a part."""
SHORTEST: Mapping[Name, int] = {Name.MESSAGE_NAME: 1, Name.MESSAGE_CONTACT: 2, Name.MESSAGE_QUESTION: 2}
"""Seconds below which nothing was said."""
PARTS: Mapping[Name, str] = {Name.MESSAGE_NAME: "name", Name.MESSAGE_CONTACT: "contact", Name.MESSAGE_QUESTION: "question"}
OWN_RECORDING = "message:"
"""Begins the address of a part of the caller's own message in a Play: ``message:<part>-<take>``, to be completed by the channel."""


def begin_message(step: Step) -> Outcome:
    """Begin anew; where nothing can be recorded the caller is told so and may be called back."""
    if not step.facts.can_record:
        return step.say("message.unrecordable").go(Name.CALL_BACK_OFFER)
    return forget_message(step).say("message.begins").go(Name.MESSAGE_NAME)


def offer_message(step: Step) -> Outcome | Step:
    """The offer, unless nothing can be recorded."""
    return step if step.facts.can_record else step.go(Name.CALL_BACK_OFFER)


def forget_message(step: Step) -> Step:
    """Without the parts of a message."""
    return step.keep(name=None, question=None, dictated=None, contact=None, purpose=None)


def take_of(step: Step) -> int:
    """The number of the recording that has just ended: the step of the answer that began it, so no two of a call are alike."""
    return step.place.step - 1


def is_too_short(step: Step, at: Name) -> bool:
    """Whether the recording that has just ended holds nothing; of one whose length is unknown nobody can say so."""
    return step.happening.seconds is not None and step.happening.seconds < SHORTEST[at]


def record_name(step: Step) -> Outcome:
    """Who calls."""
    return step.say("message_name.ask").record(Name.MESSAGE_NAME, Record(part="name", most=NAME_SECONDS))


def record_question(step: Step) -> Outcome:
    """What the message is about."""
    return step.say("message_question.ask").record(Name.MESSAGE_QUESTION, Record(part="question", most=QUESTION_SECONDS))


def name_recorded(step: Step) -> Outcome:
    """The name was said; who does not say it by night may still leave a message."""
    return _recorded(step, Name.MESSAGE_NAME, "name")


def contact_recorded(step: Step) -> Outcome:
    """The contact was dictated."""
    return _recorded(step, Name.MESSAGE_CONTACT, "dictated")


def question_recorded(step: Step) -> Outcome:
    """The question was said."""
    return _recorded(step, Name.MESSAGE_QUESTION, "question")


def _recorded(step: Step, at: Name, kept: str) -> Outcome:
    happening = step.happening
    if happening.key == "0":
        return step.go(Name.FINDING)
    if happening.key == "*":
        return step.go(Name.MENU)
    if is_too_short(step, at):
        return _too_short(step, at)
    if happening.seconds is None:
        return step.say("message.unrecordable").go(Name.CALL_BACK_OFFER)
    return _after(step.keep(**{kept: take_of(step)}), at)


def _too_short(step: Step, at: Name) -> Outcome:
    misses = step.place.misses + 1
    if misses < THIRD:
        words = f"{at}.again" if misses == 1 else f"{at}.help"
        seconds = QUESTION_SECONDS if at is Name.MESSAGE_QUESTION else NAME_SECONDS
        return step.at(misses=misses).say(words).record(at, Record(part=PARTS[at], most=seconds))
    if "question" in step.kept:
        return step.go(Name.MESSAGE_CHECK)
    if at is Name.MESSAGE_CONTACT or (at is Name.MESSAGE_NAME and step.facts.hours is not Hours.DAY):
        return _after(step, at)
    return rescue(step)


def _after(step: Step, at: Name) -> Outcome:
    match at:
        case Name.MESSAGE_NAME:
            return ask_contact(step, MESSAGE)
        case Name.MESSAGE_CONTACT:
            return step.go(Name.MESSAGE_QUESTION)
        case _:
            return step.go(Name.MESSAGE_CHECK)


def play_back(step: Step) -> Outcome:
    """The caller hears the question as it was recorded."""
    heard = Play(url=f"{OWN_RECORDING}question-{step.kept.get('question', '')}")
    return step.adding(heard).go(Name.MESSAGE_CHECK)


def keep_message(step: Step) -> Outcome:
    """Hand the parts over; ``choice`` of the effect names the takes that count, such as "name-3 question-9"."""
    parts = (("name", "name"), ("contact", "dictated"), ("question", "question"))
    takes = " ".join(f"{part}-{step.kept[kept]}" for part, kept in parts if kept in step.kept)
    return step.do(Name.KEEPING, Effect(doing=Doing.KEEP_MESSAGE, words=step.kept.get("contact", ""), choice=takes))


def message_kept(step: Step) -> Outcome:
    """The message is in the operators' list."""
    leaving = step.kept.get("leaving")
    step = forget_message(step).keep(leaving=None)
    if leaving == "gone":
        return step.hang_up()
    step = step.say("message.sent")
    return step.go(Name.ENDED if leaving else Name.MORE)


def message_unkept(step: Step) -> Outcome:
    """It could not be handed over; the caller may try once more."""
    if step.kept.get("leaving") == "gone":
        return step.keep(leaving=None).hang_up()
    return step.keep(leaving=None).go(Name.MESSAGE_UNKEPT)


def give_up_offer(step: Step) -> Outcome:
    """Nobody answers the offer: by day an operator, unless there is none; otherwise the farewell (reg. 2.9)."""
    if step.facts.hours is Hours.DAY and "closed" not in step.kept:
        return rescue(step)
    return step.go(Name.ENDED)


def give_in(step: Step) -> Outcome:
    """Somebody speaks and is not understood: by day an operator, otherwise their words are recorded."""
    if step.facts.hours is Hours.DAY and "closed" not in step.kept:
        return rescue(step)
    return begin_message(step)


def give_up_sending(step: Step) -> Outcome:
    """It still cannot be handed over: by day an operator, by night the farewell; the recording itself is not lost."""
    return rescue(step) if step.facts.hours is Hours.DAY else step.go(Name.ENDED)
