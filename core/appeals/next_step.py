"""The one thing to do next with a card, from what is on it (reg. 2.8.9-2.8.11); everything else is in its menu."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.appeals.workflow import Move
from core.vocabulary import AppealStatus, CallPurpose, ReplyKind, ReplyState, RequestStatus


class Step(StrEnum):
    """What to do next; the waiting ones are nobody's button."""

    SEND_REQUEST = "send_request"
    ADDRESS_REQUEST = "address_request"
    RECORD_MEMO = "record_memo"
    WRITE_INTERIM = "write_interim"
    SEND_INTERIM = "send_interim"
    WRITE_REPLY = "write_reply"
    SEND_REPLY = "send_reply"
    RESEND_REPLY = "resend_reply"
    POST_REPLY = "post_reply"
    REPLY_CALL = "reply_call"
    CLOSING_CALL = "closing_call"
    ASK_CONFIRMATION = "ask_confirmation"
    CLOSE = "close"
    CLARIFIED = "clarified"
    OPEN_MERGED = "open_merged"
    AWAIT_DELIVERY = "await_delivery"
    AWAIT_CONFIRMATION = "await_confirmation"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFact:
    """An information request of the card."""

    id: int
    status: RequestStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFact:
    """A reply of the card."""

    id: int
    kind: ReplyKind
    state: ReplyState


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """A call that is still to be made."""

    id: int
    purpose: CallPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What is on a card besides its own words, oldest first.

    ``is_closable``: everything that 2.8.11 asks for is there; ``has_phone``: the applicant can be called; ``is_asked``: the
    applicant without a phone was asked to confirm.
    """

    requests: Sequence[RequestFact] = ()
    replies: Sequence[ReplyFact] = ()
    calls: Sequence[CallFact] = ()
    is_closable: bool = False
    has_phone: bool = True
    is_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The step and the number of what it is about: a request, a reply, a call or another card."""

    step: Step
    target_id: int | None = None


MADE_BY: Final[Mapping[Step, Move]] = MappingProxyType(
    {
        Step.SEND_REQUEST: Move.REQUEST,
        Step.ADDRESS_REQUEST: Move.REQUEST,
        Step.RECORD_MEMO: Move.RECEIVE,
        Step.WRITE_INTERIM: Move.INTERIM,
        Step.SEND_INTERIM: Move.INTERIM,
        Step.WRITE_REPLY: Move.REPLY,
        Step.SEND_REPLY: Move.REPLY,
        Step.RESEND_REPLY: Move.REPLY,
        Step.POST_REPLY: Move.REPLY,
        Step.REPLY_CALL: Move.CALL,
        Step.CLOSING_CALL: Move.CALL,
        Step.ASK_CONFIRMATION: Move.CLOSE,
        Step.CLOSE: Move.CLOSE,
        Step.CLARIFIED: Move.CLARIFIED,
    }
)
"""The move behind a step: who may not make it is shown no button. A step that is not here changes nothing."""
_ON_ITS_WAY: Final = (ReplyState.SENDING, ReplyState.CALLING, ReplyState.TO_PRINT)
_OF_FINAL: Final = MappingProxyType(
    {
        ReplyState.DRAFT: Step.SEND_REPLY,
        ReplyState.SENDING: Step.AWAIT_DELIVERY,
        ReplyState.TO_PRINT: Step.POST_REPLY,
        ReplyState.CALLING: Step.REPLY_CALL,
        ReplyState.FAILED: Step.RESEND_REPLY,
    }
)
_OF_INTERIM: Final = MappingProxyType(
    {
        ReplyState.DRAFT: Step.SEND_INTERIM,
        ReplyState.TO_PRINT: Step.POST_REPLY,
        ReplyState.CALLING: Step.REPLY_CALL,
        ReplyState.FAILED: Step.RESEND_REPLY,
    }
)


