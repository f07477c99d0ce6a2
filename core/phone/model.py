"""Telephone calls: each has a row, its legs, what happened in it, and its recordings (reg. 2.5.1, 2.5.2)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import first_mark_of, identity, json_value, moment, reference, sealed, sealed_json

GOING = text("ended_at IS NULL")
TAIL = 4
"""Digits at the end of a number by which a caller is found too."""


def tail_of(number: str) -> str:
    """What stands for the last digits of a number: no telephone is marked the same."""
    return f"*{number[-TAIL:]}" if number else ""


class PhoneCall(SQLModel, table=True):
    """One call. ``call_sid`` is jambonz's number of the applicant's leg.

    ``caller``: E.164, or empty when the number is hidden or no number; it is found by its marks, of the whole and of its end
    (``identify`` in core/phone/folding.py). ``said_as``: what the network gave instead, no telephone. ``place``: a CallPlace;
    ``result``: a CallResult, empty until the call ended. ``step`` grows with each menu step that was journalled. ``staff_id``:
    the operator who talks or talked last; ``held_by_id``: who holds the caller. ``reached``: results noted so far. ``stands``,
    ``stood_at`` and ``stood_step``: where the menu put the caller last, when, and with which step. ``queued_at``: since when
    they want an operator, ``waited_at``: when they asked last. ``missed``: nobody answered them, they are to be called back. Of
    an outgoing call: ``call_task_id`` is the owed call that it makes, ``script`` a Script, ``outcome`` the CallOutcome that was
    written down for it.
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        Index("phone_call_going", "id", postgresql_where=GOING),
        Index("phone_call_all", "started_at", "id"),
        Index("phone_call_of_caller", "caller_mark", "id"),
        Index("phone_call_of_tail", "caller_tail", "id"),
    )

    id: int | None = identity()
    call_sid: str = Field(max_length=64, unique=True)
    direction: str = Field(max_length=4)
    caller: str = sealed("phone_call.caller")
    caller_mark: str | None = first_mark_of("caller")
    caller_tail: str | None = first_mark_of("caller", tail_of)
    said_as: str = Field(default="", max_length=120)
    called: str = Field(default="", max_length=64)
    place: str = Field(default="ringing", max_length=16)
    step: int = 0
    menu_state: str = Field(default="", max_length=32)
    stands: str = Field(default="", max_length=16)
    stood_at: datetime | None = moment(nullable=True)
    stood_step: int = -1
    is_night: bool = False
    emergency: bool = False
    conversation_id: int | None = reference("conversation.id", nullable=True, index=True, ondelete="SET NULL")
    applicant_id: int | None = reference("applicant.id", nullable=True, index=True, ondelete="SET NULL")
    appeal_id: int | None = reference("appeal.id", nullable=True, index=True, ondelete="SET NULL")
    call_task_id: int | None = reference("call_task.id", nullable=True, index=True, ondelete="SET NULL")
    staff_id: int | None = reference("staff_member.id", nullable=True)
    held_by_id: int | None = reference("staff_member.id", nullable=True)
    started_at: datetime = moment()
    answered_at: datetime | None = moment(nullable=True)
    queued_at: datetime | None = moment(nullable=True)
    waited_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    seconds: int | None = None
    reached: list[str] = json_value(list)
    result: str = Field(default="", max_length=16)
    ended_because: str = Field(default="", max_length=200)
    recording_problem: str = Field(default="", max_length=32)
    missed: bool = False
    script: str = Field(default="", max_length=16)
    outcome: str = Field(default="", max_length=16)
    version: int = 0


class CallLeg(SQLModel, table=True):
    """One party that was dialled in a call. ``key``: ours, made before the dialling; ``call_sid`` is jambonz's, known later.

    ``state``: a LegState. ``address_kind``: a LineKind, ``number`` the address. ``is_screened``: the call is theirs from
    ``taken_at`` on, when they pressed the key; others take it by answering. ``why``: what they are told of the call.
    """

    __tablename__ = "call_leg"
    __table_args__ = (
        Index("call_leg_of_call", "call_id", "id"),
        Index("call_leg_of_staff", "staff_id", "id"),
        Index("call_leg_taken", "taken_at"),
    )

    id: int | None = identity()
    call_id: int = reference("phone_call.id", ondelete="CASCADE")
    key: str = Field(max_length=64, unique=True)
    call_sid: str = Field(default="", max_length=64, index=True)
    kind: str = Field(max_length=16)
    address_kind: str = Field(default="", max_length=8)
    number: str = sealed("call_leg.number")
    name: str = Field(default="", max_length=200)
    staff_id: int | None = reference("staff_member.id", nullable=True)
    state: str = Field(default="dialled", max_length=16)
    dialled_at: datetime = moment()
    answered_at: datetime | None = moment(nullable=True)
    taken_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    seconds: int | None = None
    is_screened: bool = False
    why: str = Field(default="", max_length=300)


