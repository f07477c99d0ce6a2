"""Lines of the journal of calls, made of what happened and what was answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.voice.menu.model import Dial, Happened, Happening, Listen, Move, Play, Record, Say, Wait
from core.phone.entries import Dialled, Note
from core.phone.vocabulary import CallPlace, LegKind, LegState

LONGEST_SAID = 600
"""Characters of one prompt in the journal."""
PLACES: Mapping[str, CallPlace] = {
    LegKind.OPERATOR: CallPlace.QUEUE,
    LegKind.OFFICIAL: CallPlace.OFFICIAL,
    LegKind.DISPATCH: CallPlace.DISPATCH,
    LegKind.APPLICANT: CallPlace.OPERATOR,
}
"""Where a caller is while somebody is rung; who wants an operator still waits."""
LEG_STATES: Mapping[str, LegState] = {
    "trying": LegState.DIALLED,
    "ringing": LegState.RINGING,
    "early-media": LegState.RINGING,
    "in-progress": LegState.ANSWERED,
    "completed": LegState.COMPLETED,
    "busy": LegState.BUSY,
    "no-answer": LegState.NO_ANSWER,
    "failed": LegState.FAILED,
}
OF_A_MESSAGE = ("contact", "message_check")
"""How the states begin in which a message is being left, beside the recordings themselves."""
HELD, SAID = "held", "said"
"""The state of a caller whom an operator holds; the kind of a line where nothing had happened."""
DIAL_STATES: Mapping[str, LegState] = {**LEG_STATES, "in-progress": LegState.DECLINED}
"""At the end of a dialling ``in-progress`` means: answered, but not taken by the key."""


def step_note(call_sid: str, at: datetime, happening: Happening | None, move: Move) -> Note:
    """One step of a call: what the caller did, what they were told, where they are now."""
    details = _happened(happening) if happening else {}
    said = [_said(prompt) for prompt in move.prompts]
    if said:
        details["said"] = said
    return Note(
        call_sid=call_sid,
        at=at,
        kind=happening.kind.value if happening else SAID,
        details=details,
        place=place_of(move),
        step=move.place.step,
        menu_state=move.place.state,
    )


def event_note(call_sid: str, at: datetime, happening: Happening) -> Note:
    """What happened without an answer: the call is over."""
    return Note(call_sid=call_sid, at=at, kind=happening.kind.value, details=_happened(happening))


def dialled_entry(call_sid: str, at: datetime, leg: str, dial: Dial) -> Dialled:
    """Somebody is being rung."""
    party = dial.party
    kind = LegKind(party.kind)
    return Dialled(
        call_sid=call_sid,
        key=leg,
        kind=kind,
        at=at,
        address_kind=party.address_kind,
        number=party.address,
        name=party.name,
        screened=dial.screened,
    )


def place_of(move: Move) -> CallPlace | None:
    """Where the caller is after this move; None: where they were."""
    match move.then:
        case Listen():
            return CallPlace.MESSAGE if move.place.state.startswith(OF_A_MESSAGE) else CallPlace.MENU
        case Wait():
            return CallPlace.OPERATOR if move.place.state == HELD else CallPlace.QUEUE
        case Record():
            return CallPlace.MESSAGE
        case Dial(party=party):
            return PLACES.get(party.kind, CallPlace.QUEUE)
    return None


def _happened(happening: Happening) -> dict[str, Any]:
    match happening.kind:
        case Happened.KEYS:
            return {"keys": happening.digits}
        case Happened.SPEECH:
            return {"words": happening.words, "confidence": round(happening.confidence, 2)}
        case Happened.DIALLED:
            return {"status": happening.status}
        case Happened.RECORDED:
            return {"seconds": happening.seconds, "ended_by": happening.key}
        case Happened.HUNG_UP if happening.status:
            return {"while": happening.status, "seconds": happening.seconds}
        case Happened.FAILED if happening.status:
            return {"what": happening.status}
    return {}


def _said(prompt: Say | Play) -> str:
    return (prompt.text if isinstance(prompt, Say) else prompt.url)[:LONGEST_SAID]
