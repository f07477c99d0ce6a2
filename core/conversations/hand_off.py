"""Handing a conversation to the operators, or telling when they will be there (reg. 2.9)."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.conversations.situation import Situation
from core.conversations.turn import Turn
from core.dates import spoken_date
from core.vocabulary import ConversationMode
from core.words import buttons, say

_AHEAD = text("SELECT count(*) FROM conversation WHERE mode = 'waiting' AND id <> :id")


async def hand_off(tx: AsyncSession, at: Situation, turn: Turn, reason: str, calendar: WorkCalendar, now: datetime) -> None:
    """Put the conversation into the queue, or, out of hours with nobody on shift, offer a message or an appeal."""
    if at.mode is ConversationMode.OPERATOR:
        turn.details["handed_off"] = True
        return
    if not (at.operators_online or calendar.is_open(now)):
        opening = calendar.next_opening(now).astimezone(MOSCOW)
        when = f"{spoken_date(opening.date())}, {opening:%H:%M}"
        words = (calendar.notice_of(now), say("hand_off.closed", opening=when))
        turn.say("\n\n".join(filter(None, words)), buttons=buttons("hand_off.closed_buttons"))
        return
    enqueue(at, turn, reason, now)
    ahead = int((await tx.execute(_AHEAD, {"id": at.conversation_id})).scalar_one())
    turn.say(say("hand_off.soon", ahead=ahead) if ahead else say("hand_off.next"))


def enqueue(at: Situation, turn: Turn, reason: str, now: datetime) -> None:
    """Make the conversation wait for an operator; its place in the queue is kept if it waits already.

    The turn remembers that an operator was wanted, also when one holds the conversation.
    """
    turn.details["handed_off"] = True
    if at.mode is ConversationMode.OPERATOR:
        return
    turn.changes["mode"] = ConversationMode.WAITING
    turn.changes["hand_off_reason"] = reason[:200]
    if at.mode is not ConversationMode.WAITING:
        turn.changes["waiting_since"] = now
    turn.handed_off = True
