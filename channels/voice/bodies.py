"""The bodies of jambonz's hooks in our words; unknown fields are passed over, odd types become empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.voice.menu.model import Happened, Happening
from channels.voice.numbers import Number, read_number
from channels.voice.tickets import Awaited
from core.phone.vocabulary import CallDirection

KEYS = frozenset("0123456789*#")
LONGEST_WORDS, LONGEST_DIGITS, LONGEST_SID = 1000, 64, 64
OVER = frozenset({"completed", "failed", "busy", "no-answer"})
"""Statuses that end a leg."""
DIALLED = OVER | {"in-progress"}
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg as every hook tells of it. ``party``: the applicant's number of a leg without a parent, else who was dialled.

    ``tag``: what we tied to the leg when we made it, plain ids. ``seconds``: with completed only. ``notice``: why a hook of ours
    could not be used, no state of the leg.
    """

    call_sid: str
    parent_sid: str
    direction: CallDirection
    party: Number
    called: str
    status: str
    ended_by: str
    seconds: int | None
    tag: Mapping[str, str]
    notice: str

    @property
    def is_over(self) -> bool:
        """Whether the leg has ended; what is answered is then thrown away."""
        return self.status in OVER and not self.notice


def read_leg(body: Body) -> Leg:
    """What a hook says of its leg."""
    outbound = body.get("direction") == "outbound"
    party, called = read_number(body.get("from")), read_number(body.get("to"))
    if outbound:
        party, called = called, party
    tag = body.get("customerData")
    return Leg(
        call_sid=_text(body.get("call_sid"), LONGEST_SID),
        parent_sid=_text(body.get("parent_call_sid"), LONGEST_SID),
        direction=CallDirection.OUT if outbound else CallDirection.IN,
        party=party,
        called=(called.e164 or called.said_as)[:64],
        status=_text(body.get("call_status"), 16),
        ended_by=_text(body.get("call_termination_by"), 16),
        seconds=_count(body.get("duration")),
        tag={str(key): str(value) for key, value in tag.items()} if isinstance(tag, Mapping) else {},
        notice=_text(body.get("reason"), 200) or "error" if "error" in body else "",
    )


def happening_of(awaited: Awaited, body: Body) -> Happening:
    """What a step hook tells the menu."""
    if body.get("call_status") in OVER:
        return Happening(kind=Happened.HUNG_UP, status=_HUNG_UP_IN.get(awaited, ""), seconds=_count(body.get("dial_call_duration")))
    if awaited is Awaited.FAILURE:
        return Happening(kind=Happened.FAILED)
    if awaited is Awaited.DIAL:
        return Happening(kind=Happened.DIALLED, status=dial_status(body))
    if awaited is Awaited.RECORD:
        return Happening(kind=Happened.RECORDED, seconds=_count(body.get("dial_call_duration")), key=_digits(body.get("digits")))
    return _heard(awaited, body)


def dial_status(body: Body) -> str:
    """How a dialling ended; what is unknown has failed."""
    status = _text(body.get("dial_call_status"), 16)
    return status if status in DIALLED else "failed"


_HUNG_UP_IN = {Awaited.RECORD: "recorded", Awaited.DIAL: "dialled"}


def _heard(awaited: Awaited, body: Body) -> Happening:
    reason = body.get("reason")
    if reason == "dtmfDetected":
        return Happening(kind=Happened.KEYS, digits=_digits(body.get("digits")))
    if reason in ("speechDetected", "stt-low-confidence"):
        words, confidence = _speech(body.get("speech"))
        if words:
            return Happening(kind=Happened.SPEECH, words=words, confidence=confidence)
    elif reason == "error":
        return Happening(kind=Happened.FAILED, status="recogniser")
    return Happening(kind=Happened.TICK if awaited is Awaited.WAIT else Happened.SILENCE)


def _speech(speech: Any) -> tuple[str, float]:
    alternatives = speech.get("alternatives") if isinstance(speech, Mapping) else None
    best = alternatives[0] if isinstance(alternatives, list) and alternatives else None
    if not isinstance(best, Mapping):
        return "", 0.0
    confidence = best.get("confidence")
    sure = min(max(float(confidence), 0.0), 1.0) if isinstance(confidence, int | float) else 0.0
    return _text(best.get("transcript"), LONGEST_WORDS).strip(), sure


def _digits(given: Any) -> str:
    return "".join(key for key in _text(given, LONGEST_DIGITS) if key in KEYS)


def _text(given: Any, longest: int) -> str:
    return given[:longest] if isinstance(given, str) else ""


def _count(given: Any) -> int | None:
    return int(given) if isinstance(given, int | float) and 0 <= given < 1e6 else None