def next_step(
    status: AppealStatus, moves: Collection[Move], papers: Papers, *, is_term_near: bool = False, merged_into_id: int | None = None
) -> NextStep:
    """The main step for a person who may make these ``moves``; NOTHING when it is not theirs.

    ``is_term_near``: an alarm of the term is open, so the applicant gets an interim reply before the term is missed (2.8.10).
    """
    if status is AppealStatus.MERGED:
        return NextStep(step=Step.OPEN_MERGED, target_id=merged_into_id)
    if status is AppealStatus.CLOSED:
        return NextStep(step=Step.NOTHING)
    if status is AppealStatus.REPLIED:
        found = _after_reply(papers)
    elif status is AppealStatus.CLARIFYING:
        found = _lost(papers) or NextStep(step=Step.CLARIFIED)
    else:
        found = _ready(papers) or _before_reply(status, papers, is_term_near=is_term_near)
    move = MADE_BY.get(found.step)
    return found if move is None or move in moves else NextStep(step=Step.NOTHING)


def _ready(papers: Papers) -> NextStep | None:
    """A reply that was begun is finished first: one that did not arrive, then the final one, then the interim one."""
    if (lost := _lost(papers)) is not None:
        return lost
    for kind, steps in ((ReplyKind.FINAL, _OF_FINAL), (ReplyKind.INTERIM, _OF_INTERIM)):
        begun = _newest(papers, kind)
        if begun is not None and begun.state in steps:
            is_call = begun.state is ReplyState.CALLING
            return NextStep(step=steps[begun.state], target_id=_call(papers, CallPurpose.REPLY) if is_call else begun.id)
    return None


def _lost(papers: Papers) -> NextStep | None:
    """A reply that did not arrive goes another way (2.8.8); an interim one need not where the final one is on its way already."""
    final, interim = _newest(papers, ReplyKind.FINAL), _newest(papers, ReplyKind.INTERIM)
    if final is not None and final.state in (*_ON_ITS_WAY, ReplyState.FAILED):
        return NextStep(step=Step.RESEND_REPLY, target_id=final.id) if final.state is ReplyState.FAILED else None
    if interim is not None and interim.state is ReplyState.FAILED:
        return NextStep(step=Step.RESEND_REPLY, target_id=interim.id)
    return None


def _before_reply(status: AppealStatus, papers: Papers, *, is_term_near: bool) -> NextStep:
    lost = _request(papers, RequestStatus.UNADDRESSED)
    if lost is not None:
        return NextStep(step=Step.ADDRESS_REQUEST, target_id=lost)
    if status is AppealStatus.REQUESTED:
        late = NextStep(step=Step.WRITE_INTERIM)
        return late if is_term_near else NextStep(step=Step.RECORD_MEMO, target_id=_request(papers, RequestStatus.SENT))
    if status is AppealStatus.REGISTERED:
        return NextStep(step=Step.SEND_REQUEST)
    if status is AppealStatus.CANNOT and _newest(papers, ReplyKind.INTERIM) is None:
        return NextStep(step=Step.WRITE_INTERIM)
    return NextStep(step=Step.WRITE_REPLY)


def _after_reply(papers: Papers) -> NextStep:
    if papers.is_closable:
        return NextStep(step=Step.CLOSE)
    final = _newest(papers, ReplyKind.FINAL)
    if final is not None and final.state is ReplyState.TO_PRINT:
        return NextStep(step=Step.POST_REPLY, target_id=final.id)
    if papers.has_phone:
        return NextStep(step=Step.CLOSING_CALL, target_id=_call(papers, CallPurpose.CLOSING))
    letter = _newest(papers, ReplyKind.CONFIRMATION)
    has_arrived = letter is None or letter.state is not ReplyState.FAILED
    return NextStep(step=Step.AWAIT_CONFIRMATION if papers.is_asked and has_arrived else Step.ASK_CONFIRMATION)


def _newest(papers: Papers, kind: ReplyKind) -> ReplyFact | None:
    return next((one for one in reversed(papers.replies) if one.kind is kind and one.state is not ReplyState.DROPPED), None)


def _request(papers: Papers, status: RequestStatus) -> int | None:
    return next((one.id for one in papers.requests if one.status is status), None)


def _call(papers: Papers, purpose: CallPurpose) -> int | None:
    return next((one.id for one in papers.calls if one.purpose is purpose), None)
