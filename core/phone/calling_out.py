"""Calls that applicants are owed, made by the exchange: an operator is rung first, or a reply is told (reg. 2.8.8, 2.8.11).

Nobody is dialled twice: the row of a call is there before the exchange is asked to dial, and the exchange is asked for what it
knows before that. What is not known counts as a call that goes on.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import text
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.calls.desk import CallEnded
from core.calls.model import CallTask
from core.clock import MOSCOW, Clock
from core.dates import spoken_date
from core.errors import Conflict, NotFound
from core.people.phones import display_phone, find_phones
from core.phone.entries import Ended, Opened, Why
from core.phone.journal import PhoneJournal
from core.phone.lines import line_of
from core.phone.model import PhoneCall
from core.phone.port import DialOrder, Exchange, ExchangeCall, ExchangeRefused
from core.phone.rows import NOT_DIALLED_YET
from core.phone.switching import NoLine
from core.phone.vocabulary import CallDirection, LineKind, Script
from core.regulation import DAY
from core.replies.model import Reply
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import CallPurpose
from core.words import say, texts
from db.transactions import Transactions

TASK, PHONE_CALL = "task", "phone_call"
"""Names in the tag that the exchange brings back with every hook of the call."""
DIALLING = 0x6469616C
"""Advisory lock, with a number's hash: of one number one call at a time is placed."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:dialling, hashtext(:phone))")


class QuietHours(Conflict):
    """Nobody is called at this hour; ``facts['until']``: when it may be tried."""

    code = "quiet_hours"


class AlreadyCalling(Conflict):
    """A call to this person goes on, or may go on."""

    code = "already_calling"


