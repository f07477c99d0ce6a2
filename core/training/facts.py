"""What the records of a training day say about one virtual citizen: words for the scenario, and what the checks read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, Refusal
from core.calls.model import CallAttempt
from core.conversations.model import Conversation, LeftMessage, Message
from core.people.desk import Card, card_of
from core.people.model import ChannelIdentity
from core.phone.model import CallLeg, PhoneCall
from core.replies.model import Reply
from core.requests.model import InformationRequest, Memo
from core.training.scenario import Scenario, Visitor
from core.vocabulary import (
    AppealStatus,
    Audience,
    Author,
    CallOutcome,
    ChannelName,
    ConversationMode,
    MemoOutcome,
    ReplyKind,
    ReplyState,
)

GONE = frozenset({ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED, ReplyState.CALLING, ReplyState.TO_PRINT})
"""A reply that has left the operator's hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The records of one citizen. ``words``: the names of everything that is so."""

    conversation: Conversation | None = None
    card: Card = field(default_factory=lambda: Card(applicant=None))
    messages: Sequence[Message] = ()
    appeal: Appeal | None = None
    requests: Sequence[InformationRequest] = ()
    memos: Sequence[Memo] = ()
    replies: Sequence[Reply] = ()
    attempts: Sequence[CallAttempt] = ()
    refusal: Refusal | None = None
    left: LeftMessage | None = None
    call: PhoneCall | None = None
    legs: Sequence[CallLeg] = ()
    words: frozenset[str] = frozenset()

    @property
    def spoken(self) -> Sequence[Message]:
        """What the operator said to the citizen."""
        return [one for one in self.messages if one.author == Author.OPERATOR and one.audience == Audience.CITIZEN]

    def sent(self, kind: ReplyKind) -> Reply | None:
        """The first reply of the kind that has left."""
        return next((one for one in self.replies if one.kind == kind and one.state in GONE), None)

    @property
    def first_answer_at(self) -> datetime | None:
        """When the operator first said something."""
        return self.spoken[0].created_at if self.spoken else None


async def facts_of(tx: AsyncSession, day: Scenario, visitor: Visitor) -> Facts:
    """Everything that the records hold about this citizen."""
    conversation = await conversation_of(tx, visitor)
    call = (await tx.exec(select(PhoneCall).where(PhoneCall.call_sid == call_sid_of(visitor)))).first()
    legs = (await tx.exec(select(CallLeg).where(CallLeg.call_id == call.id))).all() if call else ()
    if conversation is None:
        return Facts() if call is None else _with_words(Facts(call=call, legs=legs), day)
    appeal = (await tx.exec(select(Appeal).where(Appeal.conversation_id == conversation.id).order_by(col(Appeal.id)))).first()
    refusal = select(Refusal).where(Refusal.conversation_id == conversation.id, col(Refusal.staff_id).is_not(None))
    left = select(LeftMessage).where(LeftMessage.conversation_id == conversation.id)
    said = select(Message).where(Message.conversation_id == conversation.id).order_by(col(Message.id))
    found = Facts(
        conversation=conversation,
        card=await card_of(tx, conversation.applicant_id),
        messages=(await tx.exec(said)).all(),
        refusal=(await tx.exec(refusal)).first(),
        left=(await tx.exec(left)).first(),
        call=call,
        legs=legs,
    )
    return _with_words(found if appeal is None else await _with_casework(tx, found, appeal), day)


def call_sid_of(visitor: Visitor) -> str:
    """The number of the citizen's call."""
    return f"training-{visitor.key}"


async def conversation_of(tx: AsyncSession, visitor: Visitor) -> Conversation | None:
    """The citizen's newest conversation."""
    channel = ChannelName.VOICE if visitor.comes == "left" else visitor.comes
    who = select(ChannelIdentity.id).where(ChannelIdentity.channel == channel, ChannelIdentity.external_mark == visitor.address)
    talks = select(Conversation).where(col(Conversation.identity_id).in_(who)).order_by(col(Conversation.id).desc())
    return (await tx.exec(talks)).first()


async def _with_casework(tx: AsyncSession, found: Facts, appeal: Appeal) -> Facts:
    number = appeal.id
    requests = select(InformationRequest).where(InformationRequest.appeal_id == number).order_by(col(InformationRequest.id))
    return replace(
        found,
        appeal=appeal,
        requests=(await tx.exec(requests)).all(),
        memos=(await tx.exec(select(Memo).where(Memo.appeal_id == number).order_by(col(Memo.id)))).all(),
        replies=(await tx.exec(select(Reply).where(Reply.appeal_id == number).order_by(col(Reply.id)))).all(),
        attempts=(await tx.exec(select(CallAttempt).where(CallAttempt.appeal_id == number))).all(),
    )


def _with_words(found: Facts, day: Scenario) -> Facts:
    """The same with the words of everything that is so."""
    conversation, appeal = found.conversation, found.appeal
    said = " ".join(one.text for one in found.spoken).casefold()
    asked = {f"asked_{name}" for name, stems in day.asking.items() if any(stem in said for stem in stems)}
    holds = {
        "taken": conversation is not None and conversation.taken_at is not None,
        "replied": bool(found.spoken),
        "card_full": not {"full_name", "contact"} & set(found.card.missing),
        "closed": conversation is not None and conversation.mode == ConversationMode.CLOSED,
        "registered": appeal is not None,
        "told_number": appeal is not None and _told_number(found.spoken, appeal),
        "appeal_closed": appeal is not None and appeal.status == AppealStatus.CLOSED,
        "request_sent": any(one.sent_at is not None for one in found.requests),
        "memo_cannot": any(one.outcome == MemoOutcome.CANNOT for one in found.memos),
        "memo_answered": any(one.outcome == MemoOutcome.ANSWERED for one in found.memos),
        "memo_checked": any(one.outcome == MemoOutcome.ANSWERED and not one.is_draft for one in found.memos),
        "interim_sent": found.sent(ReplyKind.INTERIM) is not None,
        "final_sent": found.sent(ReplyKind.FINAL) is not None,
        "call_answered": any(one.outcome == CallOutcome.ANSWERED for one in found.attempts),
        "refused": found.refusal is not None,
        "left_reviewed": found.left is not None and found.left.reviewed_at is not None,
        "phone_answered": any(one.answered_at is not None for one in found.legs),
        "hung_up": found.call is not None and found.call.ended_at is not None,
    }
    words = frozenset({name for name, is_so in holds.items() if is_so} | asked | {"came"})
    return replace(found, words=words)


def _told_number(spoken: Sequence[Message], appeal: Appeal) -> bool:
    """Whether the operator said under which number it was registered."""
    return any(str(appeal.number) in one.text for one in spoken if one.created_at >= appeal.registered_at)
