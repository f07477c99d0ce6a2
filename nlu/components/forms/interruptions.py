"""What may interrupt a form: commands, digressions and outcomes that the core tells. A table of intents, guarded by confidence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nlu.components.call import ActionCall, Response, command, utter
from nlu.components.forms.model import Form, Question
from nlu.components.forms.questions import read_change

SURE = 0.6
"""Least confidence of an intent that breaks a form: below it, descriptions that resemble a command break it too."""
LIKELY_QUESTION = 0.45
"""Least confidence of a question asked where a name or a choice is expected: what is no answer is better looked up."""
SURE_QUESTION = 0.75
"""Least confidence of a question asked where an address is expected."""
LONGEST_COMMAND = 8
"""Words of a command given where any words are an answer; a longer text is the answer."""
COMMANDS = frozenset({"cancel", "operator", "repeat", "step_back", "menu", "emergency"})
"""The only intents that interrupt a question answered in free words."""


@dataclass
class Interruption:
    """What interrupts: what is said, and whether the form ends, steps back, keeps silent or goes on."""

    responses: list[Response] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    ends: bool = False
    back: bool = False
    silent: bool = False
    followup: str | None = None
    change: str | None = None


Handler = Callable[[Form, ActionCall, Question | None], Interruption]


def interruption(form: Form, call: ActionCall, question: Question | None) -> Interruption | None:
    """Return the interruption that the citizen's words (or the core's outcome) make, or None when they are an answer."""
    handler = HANDLERS.get(call.intent)
    if call.given and call.intent.startswith("change_"):
        part = read_change(call, form.changeable)
        return Interruption(change=part) if part else Interruption()
    if handler is None or not _breaks(call, question):
        return None
    return handler(form, call, question)


def _breaks(call: ActionCall, question: Question | None) -> bool:
    if call.given:
        return True
    if question is None or not question.free_text:
        least = LIKELY_QUESTION if call.intent == "ask_kb" else SURE
        return call.confidence >= least and (question is None or question.read(call, call.slots) is None)
    if call.confidence < SURE:
        return False
    if question.name == "address" and call.intent == "ask_kb":
        return call.confidence >= SURE_QUESTION and "?" in call.text
    brief = len(call.text.split()) <= LONGEST_COMMAND or call.intent == "emergency"
    return call.intent in COMMANDS and brief


def _cancel(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    return Interruption([utter("utter_cancelled")], ends=True)


def _operator(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    """Hand off; after hours nobody takes over, so the form goes on."""
    asked = command("hand_off", reason="asked")
    if call.slots.get("operators_online") is False:
        return Interruption([asked, utter("utter_form_goes_on")])
    return Interruption([asked], ends=True)


def _emergency(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    """Raise the alarm at once; what was said is kept when it answers the question «what happened?»."""
    said = [command("alarm", words=call.text), utter("utter_alarm_in_form")]
    if question is not None and question.name in ("description", "message_text") and call.has_words:
        return Interruption(said, {question.name: call.text})
    return Interruption(said)


def _abusive(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    if call.slots.get("warned") is True:
        return Interruption([utter("utter_abuse_end"), command("close", reason="abuse")], ends=True)
    return Interruption([utter("utter_abuse_warning")])


def _question(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    """Ask the knowledge base; the outcome (``kb_answered``, ``kb_missed``) comes back and re-asks."""
    return Interruption([command("answer_question", query=call.text)], silent=True)


def _menu(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    return Interruption([utter("utter_cancelled_for_menu"), command("show_menu")], ends=True)


def _start(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    return Interruption(ends=True, followup="action_start")


def _other_form(name: str) -> Handler:
    def handler(form: Form, call: ActionCall, question: Question | None) -> Interruption:
        return Interruption() if form.name == name else Interruption(ends=True, followup=name)

    return handler


def _saying(*responses: Response) -> Handler:
    return lambda form, call, question: Interruption([dict(response) for response in responses])


def _ending(*responses: Response) -> Handler:
    return lambda form, call, question: Interruption([dict(response) for response in responses], ends=True)


def _status(form: Form, call: ActionCall, question: Question | None) -> Interruption:
    return Interruption([command("appeal_status", number=call.entities.get("appeal_number"))])


HANDLERS: dict[str, Handler] = {
    "cancel": _cancel,
    "bye": _cancel,
    "operator": _operator,
    "emergency": _emergency,
    "abusive": _abusive,
    "ask_kb": _question,
    "menu": _menu,
    "start": _start,
    "step_back": lambda form, call, question: Interruption(back=True),
    "repeat": _saying(),
    "greet": _saying(utter("utter_greet_in_form")),
    "thanks": _saying(),
    "kb_answered": _saying(utter("utter_form_goes_on")),
    "kb_missed": _saying(utter("utter_kb_missed_in_form"), utter("utter_form_goes_on")),
    "news": _saying(command("play_news"), utter("utter_form_goes_on")),
    "connect_dispatch": _saying(command("connect_dispatch"), utter("utter_form_goes_on")),
    "appeal_status": _status,
    "ask_question": _ending(utter("utter_ask_question")),
    "register_appeal": _other_form("appeal_form"),
    "leave_message": _other_form("message_form"),
}
