"""Telling the records system of appeals and taking its answers in: nothing lost, every failure shown (reg. 2.8.6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.errors import Conflict, NotFound
from core.logs import log
from core.records.answers import Effect, apply, quoted
from core.records.card import TasksOf, document_of
from core.records.model import RecordsMessage
from core.records.noting import note_change, note_moves
from core.records.port import RecordAnswer, RecordsError, RecordsSystem, RecordState, Written
from core.records.showing import RecordOnCard, RecordStep, as_told, in_own_journal, steps_of
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import TaskKind
from db.transactions import Transactions

BACKOFF = (60, 300, 900, 3600, 10800, 21600, 43200, 86400, 86400, 86400)
"""Seconds before each further try: almost four days, so that a share that is away over a weekend costs nothing."""
ALARM_AFTER = timedelta(hours=1)
"""How long a message may wait for a records system that cannot be reached before people are told."""
LEASE = timedelta(minutes=10)
"""How long a message belongs to the worker that took it; a crash gives it back after that."""
MOST_AT_ONCE = 500
"""Messages in one round."""

_TAKE = text(
    """
    UPDATE records_message t SET tries = t.tries + 1, next_try_at = :until, kind = CASE
        WHEN t.tries = 0 AND EXISTS (
            SELECT 1 FROM records_message c
            WHERE c.appeal_id = t.appeal_id AND c.id < t.id AND c.kind = 'doc_info' AND c.state IN ('written', 'registered')
        ) THEN 'report' ELSE t.kind END
    WHERE t.id = (
        SELECT m.id FROM records_message m
        WHERE m.state = 'waiting' AND m.next_try_at <= :now AND NOT EXISTS (
            SELECT 1 FROM records_message b WHERE b.appeal_id = m.appeal_id AND b.state = 'waiting' AND b.id < m.id
        )
        ORDER BY m.next_try_at, m.id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING t.id
    """
)


class RaiseTask(Protocol):
    """How a task for the staff is written in the caller's transaction; the same ``key`` is written once."""

    async def __call__(
        self, tx: AsyncSession, kind: TaskKind, now: datetime, *, key: str, for_role: str, appeal_id: int | None, problem: str
    ) -> bool:
        """Whether the task is new."""
        ...


class RecordsDesk:
    """The only one that talks to the records system; the worker calls it by the timetable."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, system: RecordsSystem, tasks_of: TasksOf, raise_task: RaiseTask
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._system = system
        self._tasks_of = tasks_of
        self._raise_task = raise_task

    async def note_moves(self) -> int:
        """Look for appeals that changed since the last time; gives how many. Nothing to do when our journal is the record."""
        if not self._system.exports:
            return 0
        async with self._transactions.begin() as tx:
            return await note_moves(tx, self._system.name, self._clock.now())

    async def round(self) -> None:
        """Take the answers in, look for changes, write what waits: the timetable's work."""
        await self.import_answers()
        await self.note_moves()
        await self.export_waiting()

    async def send_again(self, asker: Asker, appeal_id: int) -> None:
        """Tell a card anew that was refused or failed. Raises NotAllowed, NotFound, Conflict when nothing is to be repeated."""
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            if await tx.get(Appeal, appeal_id, with_for_update=True) is None:
                raise NotFound("no such appeal")
            shown = await self.state_of(tx, appeal_id)
            if shown is None or shown.state not in (RecordState.REFUSED, RecordState.FAILED):
                raise Conflict("nothing was refused or failed")
            await note_change(tx, appeal_id, now)
            await record(tx, now, "records.sent_again", f"appeal:{appeal_id}", staff_id=asker.id)
            await announce(tx, LiveKind.APPEAL, now, appeal_id=appeal_id)

    async def state_of(self, tx: AsyncSession, appeal_id: int) -> RecordOnCard | None:
        """What the card shows of the records system; None when it has not been told of this appeal. Raises NotFound."""
        if self._system.exports:
            return await as_told(tx, self._system.name, appeal_id)
        return await in_own_journal(tx, self._system.name, appeal_id)

    async def on_card(self, asker: Asker, appeal_id: int) -> tuple[RecordOnCard | None, Sequence[RecordStep]]:
        """``state_of`` for whoever reads the card, with what its history tells. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            return await self.state_of(tx, appeal_id), await steps_of(tx, appeal_id)

    async def export_waiting(self) -> int:
        """Write what waits, each appeal's messages in order; gives how many were written. Safe to run twice at a time.

        When the system cannot be reached the round ends: the others keep their tries.
        """
        written = 0
        while self._system.exports and written < MOST_AT_ONCE and (taken := await self._take()) is not None:
            try:
                async with self._transactions.begin() as tx:
                    document = await document_of(tx, await tx.get_one(RecordsMessage, taken), self._tasks_of)
                done = await self._system.write(document)
            except RecordsError as error:
                await self._note_failure(taken, error)
                if not error.permanent:
                    break
            else:
                await self._note_written(taken, done)
                written += 1
        return written

    async def import_answers(self) -> int:
        """Take the answers in; gives how many changed something. One that was not acknowledged comes again and changes nothing."""
        try:
            answers = await self._system.poll()
        except RecordsError as error:
            log.warning("records.unreadable", system=self._system.name, why=str(error))
            return 0
        taken = 0
        for answer in answers:
            effect = await self._take_in(answer)
            taken += effect is Effect.TAKEN
            try:
                await self._put_away(answer, effect)
            except RecordsError as error:
                log.warning("records.not_acknowledged", kind=answer.kind.value, why=str(error))
        return taken

    async def _take(self) -> int | None:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            taken: int | None = (await tx.execute(_TAKE, {"now": now, "until": now + LEASE})).scalar()
            return taken

    async def _note_written(self, message_id: int, done: Written) -> None:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            message = await _locked(tx, message_id)
            message.written_at, message.file_name, message.payload_digest = now, done.file_name, done.digest
            if message.state == RecordState.WAITING:
                message.state, message.error = RecordState.WRITTEN, ""
            await announce(tx, LiveKind.APPEAL, now, appeal_id=message.appeal_id)

    async def _note_failure(self, message_id: int, error: RecordsError) -> None:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            message = await _locked(tx, message_id)
            if message.state != RecordState.WAITING:
                return
            message.error = str(error)[:300]
            if error.permanent or message.tries > len(BACKOFF):
                await self._give_up(tx, message, now)
                return
            message.next_try_at = now + timedelta(seconds=BACKOFF[message.tries - 1])
            log.warning("records.not_written", message=message.id, tries=message.tries, why=message.error)
            if now - message.made_at >= ALARM_AFTER:
                key = f"records_unreachable:{self._clock.today()}"
                await self._raise(tx, key, None, "supervisor", problem="unreachable")

    async def _give_up(self, tx: AsyncSession, message: RecordsMessage, now: datetime) -> None:
        """A failed message is a task, never only a log line."""
        message.state = RecordState.FAILED
        log.error("records.failed", message=message.id, why=message.error)
        await self._end_badly(tx, message, now, problem="failed")

    async def _end_badly(self, tx: AsyncSession, message: RecordsMessage, now: datetime, problem: str) -> None:
        await self._raise(tx, f"records:{message.message_id}", message.appeal_id, "operator", problem=problem)
        await announce(tx, LiveKind.APPEAL, now, appeal_id=message.appeal_id)

    async def _raise(self, tx: AsyncSession, key: str, appeal_id: int | None, role: str, problem: str) -> None:
        now = self._clock.now()
        await self._raise_task(tx, TaskKind.RECORDS_REFUSED, now, key=key, for_role=role, appeal_id=appeal_id, problem=problem)

    async def _take_in(self, answer: RecordAnswer) -> Effect:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            message = await quoted(tx, answer)
            if message is None:
                return Effect.UNKNOWN
            effect = apply(message, answer, now)
            if effect is Effect.TAKEN:
                await record(tx, now, f"records.{answer.kind}", f"appeal:{message.appeal_id}", message=message.id)
                if message.state == RecordState.REFUSED:
                    await self._end_badly(tx, message, now, problem="refused")
                else:
                    await announce(tx, LiveKind.APPEAL, now, appeal_id=message.appeal_id)
            return effect

    async def _put_away(self, answer: RecordAnswer, effect: Effect) -> None:
        if effect in (Effect.UNKNOWN, Effect.CONTRADICTS):
            log.warning("records.set_aside", kind=answer.kind.value, why=effect.value)
            await self._system.set_aside(answer, effect.value)
        else:
            await self._system.acknowledge(answer)


async def _locked(tx: AsyncSession, message_id: int) -> RecordsMessage:
    return (await tx.exec(select(RecordsMessage).where(RecordsMessage.id == message_id).with_for_update())).one()
