"""From the live events of the centre to the duty chat: letters in the transaction that moves the cursor."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind
from core.clock import Clock
from core.conversations.thread import last_words
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.duty.cards import AppealLine, Cards, appeal_lines
from core.duty.events import Batch, Event, read_batch
from core.duty.posts import Letter, general, message_letters, post, show_card
from core.duty.topics import CHANNEL, TopicState, recipient_of, want_topic
from core.tasks.raising import HEAD
from core.vocabulary import TaskKind
from core.words import say
from db.locks import NamedLocks
from db.transactions import Transactions
from db.types import SealedJson

LOCK = "duty:relay"
CURSOR = "relay"
ALERTS = frozenset({TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED, TaskKind.REQUEST_UNANSWERED, TaskKind.ESCALATED})
"""Tasks that are told in the duty chat at once; the others wait in the inbox."""

_TOPICS = (
    text("SELECT conversation_id, state, card FROM duty_topic WHERE conversation_id IN :ids")
    .bindparams(bindparam("ids", expanding=True))
    .columns(card=SealedJson("duty_topic.card"))
)
_APPEAL_TOPICS = text("SELECT appeal_id, state FROM duty_topic WHERE appeal_id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


class Relay:
    """Tells the duty chat what happens."""

    def __init__(self, *, transactions: Transactions, locks: NamedLocks, clock: Clock, outbox: Outbox, cards: Cards) -> None:
        self._transactions = transactions
        self._locks = locks
        self._clock = clock
        self._outbox = outbox
        self._cards = cards

    async def relay_once(self) -> int:
        """Read what is new and write its letters; gives how many events were read. One process at a time does it."""
        async with self._locks.hold_if_free(LOCK) as held:
            if not held:
                return 0
            now = self._clock.now()
            async with self._transactions.begin() as tx:
                batch = await read_batch(tx, CURSOR, now)
                letters = [
                    *([general(f"missed:{batch.last}", say("duty.missed"))] if batch.missed else []),
                    *await self._of_conversations(tx, batch, now),
                    *await self._of_appeals(tx, batch, now),
                ]
                await write_letters(tx, self._outbox, letters, now)
            return len(batch.events)

    async def _of_conversations(self, tx: AsyncSession, batch: Batch, now: datetime) -> list[Letter]:
        """Cards and messages. What opens a topic is told before what was said in it, what closes it afterwards."""
        touched = batch.ids("conversation_id", *LiveKind)
        handed = batch.ids("conversation_id", LiveKind.HANDED_OFF, LiveKind.ALARM)
        before = await _topics(tx, touched)
        opened: list[Letter] = []
        closed: list[Letter] = []
        shown: set[int] = set()
        for conversation_id in sorted(handed | before.keys()):
            was_open, question = before.get(conversation_id, (False, None))
            fresh = conversation_id in handed and not was_open
            card = await self._cards.of_conversation(tx, conversation_id, question=None if fresh else question)
            if card is None or (card.state is TopicState.CLOSED and conversation_id not in before):
                continue
            if was_open or card.state is TopicState.OPEN:
                shown.add(conversation_id)
            if await want_topic(tx, card, now, conversation_id=conversation_id):
                recipient = recipient_of(conversation_id=conversation_id)
                letters = opened if card.state is TopicState.OPEN else closed
                letters.append(show_card(recipient, f"card:{recipient}:{batch.last}"))
        said = {event.number("message_id") for event in batch.of(LiveKind.MESSAGE) if event.number("conversation_id") in shown}
        posts = await message_letters(tx, {number for number in said if number is not None})
        alarms = [letter for event in batch.of(LiveKind.ALARM) for letter in await self._of_alarm(tx, event, shown)]
        return [*opened, *posts, *alarms, *closed]

    async def _of_alarm(self, tx: AsyncSession, event: Event, shown: set[int]) -> list[Letter]:
        """An emergency is told loudly to all, and in the topic of the hand-off."""
        conversation_id = event.number("conversation_id")
        if conversation_id is None:
            return []
        words = await last_words(await tx.connection(), conversation_id)
        told = say("duty.alarm", number=conversation_id, text=words[:300])
        letters = [general(f"alarm:{event.id}", told)]
        if conversation_id in shown:
            letters.append(post(recipient_of(conversation_id=conversation_id), f"alarm:{event.id}:topic", told))
        return letters

    async def _of_appeals(self, tx: AsyncSession, batch: Batch, now: datetime) -> list[Letter]:
        """Topics of urgent appeals, and alerts of terms: in the appeal's topic when it is open, else for all."""
        tasks = [event for event in batch.of(LiveKind.TASK) if event.payload.get("task") in ALERTS]
        touched = batch.ids("appeal_id", LiveKind.APPEAL)
        about = {number for event in tasks if (number := event.number("appeal_id")) is not None}
        appeals = await appeal_lines(tx, touched | about)
        states = await _appeal_topics(tx, appeals)
        opened: list[Letter] = []
        closed: list[Letter] = []
        for appeal in (appeals[number] for number in sorted(touched & appeals.keys())):
            card = self._cards.of_appeal(appeal)
            if not appeal.is_urgent or (card.state is TopicState.CLOSED and appeal.id not in states):
                continue
            states[appeal.id] = card.state
            if await want_topic(tx, card, now, appeal_id=appeal.id):
                recipient = recipient_of(appeal_id=appeal.id)
                letters = opened if card.state is TopicState.OPEN else closed
                letters.append(show_card(recipient, f"card:{recipient}:{batch.last}"))
        return [*opened, *(letter for event in tasks for letter in self._of_task(event, appeals, states)), *closed]

    def _of_task(self, event: Event, appeals: Mapping[int, AppealLine], states: Mapping[int, TopicState]) -> list[Letter]:
        """A task that is told anew each working day is told here from the last day on: when it is the head's too."""
        task_id, appeal = event.number("task_id"), appeals.get(event.number("appeal_id") or 0)
        again, is_heads = event.payload.get("again"), event.payload.get("for_role") == HEAD
        if task_id is None or appeal is None or (again and not is_heads):
            return []
        number, day = appeal.registration_number, spoken_date(appeal.answer_by)
        unsent = is_heads and event.payload["task"] == TaskKind.INTERIM_NEEDED
        name = "interim_unsent" if unsent else event.payload["task"]
        words = say(f"duty.task.{name}", number=number, day=day, url=self._cards.appeal_url(appeal.id))
        key = f"task:{task_id}:{again}" if again else f"task:{task_id}"
        if states.get(appeal.id) is TopicState.OPEN:
            return [post(recipient_of(appeal_id=appeal.id), key, words)]
        return [general(key, words)]


async def write_letters(tx: AsyncSession, outbox: Outbox, letters: Iterable[Letter], now: datetime) -> None:
    """Write deliveries to the duty chat, each key once. None of them is of record: a lost one is no loss for a citizen."""
    for letter in letters:
        await outbox.write_letter(
            tx,
            channel=CHANNEL,
            recipient=letter.recipient,
            content=letter.content,
            now=now,
            key=f"{CHANNEL}:{letter.key}",
            of_record=False,
        )


async def _topics(tx: AsyncSession, conversations: set[int]) -> dict[int, tuple[bool, str]]:
    """By conversation: whether its topic was open, and the question on its card."""
    if not conversations:
        return {}
    rows = await tx.execute(_TOPICS, {"ids": list(conversations)})
    return {row.conversation_id: (row.state == TopicState.OPEN, str(row.card.get("question") or "")) for row in rows}


async def _appeal_topics(tx: AsyncSession, appeals: Mapping[int, AppealLine]) -> dict[int, TopicState]:
    if not appeals:
        return {}
    rows = await tx.execute(_APPEAL_TOPICS, {"ids": list(appeals)})
    return {row.appeal_id: TopicState(row.state) for row in rows}
