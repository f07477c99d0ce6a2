"""Sending what waits, in order for each person, with a defined end for every failure (design decision 5)."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.channels import DeliveryError, Outbound, Sender
from core.clock import Clock
from core.deliveries import statements
from core.deliveries.model import Delivery
from core.deliveries.outbox import lane_of
from core.logs import log
from core.people.emails import WRITTEN
from core.vocabulary import DeliveryState
from db.locks import NamedLocks
from db.transactions import Transactions

BACKOFF = (1, 5, 30, 120, 600, 1800, 3600, 3600)
"""Seconds before each further try; when they are used up the delivery has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An unsent delivery as it was read."""

    id: int
    message_id: int | None
    channel: str
    recipient: str
    content: Mapping[str, Any]
    of_record: bool
    state: str
    tries: int
    next_try_at: datetime
    conversation_id: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How one delivery ended this time."""

    row: Row
    provider_id: str = ""
    error: DeliveryError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One person on one channel: what goes to them keeps its order."""

    channel: str
    recipient: str

    @property
    def name(self) -> str:
        """The name of its lock."""
        return lane_of(self.channel, self.recipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a delivery with a subject ended: sent, delivered, bounced or failed."""

    delivery_id: int
    subject_id: int
    state: DeliveryState
    at: datetime
    error: str = ""


def told_error(error: object) -> str:
    """What was answered, without the address in it: that stands sealed beside it."""
    return WRITTEN.sub("…", str(error))[:300]


Follower = Callable[[AsyncSession, Ended], Awaitable[None]]
"""Told in the transaction that records the end."""


