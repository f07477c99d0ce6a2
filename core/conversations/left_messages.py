"""Messages left for the centre and their review by operators (reg. 2.4.2, 2.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import Conversation, LeftMessage
from core.errors import Conflict, NotFound
from core.people.desk import Card, card_of
from core.phone.model import Recording
from core.phone.views import RecordingShown, show_recording
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftShown:
    """A line of the work list.

    ``is_late``: its working day is over and nobody dealt with it. ``recordings``: what was spoken, in the order in which it was
    asked for. ``appeal``: what was registered from it here.
    """

    message: LeftMessage
    channel: str
    is_late: bool
    is_due_today: bool
    reviewed_by: str
    recordings: Sequence[RecordingShown]
    appeal: Appeal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftWithCard:
    """A message and the card of the person behind it, for a registration. ``appeal``: what was registered from it already."""

    message: LeftMessage
    channel: str
    card: Card
    spoken: str
    appeal: Appeal | None


class LeftMessages:
    """The work list of messages left."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker, *, only_open: bool = True) -> Sequence[LeftShown]:
        """The open ones, the most urgent first, or all newest first; at most 200. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        wanted = select(LeftMessage, Conversation.channel).join(Conversation, col(Conversation.id) == LeftMessage.conversation_id)
        if only_open:
            wanted = wanted.where(col(LeftMessage.reviewed_at).is_(None))
            wanted = wanted.order_by(col(LeftMessage.due_on).nulls_first(), col(LeftMessage.id))
        else:
            wanted = wanted.order_by(col(LeftMessage.id).desc())
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(wanted.limit(LISTED))).all()
            return await self._shown(tx, asker, rows)

    async def with_card(self, asker: Asker, left_id: int) -> LeftWithCard:
        """One message with the card behind it. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            left = await tx.get(LeftMessage, left_id)
            if left is None:
                raise NotFound("no such message")
            conversation = await tx.get_one(Conversation, left.conversation_id)
            recordings = (await _recordings(tx, [left_id])).get(left_id, [])
            return LeftWithCard(
                message=left,
                channel=conversation.channel,
                card=await card_of(tx, conversation.applicant_id),
                spoken="\n".join(one.transcript for one in recordings if one.part == QUESTION and one.transcript),
                appeal=(await _appeals(tx, [left_id])).get(left_id),
            )

    async def review(self, asker: Asker, left_id: int) -> None:
        """Note that the message was dealt with; raises Conflict with who did it first, NotFound, NotAllowed."""
        asker.must(Ability.REVIEW_LEFT)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            left = await tx.get(LeftMessage, left_id, with_for_update=True)
            if left is None:
                raise NotFound()
            if left.reviewed_by == asker.id:
                return
            if left.reviewed_at is not None:
                other = await tx.get(StaffMember, left.reviewed_by) if left.reviewed_by else None
                raise Conflict("reviewed already", operator=other.full_name if other else "")
            left.reviewed_at, left.reviewed_by = now, asker.id
            await record(tx, now, "left_message.reviewed", f"left_message:{left_id}", staff_id=asker.id)

    async def _shown(self, tx: AsyncSession, asker: Asker, rows: Sequence[tuple[LeftMessage, str]]) -> Sequence[LeftShown]:
        """Lines with what stands around them, read in a few statements for all."""
        today, may_hear = self._clock.today(), asker.may(Ability.HEAR_RECORDINGS)
        ids = [left.id or 0 for left, _ in rows]
        recordings, appeals = await _recordings(tx, ids), await _appeals(tx, ids)
        names = await _names(tx, {left.reviewed_by for left, _ in rows if left.reviewed_by is not None})
        return [
            LeftShown(
                message=left,
                channel=channel,
                is_late=left.reviewed_at is None and left.due_on is not None and left.due_on < today,
                is_due_today=left.reviewed_at is None and left.due_on == today,
                reviewed_by=names.get(left.reviewed_by or 0, ""),
                recordings=[show_recording(one, may_hear=may_hear) for one in recordings.get(left.id or 0, ())],
                appeal=appeals.get(left.id or 0),
            )
            for left, channel in rows
        ]


QUESTION = "question"
"""The part of a spoken message that is the question."""


def registration_key(left_id: int) -> str:
    """Under which an appeal is registered from a message: a repeat gives the same appeal."""
    return f"left-message-{left_id}"


async def _recordings(tx: AsyncSession, left_ids: Sequence[int]) -> Mapping[int, list[Recording]]:
    wanted = select(Recording).where(col(Recording.left_message_id).in_(left_ids)).order_by(col(Recording.id))
    found: dict[int, list[Recording]] = {}
    for one in (await tx.exec(wanted)).all():
        found.setdefault(one.left_message_id or 0, []).append(one)
    return found


async def _appeals(tx: AsyncSession, left_ids: Sequence[int]) -> Mapping[int, Appeal]:
    keys = {registration_key(number): number for number in left_ids}
    found = (await tx.exec(select(Appeal).where(col(Appeal.client_key).in_(keys)))).all()
    return {keys[one.client_key or ""]: one for one in found}


async def _names(tx: AsyncSession, staff: set[int]) -> Mapping[int, str]:
    found = await tx.exec(select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_(staff)))
    return {number or 0: name for number, name in found.all()}
