"""What is said aside from the dialogue: answers to a question about a closed matter, in any state of the conversation."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.asking import Press
from core.calls.survey import take_press, take_words
from core.conversations.hearing import Heard
from core.conversations.situation import Situation
from core.conversations.turn import Reply, Turn

WORDS_AWAITED = timedelta(minutes=30)
"""How long after «leave a comment» the next words are the comment; later ones are words like any others."""


def left_aside(at: Situation, heard: Heard) -> dict[str, Any]:
    """The changes with which an announced comment is given up: whatever else the citizen does or says means something by itself."""
    return {} if at.comment_on is None or heard.own else {"comment_on": None, "comment_until": None}


async def answer_aside(tx: AsyncSession, turn: Turn, heard: Heard, now: datetime) -> None:
    """Take the press or the comment in, and thank for it; the dialogue, its form and an operator's talk stay as they are."""
    if heard.comment_on is not None:
        told = await take_words(tx, heard.comment_on, heard.text or "", now)
    else:
        told = await take_press(tx, Press(heard.intent or ""), {one.entity: one.value for one in heard.entities}, now)
    turn.replies.append(Reply(text=told.words, buttons=told.buttons, columns=told.columns))
    until = None if told.comment_on is None else now + WORDS_AWAITED
    turn.changes.update(comment_on=told.comment_on, comment_until=until)