class DeliveryDesk:
    """Sends the unsent deliveries of a lane one after another, each recorded."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        locks: NamedLocks,
        channels: Mapping[str, Sender],
        clock: Clock,
        followers: Mapping[str, Follower] | None = None,
    ) -> None:
        self._transactions = transactions
        self._locks = locks
        self._channels = channels
        self._clock = clock
        self._followers = dict(followers or {})

    async def drain_of(self, delivery_id: int) -> None:
        """Send what waits in the lane of this delivery; nothing when it was erased meanwhile."""
        async with self._transactions.begin() as tx:
            found = (await tx.execute(statements.LANE, {"id": delivery_id})).one_or_none()
        if found is not None:
            await self.drain(Lane(channel=found.channel, recipient=found.recipient))

    async def drain(self, lane: Lane) -> None:
        """Send what waits in the lane, under its lock."""
        if await self._unsent(lane):
            async with self._locks.hold(lane.name):
                await self.drain_held(lane)

    async def drain_if_free(self, lane: Lane) -> None:
        """The same, unless somebody is at work in this lane already."""
        async with self._locks.hold_if_free(lane.name) as held:
            if held:
                await self.drain_held(lane)

    async def drain_held(self, lane: Lane) -> None:
        """Send what waits in the lane; the caller holds its lock.

        A row found in ``sending`` was left so by a crash (nobody else may be sending under this lock): it is sent once more and
        flagged doubtful. So nothing is lost, and a duplicate can only be among the doubtful (ADR 0004).
        """
        while rows := await self._unsent(lane):
            for row in rows:
                if row.next_try_at > self._clock.now():
                    return
                async with self._transactions.begin() as tx:
                    await tx.execute(statements.CLAIM, {"id": row.id})
                sent = await self.send(row)
                await self.note([sent], row.conversation_id)
                if sent.error is not None:
                    break
            else:
                continue
            return

    async def send(self, row: Row) -> Sent:
        """One try, outside any transaction."""
        if row.channel not in self._channels:
            return Sent(row=row, error=DeliveryError(f"the channel {row.channel} is not set up"))
        outbound = Outbound(delivery_id=row.id, message_id=row.message_id, recipient=row.recipient, content=row.content)
        try:
            provider_id = await self._channels[row.channel].send(outbound)
        except DeliveryError as error:
            return Sent(row=row, error=error)
        return Sent(row=row, provider_id=provider_id)

    async def note(self, sent: list[Sent], conversation_id: int | None) -> None:
        """Record how the tries ended; whoever follows a delivery is told in the same transaction."""
        done = [{"id": one.row.id, "provider": one.provider_id[:300]} for one in sent if one.error is None]
        followed = [one.row for one in sent if one.error is None and one.row.subject]
        if followed:
            async with self._transactions.begin() as tx:
                await tx.execute(statements.SENT, {"done": json.dumps(done), "now": self._clock.now()})
                for row in followed:
                    await self._tell(tx, row, DeliveryState.SENT)
        elif done:
            async with self._transactions.each_alone() as connection:
                await connection.execute(statements.SENT, {"done": json.dumps(done), "now": self._clock.now()})
        for one in sent:
            if one.error is not None:
                async with self._transactions.begin() as tx:
                    await self._note_failure(tx, one.row, one.error, conversation_id)

    async def _tell(self, tx: AsyncSession, row: Row, state: DeliveryState, error: str = "") -> None:
        name, _, number = row.subject.partition(":")
        follower = self._followers.get(name)
        if follower is not None:
            ended = Ended(delivery_id=row.id, subject_id=int(number), state=state, at=self._clock.now(), error=error)
            await follower(tx, ended)

    async def put_back(self, delivery_ids: list[int]) -> None:
        """Give rows that were claimed but not tried back to the queue."""
        async with self._transactions.begin() as tx:
            await tx.execute(statements.PUT_BACK, {"ids": delivery_ids})

    async def due_lanes(self, older_than: float) -> list[Lane]:
        """Lanes with something that should have been sent at least ``older_than`` seconds ago."""
        async with self._transactions.begin() as tx:
            before = self._clock.now() - timedelta(seconds=older_than)
            found = await tx.execute(statements.DUE, {"before": before, "channels": list(self._channels)})
            return [Lane(channel=row.channel, recipient=row.recipient) for row in found]

    async def report(self, tx: AsyncSession, delivery: Delivery, state: DeliveryState, error: str = "") -> None:
        """A mail server told later what became of a sent delivery: it arrived, or it came back.

        What came back goes the way of a delivery that failed: its follower is told, or an operator looks at the conversation.
        """
        if delivery.state in (state, DeliveryState.BOUNCED, DeliveryState.FAILED):
            return
        now = self._clock.now()
        delivery.state, delivery.error, delivery.delayed_at = state, told_error(error), None
        await tx.flush()
        row = _row(delivery)
        if row.subject:
            await self._tell(tx, row, state, delivery.error)
        elif state is DeliveryState.BOUNCED and row.conversation_id is not None:
            await tx.execute(statements.TASK, {"now": now, "conversation": row.conversation_id})
            await announce(tx, LiveKind.HANDED_OFF, now, conversation_id=row.conversation_id)
        if row.message_id is not None and row.conversation_id is not None:
            await announce(tx, LiveKind.MESSAGE, now, conversation_id=row.conversation_id, message_id=row.message_id)

    async def _unsent(self, lane: Lane) -> list[Row]:
        async with self._transactions.begin() as tx:
            found = await tx.execute(statements.UNSENT, {"channel": lane.channel, "recipient": lane.recipient})
            return [Row(**row) for row in found.mappings()]

    async def _note_failure(self, tx: AsyncSession, row: Row, error: DeliveryError, conversation_id: int | None) -> None:
        now = self._clock.now()
        if error.permanent or row.tries >= len(BACKOFF):
            log.warning("delivery.failed", delivery=row.id, blocked=error.blocked)
            await self._give_up(tx, row, error, conversation_id)
        else:
            wait = error.retry_after if error.retry_after is not None else BACKOFF[row.tries]
            content = {**row.content, "parts_done": error.facts.get("parts_done", row.content.get("parts_done", 0))}
            again = {"id": row.id, "at": now + timedelta(seconds=wait), "error": told_error(error), "content": content}
            await tx.execute(statements.AGAIN, {**again, "maybe_sent": bool(error.facts.get("maybe_sent"))})
        if row.message_id is not None and conversation_id is not None:
            await announce(tx, LiveKind.MESSAGE, now, conversation_id=conversation_id, message_id=row.message_id)

    async def _give_up(self, tx: AsyncSession, row: Row, error: DeliveryError, conversation_id: int | None) -> None:
        """A failed delivery is an operator's task, never only a log line: its follower's, or the conversation's."""
        now = self._clock.now()
        await tx.execute(statements.FAILED, {"id": row.id, "error": told_error(error)})
        if error.blocked:
            await tx.execute(statements.BLOCKED, {"now": now, "channel": row.channel, "recipient": row.recipient})
        if row.subject:
            await self._tell(tx, row, DeliveryState.FAILED, told_error(error))
        elif row.of_record and conversation_id is not None:
            await tx.execute(statements.TASK, {"now": now, "conversation": conversation_id})
            await announce(tx, LiveKind.HANDED_OFF, now, conversation_id=conversation_id)


def _row(delivery: Delivery) -> Row:
    """A delivery that was read as an entity."""
    return Row(
        id=delivery.id or 0,
        message_id=delivery.message_id,
        channel=delivery.channel,
        recipient=delivery.recipient,
        content=delivery.content,
        of_record=delivery.of_record,
        state=delivery.state,
        tries=delivery.tries,
        next_try_at=delivery.next_try_at,
        conversation_id=delivery.conversation_id,
        subject=delivery.subject,
    )


def first_state(unsent_before: int) -> DeliveryState:
    """A live turn sends its own answer at once, unless older deliveries of the person still wait."""
    return DeliveryState.WAITING if unsent_before else DeliveryState.SENDING