class CallEvent(SQLModel, table=True):
    """One line of a call's journal: ``kind`` is keys, heard, said, menu, queue, dialled, problem and the like.

    ``key``: a digest of what it says, so that a repeat is no second line.
    """

    __tablename__ = "call_event"
    __table_args__ = (Index("call_event_of_call", "call_id", "id"), UniqueConstraint("call_id", "key"))

    id: int | None = identity()
    call_id: int = reference("phone_call.id", ondelete="CASCADE")
    at: datetime = moment()
    kind: str = Field(max_length=16)
    details: dict[str, Any] = sealed_json("call_event.details")
    key: str = Field(max_length=32)


class Recording(SQLModel, table=True):
    """Sound of a call, or of one part of a message left. ``kept_at``: the address of the recorder that holds the file.

    ``peaks``: up to 1000 values 0-100 of the waveform; ``silences``: pairs of seconds; ``part``: name, contact or question.
    """

    __tablename__ = "recording"
    __table_args__ = (
        Index("recording_of_call", "call_id", "id"),
        Index("recording_unfinished", "id", postgresql_where=text("state IN ('expected', 'open', 'kept')")),
    )

    id: int | None = identity()
    key: str = Field(max_length=64, unique=True)
    call_id: int | None = reference("phone_call.id", nullable=True, ondelete="CASCADE")
    call_sid: str = Field(default="", max_length=64, index=True)
    kind: str = Field(max_length=8)
    part: str = Field(default="", max_length=16)
    state: str = Field(default="expected", max_length=10)
    kept_at: str = Field(default="", max_length=200)
    file_name: str = Field(default="", max_length=200)
    channels: int = 2
    rate: int = 8000
    seconds: float = 0.0
    size: int = Field(default=0, sa_type=BigInteger)
    started_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    peaks: list[int] = json_value(list)
    silences: list[list[float]] = json_value(list)
    transcript: str = ""
    left_message_id: int | None = reference("left_message.id", nullable=True, index=True, ondelete="CASCADE")
    problem: str = Field(default="", max_length=64)


class HookAnswer(SQLModel, table=True):
    """What a hook with an effect was answered, under the digest of its signature and body: a repeat gets the same."""

    __tablename__ = "hook_answer"

    digest: str = Field(primary_key=True, max_length=64)
    verbs: Any = sealed_json("hook_answer.verbs", nullable=True)
    answered_at: datetime = moment(index=True)


class PhoneLine(SQLModel, table=True):
    """Where an operator's telephone rings: ``kind`` is user (a SIP user of ours), phone (a number) or sip (an address)."""

    __tablename__ = "phone_line"

    id: int | None = identity()
    staff_id: int = Field(foreign_key="staff_member.id", sa_type=BigInteger, unique=True, ondelete="CASCADE")
    kind: str = Field(max_length=8)
    address: str = Field(max_length=200)
    is_ready: bool = True
    free_since: datetime | None = moment(nullable=True)
    offered_call_id: int | None = reference("phone_call.id", nullable=True, ondelete="SET NULL")
    offered_at: datetime | None = moment(nullable=True)


class CallBack(SQLModel, table=True):
    """Somebody to call back, by a working day. ``reason``: a CallBackReason. Of one number and reason one is open at a time."""

    __tablename__ = "call_back"
    __table_args__ = (
        Index("call_back_open", "due_on", "id", postgresql_where=text("done_at IS NULL")),
        Index("call_back_once", "phone_mark", "reason", unique=True, postgresql_where=text("done_at IS NULL")),
    )

    id: int | None = identity()
    call_id: int | None = reference("phone_call.id", nullable=True, ondelete="SET NULL")
    phone: str = sealed("call_back.phone", required=True)
    phone_mark: str | None = first_mark_of("phone")
    name: str = Field(default="", max_length=200)
    reason: str = Field(max_length=16)
    calls: int = 1
    asked_at: datetime = moment()
    due_on: date
    taken_by_id: int | None = reference("staff_member.id", nullable=True)
    done_at: datetime | None = moment(nullable=True)
    done_by_id: int | None = reference("staff_member.id", nullable=True)
    done_as: str = Field(default="", max_length=16)
    note: str = ""
