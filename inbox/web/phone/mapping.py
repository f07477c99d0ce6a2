"""From the telephone's words to the API's models."""

from collections.abc import Sequence
from datetime import datetime

from core.departments.desk import OfficialFound
from core.phone.call_backs import CallBackShown, DoneAs
from core.phone.lines import LineShown
from core.phone.model import PhoneLine
from core.phone.owed import OwedCall
from core.phone.sounds import may_save
from core.phone.views import CallOpened, CallPage, CallShown, LegShown, RecordingShown
from core.phone.vocabulary import CallDirection, CallPlace, LegKind, LineKind, RecordingState
from core.staff.abilities import Ability
from core.staff.asker import Asker
from inbox.web.mails.schemas import CardDraftView
from inbox.web.phone import schemas
from inbox.web.schemas import StaffBrief

TAKEN_OVER_FROM = frozenset({CallPlace.MENU, CallPlace.QUEUE, CallPlace.MESSAGE, CallPlace.OPERATOR})
"""Whoever speaks with the dispatch service or an official is left alone."""
PLAYABLE = frozenset({RecordingState.OPEN, RecordingState.KEPT, RecordingState.PACKED})
_PLACES = {CallPlace.OPERATOR: LegKind.OPERATOR, CallPlace.OFFICIAL: LegKind.OFFICIAL, CallPlace.DISPATCH: LegKind.DISPATCH}


def line(found: CallShown) -> schemas.PhoneCallLine:
    """A call as a line."""
    return schemas.PhoneCallLine.model_validate(found, from_attributes=True)


def calls(found: CallPage) -> schemas.PhoneCalls:
    """A page of the journal."""
    return schemas.PhoneCalls(rows=[line(one) for one in found.rows], next=found.next)


def board(asker: Asker, going: Sequence[CallShown], lines: Sequence[LineShown]) -> schemas.PhoneBoard:
    """Who waits longest comes first; then who called last."""
    names = {one.staff_id: one.full_name for one in lines}
    busy = {leg.staff_id for call in going for leg in call.legs if leg.kind == LegKind.OPERATOR and leg.is_live}
    free = [one for one in lines if one.on_shift and one.is_ready and one.staff_id not in busy and one.offered_call_id is None]
    ordered = sorted(going, key=lambda call: (call.position or len(going) + 1, -call.started_at.timestamp(), -call.id))
    may_ring = asker.id in names and asker.id not in busy
    return schemas.PhoneBoard(
        calls=[_live(asker, one, names, may_ring=may_ring) for one in ordered],
        ready=len(free),
        talking=len({leg.staff_id for call in going for leg in call.legs if leg.kind == LegKind.OPERATOR and leg.talks}),
    )


def _live(asker: Asker, call: CallShown, names: dict[int, str], *, may_ring: bool) -> schemas.PhoneLive:
    colleague_talks = any(leg.kind == LegKind.OPERATOR and leg.talks and leg.staff_id != asker.id for leg in call.legs)
    allowed = asker.may(Ability.TAKE_OVER if colleague_talks else Ability.TAKE)
    is_free = call.place in TAKEN_OVER_FROM and call.direction is CallDirection.IN and call.offered_to is None
    return schemas.PhoneLive(
        **line(call).model_dump(),
        menu_state=call.menu_state,
        since=_since(call),
        position=call.position,
        party=", ".join(leg.name or leg.number for leg in call.legs if leg.is_live and leg.kind != LegKind.OPERATOR),
        is_held=call.held_by_id is not None,
        ringing=names.get(call.offered_to or 0, ""),
        may_take_over=may_ring and allowed and is_free,
    )


def _since(call: CallShown) -> datetime:
    """When the call came to its place, as far as its legs and the queue tell."""
    if call.place is CallPlace.QUEUE:
        return call.queued_at or call.started_at
    talks = [leg.answered_at for leg in call.legs if leg.talks and leg.kind == _PLACES.get(call.place) and leg.answered_at]
    return max(talks, default=call.started_at)


def opened(asker: Asker, found: CallOpened) -> schemas.PhoneCallView:
    """A whole call."""
    call = found.call
    return schemas.PhoneCallView(
        **line(call).model_dump(),
        called=call.called,
        menu_state=call.menu_state,
        answered_at=call.answered_at,
        queued_at=call.queued_at,
        ended_at=call.ended_at,
        legs=[_leg(one) for one in call.legs],
        events=[schemas.PhoneEventView(at=one.at, kind=one.kind, details=dict(one.details)) for one in found.events],
        recordings=[_recording(asker, one) for one in found.recordings],
        earlier=[line(one) for one in found.earlier],
    )


def _leg(found: LegShown) -> schemas.PhoneLegView:
    return schemas.PhoneLegView.model_validate(found, from_attributes=True)


def _recording(asker: Asker, found: RecordingShown) -> schemas.PhoneRecordingView:
    view = schemas.PhoneRecordingView.model_validate(found, from_attributes=True)
    view.may_hear = found.may_hear and found.state in PLAYABLE
    view.may_save = view.may_hear and may_save(asker)
    return view


def task(found: OwedCall, asker: Asker, *, has_telephone: bool) -> schemas.PhoneTask:
    """What the telephone does for a call of the list."""
    call = found.call
    return schemas.PhoneTask(
        task_id=found.task_id,
        deeds=[one.value for one in found.deeds] if has_telephone else [],
        call=schemas.PhoneTaskCall(
            id=call.id,
            operator=call.operator,
            is_mine=call.staff_id == asker.id,
            is_written=call.is_written,
            script=call.script.value,
            stage=call.stage.value,
            outcome=call.outcome,
            started_at=call.started_at,
            seconds=call.seconds,
        )
        if call
        else None,
    )


def own_line(found: PhoneLine) -> schemas.PhoneLineView:
    """One's own line."""
    return schemas.PhoneLineView(kind=LineKind(found.kind), address=found.address, is_ready=found.is_ready)


def official(found: OfficialFound) -> schemas.PhoneOfficial:
    """Who is rung when this official is chosen."""
    rung, own = found.answers, found.liaison
    return schemas.PhoneOfficial(
        liaison_id=own.id or 0,
        full_name=own.full_name,
        position=own.position,
        department=found.department_name,
        name=rung.full_name if rung else "",
        phone=rung.phone if rung else "",
        stands_in=rung is not None and rung.stands_in_for is not None,
    )


def draft(caller: str) -> CardDraftView:
    """A card with the number alone: the name and the matter are asked for (3.2)."""
    nothing = dict.fromkeys(("surname", "given_name", "patronymic", "email", "address", "topic", "text"), "")
    return CardDraftView(**nothing, phone=caller, urgency="long_term", reply_form="phone", reply_to=caller)


def call_back(found: CallBackShown) -> schemas.PhoneCallBack:
    """Somebody to call back."""
    return schemas.PhoneCallBack(
        id=found.id,
        call_id=found.call_id,
        conversation_id=found.conversation_id,
        phone=found.phone,
        name=found.name,
        reason=found.reason,
        calls=found.calls,
        asked_at=found.asked_at,
        due_on=found.due_on,
        is_late=found.is_late,
        taken_by=StaffBrief(id=found.taken_by_id, full_name=found.taken_by) if found.taken_by_id else None,
        done_at=found.done_at,
        done_as=DoneAs(found.done_as) if found.done_as else None,
        note=found.note,
    )
