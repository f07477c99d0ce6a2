"""The dialogue's own actions: the forms, and the turns whose words depend on the facts of the conversation."""

from collections.abc import Callable
from itertools import takewhile
from typing import Any

from nlu.components.call import ActionCall, Response, Result, command, result, utter
from nlu.components.forms.appeal import APPEAL
from nlu.components.forms.engine import step
from nlu.components.forms.message import MESSAGE

MISSES = frozenset({"kb_missed", "out_of_scope"})
ASKED = frozenset({"ask_kb", "nlu_fallback"})
OFFERS_OPERATOR = frozenset({"kb_missed", "out_of_scope", "registration_refused"})
REPEATABLE = frozenset({"show_menu", "play_news", "answer_question", "appeal_status", "connect_dispatch"})
"""Commands that only tell something, so asking for them twice changes nothing."""
DOUBTFUL_EMERGENCY = 0.2
"""Probability of an emergency at which a text not understood is answered with the number 112 as well."""


def start(call: ActionCall) -> Result:
    """Greet with the centre's name (reg. 3.1) and show the menu."""
    return result([utter("utter_start"), command("show_menu")])


def answer_question(call: ActionCall) -> Result:
    """Ask the knowledge base, also for words not understood: it has a threshold of its own."""
    if not call.has_words:
        return result([utter("utter_no_words")])
    responses: list[Response] = [command("answer_question", query=call.text)]
    if call.ranking.get("emergency", 0.0) >= DOUBTFUL_EMERGENCY:
        responses.insert(0, utter("utter_alarm_doubt"))
    return result(responses)


def report_problem(call: ActionCall) -> Result:
    """Offer to register a problem told in passing; one that may be dangerous is answered with the number 112 as well."""
    offer = utter("utter_problem_heard")
    doubtful = call.ranking.get("emergency", 0.0) >= DOUBTFUL_EMERGENCY
    return result([utter("utter_alarm_doubt"), offer] if doubtful else [offer])


def alarm(call: ActionCall) -> Result:
    """Raise the alarm at once; the core answers first, with the numbers."""
    return result([command("alarm", words=call.text), utter("utter_alarm")])


def misses_in_a_row(intents: list[str]) -> int:
    """Count the turns at the end to which there was no answer; the questions between their outcomes do not count."""
    outcomes = [intent for intent in reversed(intents) if intent not in ASKED]
    return len(list(takewhile(MISSES.__contains__, outcomes)))


def kb_missed(call: ActionCall) -> Result:
    """Say honestly that there is no answer; the second time offer an operator first."""
    again = misses_in_a_row(call.past_intents()) > 1
    return result([utter("utter_kb_missed_again" if again else "utter_kb_missed")])


def out_of_scope(call: ActionCall) -> Result:
    """Say honestly that this is not the centre's subject."""
    again = misses_in_a_row(call.past_intents()) > 1
    return result([utter("utter_kb_missed_again" if again else "utter_out_of_scope")])


def affirm(call: ActionCall) -> Result:
    """Take «yes» as the answer to what was offered last."""
    before = _before(call)
    if before in OFFERS_OPERATOR:
        return result([command("hand_off", reason="not_answered")])
    if before == "report_problem":
        return result(followup=APPEAL.name)
    return result([utter("utter_what_next")])


def deny(call: ActionCall) -> Result:
    """Take «no» as the answer to what was offered last."""
    return result([utter("utter_rephrase" if _before(call) in OFFERS_OPERATOR else "utter_what_next")])


def repeat(call: ActionCall) -> Result:
    """Say the last words again; when they were the core's, ask for them again."""
    said = [event for event in _last_turn(call) if event["event"] == "bot"]
    if not said:
        return result([utter("utter_start"), command("show_menu")])
    responses: list[Response] = []
    for event in said:
        data = event.get("data") or {}
        if (data.get("custom") or {}).get("do") in REPEATABLE:
            responses.append({"custom": data["custom"]})
        if event.get("text"):
            responses.append({"text": event["text"], "buttons": list(data.get("buttons") or ())})
    return result(responses or [utter("utter_what_next")])


def abusive(call: ActionCall) -> Result:
    """Warn officially; when that was done already, end politely (reg. 2.8.4, 3.3)."""
    if call.slots.get("warned") is True:
        return result([utter("utter_abuse_end"), command("close", reason="abuse")])
    return result([utter("utter_abuse_warning")])


def appeal_status(call: ActionCall) -> Result:
    """Ask the core for the state of an appeal."""
    return result([command("appeal_status", number=call.entities.get("appeal_number"))])


def inform(call: ActionCall) -> Result:
    """Answer a name, a contact or an address given when none was asked; a number of an appeal asks for its state."""
    if "appeal_number" in call.entities:
        return appeal_status(call)
    return result([utter("utter_inform_unasked")])


def _before(call: ActionCall) -> str | None:
    intents = call.past_intents()
    return intents[-2] if len(intents) > 1 else None


def _last_turn(call: ActionCall) -> list[dict[str, Any]]:
    """Return the events between the citizen's words before and the present ones."""
    turns: list[list[dict[str, Any]]] = [[]]
    for event in call.events:
        if event["event"] == "user":
            turns.append([])
        else:
            turns[-1].append(dict(event))
    told = [turn for turn in turns[:-1] if any(event["event"] == "bot" for event in turn)]
    return told[-1] if told else []


ACTIONS: dict[str, Callable[[ActionCall], Result]] = {
    "action_start": start,
    "action_answer_question": answer_question,
    "action_alarm": alarm,
    "action_report_problem": report_problem,
    "action_kb_missed": kb_missed,
    "action_out_of_scope": out_of_scope,
    "action_affirm": affirm,
    "action_deny": deny,
    "action_repeat": repeat,
    "action_abusive": abusive,
    "action_appeal_status": appeal_status,
    "action_inform": inform,
    "validate_appeal_form": lambda call: step(APPEAL, call),
    "validate_message_form": lambda call: step(MESSAGE, call),
}
"""Every action of the domain that is not a response."""
