"""Handing a held conversation to a colleague on shift: the citizen is told who speaks now (reg. 3.1)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.conversations.holding import locked, must, not_held
from core.conversations.model import Conversation, Message
from core.conversations.views import Colleague
from core.deliveries.outbox import Outbox
from core.errors import Conflict
from core.people.model import ChannelIdentity
from core.staff.abilities import ABILITIES, Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Author, ConversationMode, Role
from core.words import say
from db.transactions import Transactions

MOST_SHOWN = 20
TAKERS = tuple(role.value for role in Role if Ability.TAKE in ABILITIES[role])

_GIVE = text(
    "UPDATE conversation SET operator_id = :to, taken_at = :now, unread = 0, preview = left(:words, 200), last_message_at = :now,"
    " last_author = :author, version = version + 1 WHERE id = :id"
)


class NotOnShift(Conflict):
    """The colleague went off shift meanwhile."""

    code = "not_on_shift"


class HandingDesk:
    """Hands conversations over between colleagues."""

    def __init__(self, *, transactions: Transactions, clock: Clock, outbox: Outbox) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox

    async def colleagues(self, asker: Asker) -> Sequence[Colleague]:
        """Who is on shift and may take a conversation, the asker left out; by name, at most 20."""
        asker.must(Ability.TAKE)
        wanted = (
            select(StaffMember)
            .where(
                col(StaffMember.is_active),
                col(StaffMember.on_shift_since).is_not(None),
                col(StaffMember.role).in_(TAKERS),
                col(StaffMember.id) != asker.id,
            )
            .order_by(col(StaffMember.full_name))
            .limit(MOST_SHOWN)
        )
        async with self._transactions.begin() as tx:
            return [Colleague(id=one.id or 0, full_name=one.full_name) for one in (await tx.exec(wanted)).all()]

    async def hand_over(self, asker: Asker, conversation_id: int, to_staff_id: int) -> Colleague:
        """Give the conversation to a colleague: its holder may, and who may take over. Doing it twice changes nothing.

        Raises NotHeld, HeldByOther, ConversationClosed, NotOnShift, NotFound, NotAllowed.
        """
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation = await locked(tx, conversation_id)
            colleague = await tx.get(StaffMember, to_staff_id)
            if colleague is None or not colleague.is_active or colleague.on_shift_since is None or colleague.role not in TAKERS:
                raise NotOnShift()
            given = Colleague(id=to_staff_id, full_name=colleague.full_name)
            if conversation.operator_id == to_staff_id and conversation.mode == ConversationMode.OPERATOR:
                return given
            await self._must_be_able(tx, asker, conversation)
            await self._give(tx, conversation, colleague, now)
            details = {"holder": conversation.operator_id, "to": to_staff_id}
            await record(tx, now, "conversation.handed_over", f"conversation:{conversation_id}", staff_id=asker.id, **details)
            return given

    async def _must_be_able(self, tx: AsyncSession, asker: Asker, conversation: Conversation) -> None:
        if conversation.mode == ConversationMode.OPERATOR and asker.may(Ability.TAKE_OVER):
            return
        if conversation.mode != ConversationMode.OPERATOR:
            raise await not_held(tx, conversation)
        await must(tx, asker, Ability.HAND_BACK, conversation)

    async def _give(self, tx: AsyncSession, conversation: Conversation, colleague: StaffMember, now: datetime) -> None:
        words = say("operator.taken", centre=say("centre.name"), name=colleague.full_name)
        number = conversation.id or 0
        message = Message(conversation_id=number, author=Author.SYSTEM, text=words, created_at=now)
        tx.add(message)
        await tx.flush()
        identity = await tx.get_one(ChannelIdentity, conversation.identity_id)
        content = {"text": words}
        await self._outbox.write(
            tx, conversation=conversation, identity=identity, message=message, content=content, of_record=False, now=now
        )
        await tx.execute(_GIVE, {"id": number, "to": colleague.id, "now": now, "words": words, "author": Author.SYSTEM.value})
        await announce(tx, LiveKind.MESSAGE, now, conversation_id=number, message_id=message.id or 0)
        await announce(tx, LiveKind.CONVERSATION, now, conversation_id=number)
