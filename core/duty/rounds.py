"""What the duty chat is told by the clock: hand-offs that nobody took, and the morning's digest."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import CalendarOf
from core.clock import MOSCOW, Clock
from core.control.digest import digest_of
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.duty.cards import Cards, button, hour
from core.duty.posts import Letter, general, post, show_card
from core.duty.relay import write_letters
from core.duty.topics import TopicState, find_topic, recipient_of, want_topic
from core.words import say
from db.locks import NamedLocks
from db.transactions import Transactions

LOCK = "duty:rounds"
MOST_REPEATED = 10
"""Of one round; Telegram lets a bot say twenty things a minute in a group. Emergencies first, then who waits longest."""

_MISSED = text(
    "SELECT id, waiting_since FROM conversation WHERE mode = 'waiting' AND waiting_since <= :before AND (emergency OR :open)"
    " ORDER BY emergency DESC, waiting_since, id LIMIT :most"
)
_WITHOUT_TOPIC = text(
    "SELECT c.id FROM conversation c LEFT JOIN duty_topic t ON t.conversation_id = c.id"
    " WHERE c.mode = 'waiting' AND t.id IS NULL ORDER BY c.emergency DESC, c.waiting_since LIMIT :most"
)
_CONVERSATIONS = text(
    "SELECT (SELECT count(*) FROM conversation WHERE mode = 'waiting') AS waiting,"
    " (SELECT count(*) FROM left_message WHERE reviewed_at IS NULL) AS left_messages"
)


class DutyRounds:
    """The duty chat's own timetable; every step is written once, whoever does the round and however often."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        locks: NamedLocks,
        clock: Clock,
        outbox: Outbox,
        cards: Cards,
        calendar_of: CalendarOf,
        repeat_after: timedelta = timedelta(minutes=5),
        digest_at: time = time(9),
    ) -> None:
        self._transactions = transactions
        self._locks = locks
        self._clock = clock
        self._outbox = outbox
        self._cards = cards
        self._calendar_of = calendar_of
        self._repeat_after = repeat_after
        self._digest_at = digest_at
        self._digested: date | None = None

    async def round(self) -> None:
        """Everything that is due now; one process at a time does it."""
        async with self._locks.hold_if_free(LOCK) as held:
            if held:
                now = self._clock.now()
                await self.repeat_missed(now)
                await self.digest(now)

    async def repeat_missed(self, now: datetime) -> None:
        """Say again who waits, every so many minutes until somebody takes them: in office hours (reg. 2.9), an emergency always.

        A waiting conversation that has no topic, because the relay did not see its hand-off, gets one.
        """
        async with self._transactions.begin() as tx:
            is_open = (await self._calendar_of(tx)).is_open(now)
            letters: list[Letter] = []
            for row in await tx.execute(_WITHOUT_TOPIC, {"most": MOST_REPEATED}):
                letters += await self._card(tx, row.id, now)
            missed = {"before": now - self._repeat_after, "open": is_open, "most": MOST_REPEATED}
            for row in await tx.execute(_MISSED, missed):
                letters += [*await self._card(tx, row.id, now), self._again(row.id, row.waiting_since, now)]
            await write_letters(tx, self._outbox, letters, now)

    async def digest(self, now: datetime) -> None:
        """The morning's numbers, once on each working day from the hour on that is set."""
        local = now.astimezone(MOSCOW)
        today = local.date()
        if local.time() < self._digest_at or today == self._digested:
            return
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
            if not calendar.is_working(today):
                return
            talks = (await tx.execute(_CONVERSATIONS)).mappings().one()
            cases = (await digest_of(tx, calendar, today)).facts()
            words = say("duty.digest", day=spoken_date(today), **talks, **cases)
            await write_letters(tx, self._outbox, [general(f"digest:{today}", words)], now)
        self._digested = today

    async def _card(self, tx: AsyncSession, conversation_id: int, now: datetime) -> list[Letter]:
        recipient = recipient_of(conversation_id=conversation_id)
        known = await find_topic(tx, recipient)
        question = str(known.card.get("question") or "") if known is not None and known.state is TopicState.OPEN else None
        card = await self._cards.of_conversation(tx, conversation_id, question=question)
        if card is None or not await want_topic(tx, card, now, conversation_id=conversation_id):
            return []
        return [show_card(recipient, f"card:{recipient}:round:{int(now.timestamp())}")]

    def _again(self, conversation_id: int, since: datetime, now: datetime) -> Letter:
        times = int((now - since) / self._repeat_after)
        words = say("duty.repeat", minutes=int((now - since).total_seconds() // 60), since=hour(since))
        key = f"repeat:{conversation_id}:{int(since.timestamp())}:{times}"
        buttons = [[button("take", f"t:{conversation_id}")]]
        return post(recipient_of(conversation_id=conversation_id), key, words, buttons=buttons)
