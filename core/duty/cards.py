"""The cards of the duty chat: what the staff see of a conversation or of an urgent appeal, in the words of core/texts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.conversations.queries import lines
from core.conversations.thread import last_words
from core.conversations.views import Line
from core.dates import spoken_date
from core.duty.topics import Buttons, Card, TopicState
from core.vocabulary import AppealStatus, ConversationMode, Urgency
from core.words import say, texts

QUESTION_LIMIT = 1500
"""Characters of the citizen's words and of an appeal's text on a card; the whole is in the inbox."""
ENDED = frozenset({AppealStatus.CLOSED, AppealStatus.MERGED, AppealStatus.REPLIED})
"""An appeal that nobody hurries for any more: its topic is closed."""

_APPEALS = text(
    "SELECT id, registration_number, applicant_name, text, topic, address, urgency, status, registered_at, answer_by,"
    " conversation_id FROM appeal WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealLine:
    """What the duty chat shows of an appeal."""

    id: int
    registration_number: str
    applicant_name: str
    text: str
    topic: str
    address: str
    urgency: str
    status: str
    registered_at: datetime
    answer_by: date
    conversation_id: int | None

    @property
    def is_urgent(self) -> bool:
        """Whether it has a topic of its own."""
        return self.urgency == Urgency.URGENT


class Cards:
    """Draws cards; ``inbox_url`` is where the inbox is for people, without a slash at the end."""

    def __init__(self, inbox_url: str) -> None:
        self._inbox = inbox_url.rstrip("/")

    async def of_conversation(self, tx: AsyncSession, conversation_id: int, *, question: str | None = None) -> Card | None:
        """The card of a conversation as it is now; None when there is no such conversation.

        ``question`` is what an earlier card showed; without it the citizen's last words are taken.
        """
        connection = await tx.connection()
        line = (await lines(connection, [conversation_id])).get(conversation_id)
        if line is None:
            return None
        asked = (await last_words(connection, conversation_id))[:QUESTION_LIMIT] if question is None else question
        rows = [
            *([say("duty.card.emergency")] if line.emergency else []),
            say("duty.card.citizen", name=line.applicant_name or say("duty.nameless"), channel=_word("channel", line.channel)),
            _place(line),
            *([say("duty.card.reason", reason=_word("reason", line.hand_off_reason))] if line.hand_off_reason else []),
            *(["", say("duty.card.question", question=asked), ""] if asked else []),
            say("duty.card.link", url=f"{self._inbox}/inbox/{conversation_id}"),
        ]
        shut = line.mode in (ConversationMode.BOT, ConversationMode.CLOSED)
        return Card(
            title=say("duty.card.title", name=line.applicant_name or say("duty.nameless"), number=conversation_id),
            text="\n".join(rows),
            state=TopicState.CLOSED if shut else TopicState.OPEN,
            buttons=() if shut else card_buttons(conversation_id, waiting=line.mode == ConversationMode.WAITING),
            question=asked,
        )

    def of_appeal(self, appeal: AppealLine) -> Card:
        """The card of an urgent appeal."""
        registered = appeal.registered_at.astimezone(MOSCOW)
        about = ", ".join(part for part in (appeal.topic, appeal.address) if part)
        rows = [
            say("duty.appeal.head", number=appeal.registration_number),
            say("duty.appeal.applicant", name=appeal.applicant_name or say("duty.nameless")),
            *([say("duty.appeal.about", about=about)] if about else []),
            say("duty.appeal.term", registered=f"{registered:%d.%m.%Y %H:%M}", due=spoken_date(appeal.answer_by)),
            say("duty.appeal.status", status=str(texts()["appeal"]["status"].get(appeal.status, appeal.status))),
            "",
            appeal.text[:QUESTION_LIMIT],
            "",
            say("duty.card.link", url=self.appeal_url(appeal.id)),
        ]
        return Card(
            title=say("duty.appeal.title", number=appeal.registration_number, about=about).strip(" ·"),
            text="\n".join(rows),
            state=TopicState.CLOSED if appeal.status in ENDED else TopicState.OPEN,
        )

    def appeal_url(self, appeal_id: int) -> str:
        """Where the card of an appeal is in the inbox."""
        return f"{self._inbox}/appeals/{appeal_id}"


async def appeal_lines(tx: AsyncSession, ids: Collection[int]) -> Mapping[int, AppealLine]:
    """These appeals by id."""
    if not ids:
        return {}
    found = (await tx.execute(_APPEALS, {"ids": list(ids)})).mappings()
    return {row["id"]: AppealLine(**row) for row in found}


def card_buttons(conversation_id: int, *, waiting: bool) -> Buttons:
    """The buttons under the card of a conversation that is waiting or held; ``data`` is what core.duty.hearing reads."""
    take = [[button("take", f"t:{conversation_id}")]] if waiting else []
    return [*take, [button("hand_over", f"h:{conversation_id}"), button("close", f"c:{conversation_id}")]]


def button(word: str, data: str) -> dict[str, str]:
    """A button with its title from the texts."""
    return {"title": say(f"duty.button.{word}"), "data": data}


def hour(moment: datetime) -> str:
    """Hours and minutes in Moscow."""
    return f"{moment.astimezone(MOSCOW):%H:%M}"


def _place(line: Line) -> str:
    """Where the conversation is: waiting since, held by, with the bot, ended."""
    if line.mode == ConversationMode.WAITING and line.waiting_since is not None:
        return say("duty.card.waiting", since=hour(line.waiting_since))
    if line.mode == ConversationMode.OPERATOR and line.operator is not None:
        return say("duty.card.held", name=line.operator.full_name)
    return say("duty.card.closed" if line.mode == ConversationMode.CLOSED else "duty.card.bot")


def _word(section: str, key: str) -> str:
    """A name for a key that may be newer than the texts."""
    words: Mapping[str, Any] = texts()["duty"][section]
    return str(words.get(key, key))
