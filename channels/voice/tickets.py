"""What travels in a hook's address: which call, where in the menu, what is awaited. Any replica can go on from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from channels.voice.menu.model import Place
from channels.voice.seals import BadSeal, Seals


class Awaited(StrEnum):
    """What the hook will tell, and its name: the end of a listening, of a prompt before it, of a wait, a dialling, a recording.

    FAILURE is the safety tail: the hook before it could not be used.
    """

    LISTEN = "step"
    MORE = "more"
    WAIT = "waited"
    DIAL = "dialled"
    RECORD = "recorded"
    FAILURE = "fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """``began``: unix seconds of the call's start. ``place``: None before the menu. ``recorded``: the newest recording of a part.

    ``failures``: how many safety tails in a row were reached. ``leg``: the key of the leg that is dialled or screened,
    ``caller``: the applicant's number for who is dialled, whose own leg knows only our number.
    """

    call_sid: str
    awaited: Awaited
    began: int
    place: Place | None = None
    recorded: Mapping[str, str] = field(default_factory=dict)
    failures: int = 0
    leg: str = ""
    caller: str = ""

    @property
    def step(self) -> int:
        """The number of the answer that made this ticket."""
        return self.place.step if self.place else 0


def seal_ticket(seals: Seals, ticket: Ticket) -> str:
    """For the addresses of an answer; what is awaited is told by the name of each hook."""
    packed: dict[str, Any] = {"c": ticket.call_sid, "b": ticket.began}
    if ticket.place is not None:
        packed["p"] = _packed_place(ticket.place)
    if ticket.recorded:
        packed["r"] = dict(ticket.recorded)
    if ticket.failures:
        packed["f"] = ticket.failures
    if ticket.leg:
        packed["l"] = ticket.leg
    if ticket.caller:
        packed["n"] = ticket.caller
    return seals.pack(packed)


def open_ticket(seals: Seals, sealed: str, awaited: Awaited) -> Ticket:
    """The ticket of an address whose hook tells what was ``awaited``. Raises BadSeal."""
    packed = seals.unpack(sealed)
    try:
        return Ticket(
            call_sid=packed["c"],
            awaited=awaited,
            began=packed["b"],
            place=_place(packed["p"]) if "p" in packed else None,
            recorded=packed.get("r", {}),
            failures=packed.get("f", 0),
            leg=packed.get("l", ""),
            caller=packed.get("n", ""),
        )
    except (KeyError, ValueError, TypeError) as other:
        raise BadSeal("a seal of another kind, or of another release") from other


def _packed_place(place: Place) -> dict[str, Any]:
    packed = {
        "s": place.state,
        "n": place.step,
        "i": place.silences,
        "m": place.misses,
        "w": place.warnings,
        "c": list(place.choices),
        "k": dict(place.kept),
        "l": list(place.last),
    }
    return {key: value for key, value in packed.items() if value}


def _place(packed: Mapping[str, Any]) -> Place:
    return Place(
        state=packed["s"],
        step=packed.get("n", 0),
        silences=packed.get("i", 0),
        misses=packed.get("m", 0),
        warnings=packed.get("w", 0),
        choices=tuple(packed.get("c", ())),
        kept=packed.get("k", {}),
        last=tuple(packed.get("l", ())),
    )
