"""Whose a call is that goes on: what an operator may decide about with the call bar."""

from collections.abc import Sequence

from core.errors import NotAllowed
from core.phone.model import CallLeg, PhoneCall
from core.phone.results import has_talked, is_live
from core.phone.vocabulary import CallDirection, LegKind, Script
from core.staff.abilities import Ability
from core.staff.asker import Asker


class NotTheirCall(NotAllowed):
    """Another operator talks, or nobody does."""

    code = "not_held"


def must_talk(asker: Asker, legs: Sequence[CallLeg]) -> list[CallLeg]:
    """The live legs that the asker may decide about: their own, for seniors any operator's. Raises NotTheirCall."""
    live = [leg for leg in legs if leg.kind == LegKind.OPERATOR and is_live(leg) and has_talked(leg)]
    own = [leg for leg in live if leg.staff_id == asker.id] or (live if asker.may(Ability.TAKE_OVER) else [])
    if not own:
        raise NotTheirCall(operator_id=live[-1].staff_id if live else None)
    return own


def must_have_talked(asker: Asker, legs: Sequence[CallLeg]) -> None:
    """Raises NotAllowed unless the asker talked in the call, or may take calls over."""
    if not any(leg.staff_id == asker.id and has_talked(leg) for leg in legs):
        asker.must(Ability.TAKE_OVER)


def is_at_operator(call: PhoneCall) -> bool:
    """Whether the call itself is the operator's leg: one of ours that rang them first, and the applicant is a leg of it."""
    return call.direction == CallDirection.OUT and call.script == Script.OPERATOR_FIRST


def muted_sids(asker: Asker, call: PhoneCall, legs: Sequence[CallLeg]) -> list[str]:
    """The exchange's numbers, where they are known, of the legs at which the asker's telephone is. Raises NotTheirCall."""
    if is_at_operator(call):
        must_command(asker, call, legs)
        return [call.call_sid]
    return [leg.call_sid for leg in must_talk(asker, legs) if leg.call_sid]


def must_command(asker: Asker, call: PhoneCall, legs: Sequence[CallLeg]) -> None:
    """Raises NotTheirCall unless the asker may end the call: who talks in it, who ordered it, a senior."""
    if call.direction == CallDirection.OUT and (call.staff_id == asker.id or asker.may(Ability.TAKE_OVER)):
        return
    if is_at_operator(call):
        raise NotTheirCall(operator_id=call.staff_id)
    must_talk(asker, legs)
