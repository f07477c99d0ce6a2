"""What is written of a call: plain values that may be kept in a file and written again, in any order, any number of times."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.phone.vocabulary import CallDirection, CallPlace, CallResult, LegKind, LegState


class Why(StrEnum):
    """Why a call ended where that is our own conclusion; otherwise it is what jambonz says."""

    FAILED = "failed"
    SWEPT = "swept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A call began. ``caller``: E.164 or empty; ``said_as``: what the network gave instead of a number.

    ``phone_call_id``: of an outgoing call, the row that was placed before it was dialled (the tag brings it back).
    """

    call_sid: str
    direction: CallDirection
    started_at: datetime
    caller: str = ""
    said_as: str = ""
    called: str = ""
    call_task_id: int | None = None
    phone_call_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something happened in a call: one line of its journal, and what it changes.

    ``kind``: see EventKind, at most 16 letters; ``details``: what was pressed, heard or said. ``place`` is where the menu put the
    caller: of several the one with the latest ``step`` counts (without a step: before all steps), then the latest ``at``. While
    somebody who was dialled talks, the place is theirs.
    """

    call_sid: str
    at: datetime
    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)
    place: CallPlace | None = None
    step: int | None = None
    menu_state: str | None = None
    reached: CallResult | None = None
    emergency: bool | None = None
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """Somebody is being dialled. ``key``: ours, made before the dialling. ``screened``: who answers must take the call by a key."""

    call_sid: str
    key: str
    kind: LegKind
    at: datetime
    address_kind: str = ""
    number: str = ""
    name: str = ""
    staff_id: int | None = None
    screened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegMoved:
    """How far a leg came. It is known by its ``key``, or when that is not at hand by jambonz's ``leg_sid``; give both if you can.

    ``call_sid`` is of the call (the parent). ACCEPTED: a screened party took the call.
    """

    call_sid: str
    at: datetime
    state: LegState
    key: str = ""
    leg_sid: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call is over. ``seconds``: as jambonz counted them; None: the end is only concluded. ``failed``: we or the network did."""

    call_sid: str
    at: datetime
    seconds: int | None = None
    because: str = ""
    failed: bool = False


Entry = Opened | Note | Dialled | LegMoved | Ended
_KINDS: Mapping[str, type[Entry]] = {
    "opened": Opened,
    "note": Note,
    "dialled": Dialled,
    "leg_moved": LegMoved,
    "ended": Ended,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_CHOICES: Mapping[tuple[str, str], type[StrEnum]] = {
    ("opened", "direction"): CallDirection,
    ("note", "place"): CallPlace,
    ("note", "reached"): CallResult,
    ("dialled", "kind"): LegKind,
    ("leg_moved", "state"): LegState,
}
_MOMENTS = ("at", "started_at")


def to_json(entry: Entry) -> str:
    """One line that ``from_json`` reads."""
    told = {one.name: getattr(entry, one.name) for one in fields(entry)}
    shown = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
    known = {name: value for name, value in shown.items() if value is not None}
    return json.dumps({"entry": _NAMES[type(entry)], **known}, default=dict)


def from_json(line: str) -> Entry:
    """The entry of a line; raises ValueError when the line is torn or is none of ours."""
    try:
        told = dict(json.loads(line))
        name = str(told.pop("entry"))
        kind = _KINDS[name]
        for moment in _MOMENTS:
            if moment in told:
                told[moment] = datetime.fromisoformat(told[moment])
        for (entry, choice), options in _CHOICES.items():
            if entry == name and told.get(choice) is not None:
                told[choice] = options(told[choice])
        return kind(**told)
    except (KeyError, TypeError, AttributeError) as broken:
        raise ValueError("no entry of a call") from broken
