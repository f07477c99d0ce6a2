"""Choices of the telephone; each value is what the database and the interfaces carry."""

from enum import StrEnum


class CallDirection(StrEnum):
    """Who called whom."""

    IN = "in"
    OUT = "out"


class CallPlace(StrEnum):
    """Where a call is now; what the board of live calls shows."""

    RINGING = "ringing"
    MENU = "menu"
    QUEUE = "queue"
    OPERATOR = "operator"
    OFFICIAL = "official"
    DISPATCH = "dispatch"
    MESSAGE = "message"
    ENDED = "ended"


class CallResult(StrEnum):
    """How a call ended: exactly one for each (reg. 2.5.1, 2.5.2). Of several that apply the latest in this order counts."""

    ABANDONED = "abandoned"
    FAILED = "failed"
    INFORMED = "informed"
    MESSAGE = "message"
    OPERATOR = "operator"
    TRANSFERRED = "transferred"
    DISPATCH = "dispatch"


class LegKind(StrEnum):
    """Who was dialled."""

    OPERATOR = "operator"
    OFFICIAL = "official"
    DISPATCH = "dispatch"
    APPLICANT = "applicant"


class LegState(StrEnum):
    """How far a leg came; the last five end it. Of several that were told the latest in this order counts.

    ACCEPTED: answered and, where that is asked for, taken by a key. DECLINED: answered but not taken (jambonz: ``in-progress``).
    """

    DIALLED = "dialled"
    RINGING = "ringing"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"


class RecordingKind(StrEnum):
    """The whole call, or one part of a message left."""

    CALL = "call"
    MESSAGE = "message"


class RecordingState(StrEnum):
    """OPEN while sound comes, KEPT when it is whole, PACKED when it is Opus with its waveform; BROKEN when nothing can be read.

    EXPECTED: the recorder never heard of it; REFUSED: there was no room on the disk.
    """

    EXPECTED = "expected"
    OPEN = "open"
    KEPT = "kept"
    PACKED = "packed"
    BROKEN = "broken"
    REFUSED = "refused"
    DELETED = "deleted"


class CallBackReason(StrEnum):
    """Why somebody is to be called back: they asked for it, or nobody answered them."""

    ASKED = "asked"
    MISSED = "missed"
    MESSAGE = "message"


class LineKind(StrEnum):
    """What kind of address rings somebody: a SIP user of ours, a telephone number, or a SIP address elsewhere."""

    USER = "user"
    PHONE = "phone"
    SIP = "sip"


class EventKind(StrEnum):
    """Lines of a call's journal that the core writes or reads; edges may write others."""

    ANSWERED = "answered"
    QUEUE = "queue"
    OFFERED = "offered"
    MESSAGE = "message"
    CALL_BACK = "call_back"
    TRANSFER = "transfer"
    HOLD = "hold"
    MUTE = "mute"
    HUNG_UP = "hung_up"
    PROBLEM = "problem"
    HEARD_OUT = "heard_out"
    MACHINE = "machine"


class Script(StrEnum):
    """What an outgoing call does: rings the operator first, or speaks to the applicant by itself."""

    OPERATOR_FIRST = "operator_first"
    MESSAGE = "message"
