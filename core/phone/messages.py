"""Messages left on the telephone: who, how to reach them, and the question, spoken or known (reg. 2.4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.calendar import CalendarOf, WorkCalendar
from core.clock import MOSCOW, Clock
from core.conversations.model import Conversation, LeftMessage, Message
from core.people.emails import find_emails
from core.people.phones import find_phones
from core.phone.entries import Note
from core.phone.folding import note, settle
from core.phone.model import PhoneCall
from core.phone.rows import legs_of, locked_call, write_events
from core.phone.settling import before, follow
from core.phone.talks import talk_of
from core.phone.vocabulary import CallResult, EventKind, RecordingKind, RecordingState
from core.staff.cleaning import clean_line, clean_text
from core.vocabulary import Author
from core.words import say
from db.transactions import Transactions

PREVIEW = 200
NAME, CONTACT, QUESTION = "name", "contact", "question"
PARTS = (NAME, CONTACT, QUESTION)
"""What 2.4.2 asks for, in the order in which it is asked."""

_LINK = text(
    "INSERT INTO recording (key, call_id, call_sid, kind, part, state, kept_at, file_name, channels, rate, seconds, size, peaks,"
    " silences, transcript, left_message_id, problem)"
    " VALUES (:key, :call, :sid, :kind, :part, :state, '', '', 1, 8000, :seconds, 0, '[]', '[]', '', :left, '')"
    " ON CONFLICT (key) DO UPDATE SET left_message_id = EXCLUDED.left_message_id,"
    " call_id = COALESCE(recording.call_id, EXCLUDED.call_id) RETURNING id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPart:
    """A part that was spoken; ``key``: of its recording, ``message:<call_sid>:<part>-<n>``. ``seconds``: 0 when unknown."""

    part: str
    key: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGiven:
    """What a caller left. ``contact``: a telephone or an e-mail in any form, typed or understood; ``text``: a transcript."""

    recorded: Sequence[RecordedPart] = ()
    name: str = ""
    contact: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``missing``: of name, contact and question, what 2.4.2 still asks for. ``message`` None: nothing was kept."""

    message: LeftMessage | None
    missing: tuple[str, ...]


class PhoneMessages:
    """Keeps what callers leave."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def keep(self, call_sid: str, given: MessageGiven, *, anyway: bool = False) -> Kept:
        """Keep the message for the next working day, with its recordings; the caller's own number is a contact.

        Where something is missing nothing is kept, so that it can be asked for; ``anyway``: the caller has gone, so that whatever
        there is is kept, unless it is nothing at all. A call keeps one message: a second one takes the place of the first.
        """
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            call = await locked_call(tx, call_sid, now)
            phones, emails = find_phones(given.contact, expected=True), find_emails(given.contact)
            phone = phones[0] if phones else "" if emails else call.caller
            missing = _missing(given, has_contact=bool(phone or emails))
            spoken = {one.part for one in given.recorded}
            nothing = not spoken and not given.text.strip()
            if nothing or (missing and not anyway):
                return Kept(message=None, missing=missing)
            calendar = await self._calendar_of(tx)
            talk = await talk_of(tx, call, now)
            left = await _left(tx, call, talk, given, now)
            left.phone, left.email = phone, emails[0] if emails else ""
            left.due_on = due_on(calendar, now)
            await tx.flush()
            recordings = [await _link(tx, call, left, one) for one in given.recorded]
            await _say(tx, talk, left, recordings, now)
            await self._note(tx, call, left, calendar, now)
            return Kept(message=left, missing=missing)

    async def _note(self, tx: AsyncSession, call: PhoneCall, left: LeftMessage, calendar: WorkCalendar, now: datetime) -> None:
        legs = await legs_of(tx, call.id or 0)
        was = before(call, legs)
        line = Note(
            call_sid=call.call_sid,
            at=now,
            kind=EventKind.MESSAGE,
            details={"left_message_id": left.id},
            reached=CallResult.MESSAGE,
        )
        note(call, line)
        settle(call, legs)
        await write_events(tx, call.id or 0, [line])
        await follow(tx, call, legs, was, calendar, now)


def due_on(calendar: WorkCalendar, now: datetime) -> date:
    """The working day on which a message is heard: the next one; before the office opens, the day that begins."""
    if calendar.is_open(now):
        return calendar.next_working(now.astimezone(MOSCOW).date())
    return calendar.next_opening(now).astimezone(MOSCOW).date()


def _missing(given: MessageGiven, *, has_contact: bool) -> tuple[str, ...]:
    spoken = {one.part for one in given.recorded}
    there = {NAME: bool(given.name.strip()), CONTACT: has_contact, QUESTION: bool(given.text.strip())}
    return tuple(part for part in PARTS if part not in spoken and not there[part])


async def _left(tx: AsyncSession, call: PhoneCall, talk: Conversation, given: MessageGiven, now: datetime) -> LeftMessage:
    """The message of this call, made when there is none that waits."""
    same = select(LeftMessage).where(LeftMessage.call_id == call.id, LeftMessage.reviewed_at == None)  # noqa: E711  # SQL
    left = (await tx.exec(same.with_for_update())).first()
    if left is None:
        left = LeftMessage(conversation_id=talk.id or 0, full_name="", text="", call_id=call.id, left_at=now)
        tx.add(left)
    left.full_name, left.text = clean_line(given.name, 300), clean_text(given.text).strip()
    return left


async def _link(tx: AsyncSession, call: PhoneCall, left: LeftMessage, one: RecordedPart) -> int:
    """The recording belongs to the message, also when the recorder has not told of it yet."""
    values = {
        "key": one.key[:64],
        "call": call.id,
        "sid": call.call_sid,
        "kind": RecordingKind.MESSAGE.value,
        "part": one.part[:16],
        "state": RecordingState.EXPECTED.value,
        "seconds": one.seconds,
        "left": left.id,
    }
    return int((await tx.execute(_LINK, values)).scalar_one())


async def _say(tx: AsyncSession, talk: Conversation, left: LeftMessage, recordings: Sequence[int], now: datetime) -> None:
    """A line in the conversation, so that the inbox's lists and threads show the message."""
    words = left.text or say("phone.spoken_message")
    details = {"left_message_id": left.id, "recordings": list(recordings)}
    message = Message(conversation_id=talk.id or 0, author=Author.CITIZEN, text=words, details=details, created_at=now)
    tx.add(message)
    talk.preview, talk.last_message_at, talk.last_author = words[:PREVIEW], now, Author.CITIZEN
    talk.version += 1
    await tx.flush()
    await announce(tx, LiveKind.MESSAGE, now, conversation_id=talk.id or 0, message_id=message.id or 0)
    await announce(tx, LiveKind.CONVERSATION, now, conversation_id=talk.id or 0)
