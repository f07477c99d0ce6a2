"""The call at one's own telephone: which of those that go on it is, how far it is, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.phone.views import CallOpened, CallShown, EventShown, LegShown
from core.phone.vocabulary import CallDirection, EventKind, LegKind, LegState, Script
from core.staff.asker import Asker
from inbox.web.phone import schemas

Stage = Literal["ringing", "connecting", "talking", "held", "transferring", "gone"]
SPEECH = "speech"
"""The kind of the events that hold what the caller said (channels.voice.notes)."""
STAGES: tuple[Stage, ...] = ("talking", "connecting", "ringing", "held", "transferring", "gone")
"""Of several calls that are one's own the nearest to the ear is shown."""
_DEEDS: dict[Stage, tuple[schemas.Deed, ...]] = {
    "ringing": (),
    "connecting": ("end",),
    "talking": ("hold", "mute", "transfer", "end"),
    "held": ("back",),
    "transferring": ("back",),
    "gone": ("back",),
}
_DEEDS_AT_ONES_OWN: dict[Stage, tuple[schemas.Deed, ...]] = {"connecting": ("end",), "talking": ("mute", "end")}
"""Of a call that rang oneself first: whatever moves it on would take one's own telephone out of it, and lose the applicant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A call that is the asker's, and how far it is."""

    call: CallShown
    stage: Stage


def own_call(asker: Asker, going: Sequence[CallShown]) -> Own | None:
    """The asker's own call."""
    found = [Own(call=call, stage=stage) for call in going if (stage := _stage(asker.id, call)) is not None]
    return min(found, key=lambda one: (STAGES.index(one.stage), one.call.id), default=None)


def _stage(staff_id: int, call: CallShown) -> Stage | None:
    if _is_at_operator(call):
        return _stage_of_outgoing(staff_id, call)
    live = [leg for leg in call.legs if leg.is_live]
    own = [leg for leg in live if leg.kind == LegKind.OPERATOR and leg.staff_id == staff_id]
    if any(leg.talks for leg in own):
        return "talking"
    if own or call.offered_to == staff_id:
        return "ringing"
    if call.held_by_id == staff_id:
        return "held"
    if call.staff_id != staff_id or any(leg.kind in (LegKind.OPERATOR, LegKind.DISPATCH) for leg in live):
        return None
    officials = [leg for leg in live if leg.kind == LegKind.OFFICIAL]
    if not officials:
        return None
    return "gone" if any(leg.talks for leg in officials) else "transferring"


def _stage_of_outgoing(staff_id: int, call: CallShown) -> Stage | None:
    if call.staff_id != staff_id:
        return None
    if call.answered_at is None:
        return "ringing"
    return "talking" if any(leg.kind == LegKind.APPLICANT and leg.talks for leg in call.legs) else "connecting"


def _is_at_operator(call: CallShown) -> bool:
    return call.direction is CallDirection.OUT and call.script == Script.OPERATOR_FIRST


def view(own: Own, opened: CallOpened) -> schemas.PhoneOwnCall:
    """The call with what the operator must see before they answer; the applicant's appeals are added by the route."""
    call = opened.call
    is_own = _is_at_operator(call)
    talking = _last([leg for leg in call.legs if leg.kind == (LegKind.APPLICANT if is_own else LegKind.OPERATOR) and leg.talks])
    muted = own.stage == "talking" and _is_muted(opened.events, talking)
    deeds = (_DEEDS_AT_ONES_OWN if is_own else _DEEDS).get(own.stage, ())
    return schemas.PhoneOwnCall(
        call=schemas.PhoneCallLine.model_validate(call, from_attributes=True),
        stage=own.stage,
        menu_state=call.menu_state,
        queued_at=call.queued_at,
        talking_since=talking.answered_at if talking else call.answered_at if own.stage != "ringing" else None,
        official=", ".join(leg.name or leg.number for leg in call.legs if leg.kind == LegKind.OFFICIAL and leg.is_live),
        muted=muted,
        last_words=_last_words(opened.events),
        missing=_missing(call),
        appeals=[],
        earlier=[schemas.PhoneCallLine.model_validate(one, from_attributes=True) for one in opened.earlier[:3]],
        deeds=["unmute" if muted and deed == "mute" else deed for deed in deeds],
        undone=_undone(opened),
        takes_by_key=own.stage == "ringing" and not _is_asked_for(own, opened.events),
    )


def _last(legs: Sequence[LegShown]) -> LegShown | None:
    return legs[-1] if legs else None


def _is_muted(events: Sequence[EventShown], talking: LegShown | None) -> bool:
    since: datetime | None = talking.dialled_at if talking else None
    said = [one for one in events if one.kind == EventKind.MUTE and since is not None and one.at >= since]
    return bool(said) and bool(said[-1].details.get("muted"))


def _is_asked_for(own: Own, events: Sequence[EventShown]) -> bool:
    """Whether the ringing was asked for: such a call needs no key, as one that the queue offers does."""
    rings = {leg.key for leg in own.call.legs if leg.kind == LegKind.OPERATOR and leg.is_live and not leg.talks}
    asked = {str(one.details.get("leg", "")) for one in events if one.kind == EventKind.OFFERED}
    return bool(rings & asked)


def _undone(opened: CallOpened) -> LegState | None:
    """How the last try to pass the call on failed, while nobody has been reached since."""
    officials = [leg for leg in opened.call.legs if leg.kind == LegKind.OFFICIAL]
    last = _last(officials)
    failed = (LegState.BUSY, LegState.NO_ANSWER, LegState.DECLINED, LegState.FAILED)
    return last.state if last is not None and last.state in failed else None


def _last_words(events: Sequence[EventShown]) -> str:
    """What the caller said last: an empty text when they only pressed keys."""
    said = [str(one.details.get("words", "")).strip() for one in events if one.kind == SPEECH]
    return next((words for words in reversed(said) if words), "")


def _missing(call: CallShown) -> list[Literal["full_name", "contact"]]:
    lacks: list[Literal["full_name", "contact"]] = []
    if call.person is None or not call.person.name:
        lacks.append("full_name")
    if not call.caller:
        lacks.append("contact")
    return lacks