class NeedsPerson(Conflict):
    """A closing call is talked by an operator: a machine cannot ask whether the matter was carried out (2.8.11)."""

    code = "needs_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Nobody is called from one hour until the other, in Moscow; the same hour twice: there is no quiet time."""

    from_hour: int
    until_hour: int

    def ends(self, now: datetime) -> datetime | None:
        """When the quiet time ends that it is now; None when it is none."""
        local = now.astimezone(MOSCOW)
        over_night = self.from_hour > self.until_hour
        after, early = local.hour >= self.from_hour, local.hour < self.until_hour
        if not ((after or early) if over_night else (after and early)):
            return None
        day = local.date() + DAY if over_night and after else local.date()
        return datetime.combine(day, time(), MOSCOW) + timedelta(hours=self.until_hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What an outgoing call is for. ``introduction`` is said to who answers; ``words``: the reply; ``phone``: the applicant's."""

    script: Script
    purpose: CallPurpose
    introduction: str
    words: str
    phone: str
    applicant_name: str
    appeal_id: int


class CallingOut:
    """Makes the calls of the operators' list."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, journal: PhoneJournal, exchange: Exchange, quiet: Quiet
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._journal = journal
        self._exchange = exchange
        self._quiet = quiet

    async def call(self, asker: Asker, call_task_id: int) -> PhoneCall:
        """Ring the asker's telephone, and the applicant when the asker has taken the call.

        Raises NotAllowed, QuietHours, NotFound, CallEnded, AlreadyCalling, NoLine, and what the exchange raises. After ExchangeAway
        it is not known whether it rings: the call counts as going until the sweeper knows more.
        """
        return await self._dial(asker, call_task_id, Script.OPERATOR_FIRST)

    async def tell(self, asker: Asker, call_task_id: int) -> PhoneCall:
        """Dial the applicant and tell the reply; only a key that they press shows that it was heard.

        Raises NeedsPerson for a closing call, and what ``call`` raises.
        """
        return await self._dial(asker, call_task_id, Script.MESSAGE)

    async def task_of(self, phone_call_id: int) -> Task | None:
        """What a call is for that was answered; None when it is not owed any more."""
        async with self._transactions.begin() as tx:
            call = await tx.get(PhoneCall, phone_call_id)
            task = await tx.get(CallTask, call.call_task_id) if call is not None and call.call_task_id else None
            if call is None or task is None or task.state != "open" or not call.script:
                return None
            appeal = await tx.get_one(Appeal, task.appeal_id)
            reply = await tx.get(Reply, task.reply_id) if task.reply_id else None
            return _task(Script(call.script), task, appeal, reply.body if reply else "")

    async def _dial(self, asker: Asker, call_task_id: int, script: Script) -> PhoneCall:
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        if (until := self._quiet.ends(now)) is not None:
            raise QuietHours(until=until)
        going = await self._exchange.calls()
        async with self._transactions.begin() as tx:
            task = await _owed(tx, call_task_id, script)
            await _must_be_free(tx, task, going)
            kind, address = await _address(tx, asker, task, script)
            call = PhoneCall(
                call_sid=f"{NOT_DIALLED_YET}{uuid.uuid4().hex}",
                direction=CallDirection.OUT,
                caller=task.phone,
                appeal_id=task.appeal_id,
                call_task_id=call_task_id,
                staff_id=asker.id,
                script=script,
                started_at=now,
            )
            tx.add(call)
            await tx.flush()
            await announce(tx, LiveKind.CALL, now, call_id=call.id or 0)
        await self._order(call, DialOrder(address_kind=kind, address=address, tag=_tag(call)))
        return call

    async def _order(self, call: PhoneCall, order: DialOrder) -> None:
        """One request, never repeated; a refusal ends the call that never was."""
        placed = call.call_sid
        try:
            sid = await self._exchange.dial_out(order)
        except ExchangeRefused:
            await self._journal.end(Ended(call_sid=placed, at=self._clock.now(), because=Why.FAILED, failed=True))
            raise
        opened = Opened(call_sid=sid, direction=CallDirection.OUT, started_at=call.started_at, phone_call_id=call.id)
        await self._journal.open(opened)
        call.call_sid = sid


def _tag(call: PhoneCall) -> dict[str, str]:
    return {PHONE_CALL: str(call.id), TASK: str(call.call_task_id)}


async def _owed(tx: AsyncSession, call_task_id: int, script: Script) -> CallTask:
    """The owed call, locked: two who press the button at once are served one after the other."""
    task = await tx.get(CallTask, call_task_id, with_for_update=True, populate_existing=True)
    if task is None:
        raise NotFound("no such call")
    if task.state != "open":
        raise CallEnded(state=task.state)
    if script is Script.MESSAGE and task.purpose != CallPurpose.REPLY:
        raise NeedsPerson()
    return task


async def _must_be_free(tx: AsyncSession, task: CallTask, known: Iterable[ExchangeCall]) -> None:
    """Raises AlreadyCalling when we or the exchange know a call for this task or with this number; two tasks may have the same."""
    await tx.execute(_ONE_AT_A_TIME, {"dialling": DIALLING, "phone": task.phone})
    same = or_(col(PhoneCall.call_task_id) == task.id, col(PhoneCall.caller_mark) == task.phone)
    ours = select(PhoneCall.id).where(col(PhoneCall.ended_at).is_(None), same)
    if (number := (await tx.exec(ours)).first()) is not None:
        raise AlreadyCalling(phone_call_id=number)
    for one in known:
        numbers = {*find_phones(one.to), *find_phones(one.caller)}
        if one.tag.get(TASK) == str(task.id) or task.phone in numbers:
            raise AlreadyCalling(call_sid=one.call_sid)


async def _address(tx: AsyncSession, asker: Asker, task: CallTask, script: Script) -> tuple[str, str]:
    if script is Script.MESSAGE:
        return LineKind.PHONE, task.phone
    line = await line_of(tx, asker.id)
    if line is None:
        raise NoLine()
    return line.kind, line.address


def _task(script: Script, task: CallTask, appeal: Appeal, answer: str) -> Task:
    purpose = CallPurpose(task.purpose)
    facts = {
        "centre": say("centre.name"),
        "number": appeal.registration_number,
        "registered": spoken_date(appeal.registered_at.astimezone(MOSCOW).date()),
        "applicant": appeal.applicant_name,
        "phone": display_phone(task.phone),
        "purpose": texts()["phone"]["purpose"][purpose.value],
    }
    return Task(
        script=script,
        purpose=purpose,
        introduction=say("phone.errand_message" if script is Script.MESSAGE else "phone.errand_operator", **facts),
        words=say("phone.reply", answer=answer, **facts) if answer else "",
        phone=task.phone,
        applicant_name=appeal.applicant_name,
        appeal_id=task.appeal_id,
    )
