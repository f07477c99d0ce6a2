"""Who holds a conversation, and what that lets an asker do with it (reg. 2.10)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.model import Conversation
from core.conversations.views import IN_WRITING, is_written, may
from core.errors import Conflict, NotAllowed, NotFound
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import ConversationMode


class HeldByOther(Conflict):
    """Another operator holds the conversation; ``facts`` say who."""

    code = "held_by_other"


class ConversationClosed(Conflict):
    """Nothing can be said any more in this conversation."""

    code = "conversation_closed"


class NotHeld(NotAllowed):
    """The asker must take the conversation first."""

    code = "not_held"


class BySpeech(NotAllowed):
    """Nothing can be written to a telephone."""

    code = "by_speech"


async def existing(tx: AsyncSession, conversation_id: int) -> Conversation:
    """The conversation; raises NotFound."""
    conversation = await tx.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("no such conversation")
    return conversation


async def locked(tx: AsyncSession, conversation_id: int) -> Conversation:
    """The conversation, nobody else's to change until the end of the transaction; raises NotFound."""
    conversation = await tx.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        raise NotFound("no such conversation")
    return conversation


async def must(tx: AsyncSession, asker: Asker, ability: Ability, conversation: Conversation) -> None:
    """Raises unless role, state and channel allow the deed: NotAllowed, BySpeech, NotHeld, HeldByOther or ConversationClosed."""
    asker.must(ability)
    if ability in IN_WRITING and not is_written(conversation.channel):
        raise BySpeech()
    if not may(asker, ability, conversation.mode, conversation.operator_id):
        raise await not_held(tx, conversation)


async def not_held(tx: AsyncSession, conversation: Conversation) -> Conflict | NotHeld:
    """Why the conversation cannot be had: closed, held by somebody (who), or by nobody yet."""
    if conversation.mode == ConversationMode.CLOSED:
        return ConversationClosed()
    if conversation.mode != ConversationMode.OPERATOR:
        return NotHeld()
    holder = await tx.get(StaffMember, conversation.operator_id)
    return HeldByOther(operator=holder.full_name if holder else "", operator_id=conversation.operator_id)
