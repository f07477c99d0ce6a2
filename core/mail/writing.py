"""What an operator needs before a letter leaves: what stands around the words, a conversation to write them in (2.8.8, 3.1)."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.conversations.holding import existing, locked, not_held
from core.conversations.model import Conversation
from core.conversations.speaking import by_email
from core.errors import Invalid, NotFound
from core.mail.answering import Outline, outline_of
from core.people.desk import EMAIL, card_of
from core.people.model import ChannelIdentity, ContactPoint
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import ChannelName, ConversationMode
from db.transactions import Transactions


class MailWriting:
    """Use cases of letters that have not been written yet."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def outline(self, asker: Asker, conversation_id: int) -> Outline | None:
        """What will stand around the asker's words in this conversation; None when it is none by mail. Raises NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            conversation = await existing(tx, conversation_id)
            if conversation.channel != ChannelName.EMAIL:
                return None
            identity = await tx.get_one(ChannelIdentity, conversation.identity_id)
            return await outline_of(tx, conversation, identity, asker.full_name)

    async def write_first(self, asker: Asker, applicant_id: int, address: str) -> int:
        """The conversation in which the asker writes to an applicant first; it is theirs then. No contact is counted: nobody came.

        Raises NotFound, NotAllowed, HeldByOther, Invalid (address: it is not the applicant's).
        """
        asker.must(Ability.REPLY)
        now, own = self._clock.now(), address.strip().lower()
        async with self._transactions.begin() as tx:
            if (await card_of(tx, applicant_id)).applicant is None:
                raise NotFound("no such applicant")
            theirs = select(ContactPoint.id).where(
                ContactPoint.applicant_id == applicant_id, ContactPoint.kind == EMAIL, ContactPoint.value_mark == own
            )
            if (await tx.exec(theirs)).first() is None:
                raise Invalid("not an address of the applicant", fields={"address": "unreadable_email"})
            conversation = await self._conversation(tx, applicant_id, own, now)
            if conversation.mode == ConversationMode.OPERATOR and conversation.operator_id != asker.id:
                raise await not_held(tx, conversation)
            _hand_to(conversation, asker, now)
            conversation.applicant_id = conversation.applicant_id or applicant_id
            await tx.flush()
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation.id or 0)
            await record(tx, now, "conversation.begun", f"conversation:{conversation.id}", staff_id=asker.id)
            return conversation.id or 0

    async def _conversation(self, tx: AsyncSession, applicant_id: int, address: str, now: datetime) -> Conversation:
        """The newest one with the address, locked; a new one when there was none."""
        found = await by_email(tx, address)
        if found is not None:
            return await locked(tx, found[0].id or 0)
        known = select(ChannelIdentity).where(
            ChannelIdentity.channel == ChannelName.EMAIL, ChannelIdentity.external_mark == address
        )
        identity = (await tx.exec(known)).first()
        if identity is None:
            identity = ChannelIdentity(
                channel=ChannelName.EMAIL,
                external_id=address,
                applicant_id=applicant_id,
                created_at=now,
            )
            tx.add(identity)
            await tx.flush()
        made = Conversation(
            channel=ChannelName.EMAIL, identity_id=identity.id or 0, applicant_id=applicant_id, last_message_at=now, opened_at=now
        )
        tx.add(made)
        await tx.flush()
        return made


def _hand_to(conversation: Conversation, asker: Asker, now: datetime) -> None:
    """As after a take, and from a closed one, too."""
    conversation.mode, conversation.operator_id, conversation.taken_at = ConversationMode.OPERATOR, asker.id, now
    conversation.unread, conversation.waiting_since, conversation.closed_at, conversation.closed_as = 0, None, None, ""
    conversation.version += 1
