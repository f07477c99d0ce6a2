"""What screens read of calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.phone.model import CallLeg, PhoneCall, Recording
from core.phone.results import has_talked, is_live
from core.phone.vocabulary import (
    CallDirection,
    CallPlace,
    CallResult,
    LegKind,
    LegState,
    RecordingKind,
    RecordingState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegShown:
    """One party of a call; ``is_live``: still rings or talks. ``staff_id`` of an operator."""

    key: str
    kind: str
    name: str
    number: str
    staff_id: int | None
    state: LegState
    is_live: bool
    talks: bool
    dialled_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An applicant who has this telephone on their card."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShown:
    """A call as a line. ``caller``: E.164 or empty, then ``said_as``; ``position`` in the queue, 0 when not in it.

    ``offered_to``: the operator whose telephone rings for this call, ``staff_id`` and ``operator``: who talks or talked last,
    ``held_by_id``: who put the caller on hold.
    """

    id: int
    call_sid: str
    direction: CallDirection
    caller: str
    said_as: str
    called: str
    person: Person | None
    place: CallPlace
    menu_state: str
    position: int
    is_night: bool
    emergency: bool
    missed: bool
    staff_id: int | None
    operator: str
    held_by_id: int | None
    offered_to: int | None
    legs: Sequence[LegShown]
    conversation_id: int | None
    appeal_id: int | None
    call_task_id: int | None
    started_at: datetime
    answered_at: datetime | None
    queued_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    result: CallResult | None
    recording_problem: str
    has_recording: bool
    script: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShown:
    """One line of a call's journal."""

    at: datetime
    kind: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingShown:
    """A recording; ``may_hear``: by the asker, now."""

    id: int
    kind: RecordingKind
    part: str
    state: RecordingState
    seconds: float
    peaks: Sequence[int]
    silences: Sequence[Sequence[float]]
    transcript: str
    started_at: datetime | None
    left_message_id: int | None
    problem: str
    may_hear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOpened:
    """Everything about one call; ``earlier``: the calls of the same number before it, newest first."""

    call: CallShown
    events: Sequence[EventShown]
    recordings: Sequence[RecordingShown]
    earlier: Sequence[CallShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage:
    """A page of the journal; ``next``: where the following one begins."""

    rows: Sequence[CallShown]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What lines of calls need beside their rows, by the call's number."""

    legs: Mapping[int, Sequence[CallLeg]]
    positions: Mapping[int, int]
    people: Mapping[str, Person]
    names: Mapping[int, str]
    offers: Mapping[int, int]
    recorded: frozenset[str]


def show_call(call: PhoneCall, around: Around) -> CallShown:
    """The line of a call."""
    number = call.id or 0
    legs = around.legs.get(number, ())
    return CallShown(
        id=number,
        call_sid=call.call_sid,
        direction=CallDirection(call.direction),
        caller=call.caller,
        said_as=call.said_as,
        called=call.called,
        person=around.people.get(call.caller),
        place=CallPlace(call.place),
        menu_state=call.menu_state,
        position=around.positions.get(number, 0),
        is_night=call.is_night,
        emergency=call.emergency,
        missed=call.missed,
        staff_id=call.staff_id,
        operator=around.names.get(call.staff_id or 0, ""),
        held_by_id=call.held_by_id,
        offered_to=around.offers.get(number),
        legs=[show_leg(leg, is_over=call.ended_at is not None) for leg in legs],
        conversation_id=call.conversation_id,
        appeal_id=call.appeal_id,
        call_task_id=call.call_task_id,
        started_at=call.started_at,
        answered_at=call.answered_at,
        queued_at=call.queued_at,
        ended_at=call.ended_at,
        seconds=seconds_of(call),
        result=CallResult(call.result) if call.result else None,
        recording_problem=call.recording_problem,
        has_recording=call.call_sid in around.recorded,
        script=call.script,
        version=call.version,
    )


def show_leg(leg: CallLeg, *, is_over: bool) -> LegShown:
    """A leg; the end of its call ended it, whether or not that was told."""
    live = is_live(leg) and not is_over
    return LegShown(
        key=leg.key,
        kind=LegKind(leg.kind).value if leg.kind else "",
        name=leg.name,
        number=leg.number,
        staff_id=leg.staff_id,
        state=LegState(leg.state),
        is_live=live,
        talks=live and has_talked(leg),
        dialled_at=leg.dialled_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        seconds=leg.seconds,
    )


def show_recording(recording: Recording, *, may_hear: bool) -> RecordingShown:
    """A recording of a call."""
    return RecordingShown(
        id=recording.id or 0,
        kind=RecordingKind(recording.kind),
        part=recording.part,
        state=RecordingState(recording.state),
        seconds=recording.seconds,
        peaks=recording.peaks,
        silences=recording.silences,
        transcript=recording.transcript,
        started_at=recording.started_at,
        left_message_id=recording.left_message_id,
        problem=recording.problem,
        may_hear=may_hear,
    )


def seconds_of(call: PhoneCall) -> int | None:
    """How long the call was, as the exchange counted it, else from its moments; None while it goes on."""
    if call.ended_at is None or call.seconds is not None:
        return call.seconds
    return max(0, round((call.ended_at - (call.answered_at or call.started_at)).total_seconds()))
