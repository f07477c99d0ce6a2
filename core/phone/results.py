"""The one result of a call, and whether the caller is owed a call back (reg. 2.5.1, 2.5.2): pure rules."""

from collections.abc import Collection, Iterable

from core.phone.model import CallLeg, PhoneCall
from core.phone.vocabulary import CallDirection, CallPlace, CallResult, LegKind, LegState

ORDER = {result: number for number, result in enumerate(CallResult)}
HOW_FAR = {state: number for number, state in enumerate(LegState)}
LIVE = frozenset({LegState.DIALLED, LegState.RINGING, LegState.ANSWERED, LegState.ACCEPTED})
EARNED = {
    LegKind.OPERATOR: CallResult.OPERATOR,
    LegKind.APPLICANT: CallResult.OPERATOR,
    LegKind.OFFICIAL: CallResult.TRANSFERRED,
    LegKind.DISPATCH: CallResult.DISPATCH,
}
"""What a talk with the party is worth; an applicant is rung by an operator."""
TALKS = {
    LegKind.OPERATOR: CallPlace.OPERATOR,
    LegKind.APPLICANT: CallPlace.OPERATOR,
    LegKind.OFFICIAL: CallPlace.OFFICIAL,
    LegKind.DISPATCH: CallPlace.DISPATCH,
}
WANTED_SOMEBODY = frozenset({CallPlace.QUEUE, CallPlace.OPERATOR})
SERVED = frozenset({CallResult.MESSAGE, CallResult.OPERATOR, CallResult.TRANSFERRED, CallResult.DISPATCH})


def result_of(reached: Iterable[str]) -> CallResult:
    """Exactly one result: the latest of ``CallResult`` that was reached; ABANDONED when nothing was.

    FAILED, our own failure, counts only when nothing else was reached.
    """
    return max((CallResult(one) for one in reached), key=ORDER.__getitem__, default=CallResult.ABANDONED)


def has_talked(leg: CallLeg) -> bool:
    """Whether the party took the call: a screened one by its key, others by answering; one that declined did not."""
    if leg.state == LegState.DECLINED:
        return False
    return (leg.taken_at if leg.is_screened else leg.answered_at or leg.taken_at) is not None


def is_live(leg: CallLeg) -> bool:
    """Whether the leg still rings or talks, as far as was told; the end of the call ends it too."""
    return leg.state in LIVE


def all_reached(call: PhoneCall, legs: Collection[CallLeg]) -> set[str]:
    """What was noted, and what the talks are worth."""
    return {*call.reached, *(EARNED[LegKind(leg.kind)] for leg in legs if leg.kind and has_talked(leg))}


def is_missed(call: PhoneCall, legs: Collection[CallLeg]) -> bool:
    """Whether somebody who can be called back wanted an operator in working hours, and was answered by nobody."""
    wanted = call.queued_at is not None or call.stands in WANTED_SOMEBODY
    can_be_called = bool(call.caller) and call.direction == CallDirection.IN and not call.is_night
    is_over = call.ended_at is not None
    return is_over and wanted and can_be_called and not SERVED & {CallResult(one) for one in all_reached(call, legs)}
