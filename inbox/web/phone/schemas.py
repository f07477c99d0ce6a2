"""The telephone's part of the API's vocabulary: calls now, the journal of calls, one's own telephone, whom to call back."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from core.menu.services import PLACES
from core.phone.call_backs import DoneAs
from core.phone.vocabulary import (
    CallBackReason,
    CallDirection,
    CallResult,
    LegState,
    LineKind,
    RecordingKind,
    RecordingState,
)
from inbox.web.schemas import AppealBrief, Id, StaffBrief

Place = Literal["ringing", "menu", "queue", "operator", "official", "dispatch", "message", "ended"]
"""A CallPlace of the core, whose name the call list uses for something else."""


class PhonePerson(BaseModel):
    """The applicant who has this telephone on their card."""

    id: int
    name: str


class PhoneCallLine(BaseModel):
    """A call as a line. ``caller`` is empty when the number is hidden, ``said_as`` is what the network gave instead.

    ``result`` is null while the call goes; ``operator``: who talks or talked last.
    """

    id: int
    direction: CallDirection
    caller: str
    said_as: str
    person: PhonePerson | None
    place: Place
    result: CallResult | None
    is_night: bool
    emergency: bool
    missed: bool
    started_at: datetime
    seconds: int | None
    operator: str
    conversation_id: int | None
    appeal_id: int | None
    has_recording: bool
    recording_problem: str


class PhoneLive(PhoneCallLine):
    """A call that is going: ``since`` when it came to its place, ``position`` in the queue from 1, 0 when not in it.

    ``party``: who else was reached; ``ringing``: whose telephone rings for it; ``is_held``: by ``operator``.
    """

    menu_state: str
    since: datetime
    position: int
    party: str
    ringing: str
    is_held: bool
    may_take_over: Annotated[bool, Field(description="The asker may have it connected to their own telephone now")]


class PhoneBoard(BaseModel):
    """The calls that are going, the queue first in its order; and how many operators' telephones are free and busy."""

    calls: list[PhoneLive]
    ready: int
    talking: int


class PhoneCalls(BaseModel):
    """A keyset page, newest first: pass ``next`` as ``before`` for what is older."""

    rows: list[PhoneCallLine]
    next: int | None


class PhoneLegView(BaseModel):
    """A party that was dialled; ``kind`` is empty when only the exchange told of it."""

    key: str
    kind: Literal["operator", "official", "dispatch", "applicant", ""]
    number: str
    name: str
    state: LegState
    dialled_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None


class PhoneEventView(BaseModel):
    """A line of what happened: ``kind`` as the journal writes it, ``details`` by kind."""

    at: datetime
    kind: str
    details: dict[str, Any]


class PhoneRecordingView(BaseModel):
    """A recording; ``may_hear``: the asker may hear it, and there is sound; ``may_save``: take it away as a file too."""

    id: int
    kind: RecordingKind
    part: str
    state: RecordingState
    seconds: float
    started_at: datetime | None
    peaks: list[int]
    silences: list[list[float]]
    transcript: str
    problem: str
    may_hear: bool
    may_save: bool = False


class PhoneCallView(PhoneCallLine):
    """A call with everything that is known of it; ``earlier``: the calls of the same number before it."""

    called: str
    menu_state: str
    answered_at: datetime | None
    queued_at: datetime | None
    ended_at: datetime | None
    legs: list[PhoneLegView]
    events: list[PhoneEventView]
    recordings: list[PhoneRecordingView]
    earlier: list[PhoneCallLine]


class PhoneLineView(BaseModel):
    """Where one's own telephone rings, and whether calls are sent there."""

    kind: LineKind
    address: str
    is_ready: bool


class PhoneLineForm(BaseModel):
    """Where calls are to ring."""

    kind: LineKind
    address: Annotated[str, Field(max_length=200)]


class PhoneReadyForm(BaseModel):
    """Whether calls may come."""

    ready: bool


Deed = Literal["hold", "mute", "unmute", "transfer", "back", "end"]


class PhoneOwnCall(BaseModel):
    """The call that rings at one's own telephone, or that one talks in: who calls, why, and what is known of them.

    ``stage``: ringing (at one's telephone), connecting (an applicant whom one calls is being rung), talking, held (the applicant
    hears music, one's telephone is down), transferring (an official is being rung), gone (the applicant is with the official).
    ``undone``: how the last try to pass it on failed.
    """

    call: PhoneCallLine
    stage: Literal["ringing", "connecting", "talking", "held", "transferring", "gone"]
    menu_state: str
    queued_at: datetime | None
    talking_since: datetime | None
    official: str
    undone: LegState | None
    takes_by_key: Annotated[bool, Field(description="Whoever answers must press 1 to get the call")]
    muted: bool
    last_words: Annotated[str, Field(description="What the applicant said last before the operator")]
    missing: Annotated[list[Literal["full_name", "contact"]], Field(description="What 3.2 still asks for")]
    appeals: list[AppealBrief]
    earlier: list[PhoneCallLine]
    deeds: list[Deed]


class MyPhone(BaseModel):
    """One's own telephone; ``softphone_url``: the exchange's websocket for a telephone in the browser, empty without one."""

    line: PhoneLineView | None
    call: PhoneOwnCall | None
    softphone_url: str
    centre: Annotated[str, Field(description="The centre's name, for the greeting (3.1)")]


class PhoneTaskCall(BaseModel):
    """The newest call that was made for a call of the list.

    ``stage``: operator (one's telephone rings), applicant (theirs rings), talk, ended; ``outcome``: by_hand when they talked with
    the operator, who writes it down, not_tried when the applicant was not dialled. ``is_mine``: the asker ordered it;
    ``is_written``: an attempt was written down since.
    """

    id: int
    operator: str
    is_mine: bool
    is_written: bool
    script: Literal["operator_first", "message"]
    stage: Literal["operator", "applicant", "talk", "ended"]
    outcome: Literal["", "not_tried", "by_hand", "answered", "no_answer", "busy"]
    started_at: datetime
    seconds: int | None


class PhoneTask(BaseModel):
    """What the telephone does for a call of the list: ``deeds`` are what the asker may order now."""

    task_id: int
    deeds: list[Literal["call", "tell"]]
    call: PhoneTaskCall | None


class PhoneSwitchForm(BaseModel):
    """On or off."""

    on: bool


class PhoneTransferForm(BaseModel):
    """To which official of the list (whoever stands in is rung, 4.4), or to which ``service`` by its place.

    ``announced``: the official hears who calls and ``why`` and takes the call by a key; otherwise they are connected at once.
    """

    liaison_id: Id | None = None
    service: Annotated[int, Field(ge=1, le=PLACES)] | None = None
    announced: bool = True
    why: Annotated[str, Field(max_length=300)] = ""


class PhoneOfficial(BaseModel):
    """An official of the list and who is rung for them today; ``name`` is empty when nobody answers, ``phone`` without a number."""

    liaison_id: int
    full_name: str
    position: str
    department: str
    name: str
    phone: str
    stands_in: bool


class PhoneCallBack(BaseModel):
    """Somebody to call back by ``due_on``; ``calls``: how often they called for it."""

    id: int
    call_id: int | None
    conversation_id: int | None
    phone: str
    name: str
    reason: CallBackReason
    calls: int
    asked_at: datetime
    due_on: date
    is_late: bool
    taken_by: StaffBrief | None
    done_at: datetime | None
    done_as: DoneAs | None
    note: str


class PhoneDoneForm(BaseModel):
    """How calling back ended."""

    done_as: DoneAs
    note: Annotated[str, Field(max_length=2000)] = ""
