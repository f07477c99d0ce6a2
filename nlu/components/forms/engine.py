"""One turn inside a form: an answer, a correction, a command or a digression; then the next question.

Rasa calls it as ``validate_<form>``. It returns every word of the turn itself, so the form asks nothing on its own, and it names
the next question in ``requested_slot`` (None ends the form).
"""

from typing import Any

from nlu.components.call import ActionCall, Response, Result, result, utter
from nlu.components.forms.interruptions import Interruption, interruption
from nlu.components.forms.model import Answer, Form, Question, Slots
from nlu.components.forms.questions import read_change, says
from nlu.components.words import mentioned

CHANGE = "change"
"""The pseudo-question «what is to be corrected?»."""
MANY_TRIES = 2
"""After so many answers not understood, the way out is named."""
PERSONAL = ("full_name", "contact")
"""Without these an appeal is anonymous and is not registered (reg. 2.8.4)."""
OPPORTUNE = ("full_name", "phone", "email")
QUESTION_OF = {"name": "full_name"}
"""Endings of ``change_*`` intents that are not the name of their question."""


def step(form: Form, call: ActionCall) -> Result:
    """Carry one turn of the form."""
    requested = call.slots.get("requested_slot")
    if requested != CHANGE and form.question(requested) is None:
        return _begin(form, call)
    question = form.question(requested)
    taken = interruption(form, call, question)
    if taken is not None:
        return _interrupted(form, call, question, taken)
    if requested in (CHANGE, "confirmed"):
        corrected = _corrected(form, call, str(requested))
        if corrected is not None:
            return corrected
    answer = question.read(call, call.slots) if question else None
    if answer is None:
        return _not_understood(form, call, question)
    if answer.ends:
        return _end(form, answer.responses)
    return _proceed(form, call, _with_opportune(call, answer))


def _begin(form: Form, call: ActionCall) -> Result:
    fresh: dict[str, Any] = dict.fromkeys(form.own_slots)
    fresh |= {"consent": True if call.slots.get("consent") is True else None, "tries": 0}
    fresh |= {"known_name_declined": None, "known_contact_declined": None}
    begun = form.begun(call)
    return _proceed(form, call, Answer(fresh | begun.slots, begun.responses))


def _with_opportune(call: ActionCall, answer: Answer) -> Answer:
    """Keep also the data that came along with the answer, once there is consent to keep them."""
    slots = {**call.slots, **answer.slots}
    if slots.get("consent") is not True:
        return answer
    extra = {name: call.entities[name] for name in OPPORTUNE if name in call.entities and slots.get(name) is None}
    return Answer(extra | answer.slots, answer.responses)


def _proceed(form: Form, call: ActionCall, answer: Answer) -> Result:
    """Set the slots and ask the next question, or submit when all is confirmed."""
    slots = {**call.slots, **answer.slots}
    following = form.next_question(slots)
    if following is None:
        return _end(form, [*answer.responses, form.submit(slots)], answer.slots)
    changes = {**answer.slots, "tries": 0, "requested_slot": following.name}
    return result([*answer.responses, following.prompt(call, slots)], changes)


def _end(form: Form, responses: list[Response], slots: Slots | None = None, followup: str | None = None) -> Result:
    """Leave the form; its answers are forgotten, except the consent."""
    forgotten: dict[str, Any] = dict.fromkeys(form.own_slots)
    kept = {"consent": slots["consent"]} if slots and "consent" in slots else {}
    return result(responses, {**forgotten, **kept, "tries": 0, "requested_slot": None}, followup)


def _ask(form: Form, call: ActionCall, question: Question | None, before: list[Response], tries: int = 0) -> Result:
    """Ask the same question again."""
    prompt = question.prompt(call, call.slots) if question else utter(f"utter_form_change_{form.name}")
    requested = question.name if question else CHANGE
    return result([*before, prompt], {"tries": tries, "requested_slot": requested})


def _not_understood(form: Form, call: ActionCall, question: Question | None) -> Result:
    tries = int(call.slots.get("tries") or 0) + 1
    refuses = _name(question) in PERSONAL and says(call, "deny", "skip")
    hint = utter("utter_not_anonymous" if refuses else f"utter_again_{_name(question)}")
    if tries >= MANY_TRIES:
        return result([hint, utter("utter_again_way_out")], {"tries": tries, "requested_slot": _name(question)})
    return result([hint], {"tries": tries, "requested_slot": _name(question)})


def _name(question: Question | None) -> str:
    return question.name if question else CHANGE


def _corrected(form: Form, call: ActionCall, requested: str) -> Result | None:
    """Read a correction: «no» asks what is wrong, a named part is asked again."""
    objects = not call.given and mentioned("objection", f" {call.text} ") is not None
    if says(call, "affirm") and not objects:
        return _ask(form, call, form.question("confirmed"), []) if requested == CHANGE else None
    part = read_change(call, form.changeable)
    if part is not None:
        return _change(form, call, part)
    if requested == "confirmed" and says(call, "deny"):
        return _ask(form, call, None, [])
    return None


def _change(form: Form, call: ActionCall, part: str) -> Result:
    name = QUESTION_OF.get(part, part)
    question = form.question(name) or next(question for question in form.questions if question.free_text)
    cleared: dict[str, Any] = {**dict.fromkeys(question.clears), "confirmed": None}
    cleared |= {"known_name_declined": True, "known_contact_declined": True}
    return _proceed(form, call, Answer(cleared))


def _interrupted(form: Form, call: ActionCall, question: Question | None, taken: Interruption) -> Result:
    if taken.change is not None:
        return _change(form, call, taken.change)
    if taken.ends:
        return _end(form, taken.responses, None, taken.followup)
    if taken.back:
        return _back(form, call, question)
    if taken.slots:
        return _proceed(form, call, Answer(taken.slots, taken.responses))
    if taken.silent:
        return result(taken.responses, {"tries": 0, "requested_slot": _name(question)})
    return _ask(form, call, question, taken.responses)


def _back(form: Form, call: ActionCall, question: Question | None) -> Result:
    if question is None:
        return _ask(form, call, form.question("confirmed"), [])
    earlier = form.questions[: form.questions.index(question)]
    answered = [item for item in earlier if item.revisited and any(call.slots.get(name) is not None for name in item.clears)]
    if not answered:
        return _ask(form, call, question, [utter("utter_first_question")])
    return _proceed(form, call, Answer(dict.fromkeys(answered[-1].clears)))
