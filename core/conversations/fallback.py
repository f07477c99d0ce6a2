"""The centre without its dialogue: menu, knowledge base and operators still work, and the citizen is told so."""

from collections.abc import Mapping

from core.conversations.turn import Turn
from core.dialogue import Command, TurnAnswer, TurnRequest
from core.words import buttons, say

OUTAGE = "outage"
"""Kept in ``dialogue_asks`` while the dialogue is away, so that the notice is given once."""

COMMANDS: Mapping[str, Command] = {
    "start": Command(do="show_menu"),
    "menu": Command(do="show_menu"),
    "news": Command(do="play_news"),
    "connect_dispatch": Command(do="connect_dispatch"),
    "operator": Command(do="hand_off", arguments={"reason": "asked"}),
    "appeal_status": Command(do="appeal_status"),
}


def answer_without_dialogue(request: TurnRequest, turn: Turn, asked: str | None) -> TurnAnswer:
    """What can be done without the dialogue; its state stays as it was, so the next turn after its return is normal."""
    if asked != OUTAGE:
        turn.say(say("outage.notice"), buttons=buttons("outage.buttons"))
    commands: tuple[Command, ...] = ()
    if request.intent == "emergency":
        commands = (Command(do="alarm", arguments={"words": request.text or ""}),)
    elif request.intent == "abusive":
        turn.say(say("abuse.warning"))
    elif request.intent is not None and request.intent in COMMANDS:
        commands = (COMMANDS[request.intent],)
    elif request.intent is not None:
        turn.say(say("outage.form"), buttons=buttons("outage.buttons"))
    elif request.text:
        commands = (Command(do="answer_question", arguments={"query": request.text}),)
    return TurnAnswer(commands=commands, state=request.state, requested_slot=OUTAGE)
