"""The virtual citizens and departments act: each looks at the records and does what the scenario says comes next."""

import asyncio
import io
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import docx
from sqlmodel import col, select

from core.audit.live import LiveKind, announce
from core.conversations.model import Message
from core.deliveries.model import Delivery
from core.deliveries.outbox import lane_of
from core.errors import NotFound
from core.links.desk import LinkUsed, path_of
from core.mail.port import RawMail
from core.phone.entries import Dialled, Ended, LegMoved, Note, Opened
from core.phone.messages import MessageGiven
from core.phone.vocabulary import CallDirection, CallPlace, EventKind, LegKind, LegState
from core.requests.memos import MemoFile, MemoForm
from core.requests.model import InformationRequest
from core.requests.receiving import MAIL
from core.staff.asker import Asker
from core.training.facts import Facts, call_sid_of, conversation_of, facts_of
from core.training.room import Room, write_mail
from core.training.scenario import Note as Answer
from core.training.scenario import Scenario, Visitor
from core.vocabulary import Author, DeliveryState, LinkPurpose, MemoOutcome

SOURCE = "training"
MAILBOX = "training"
PREVIEW = 200
HUNG_UP = "caller hung up"

AllFacts = Mapping[str, Facts]


class Play:
    """One day's course. ``told`` are the things that were said already; every method gives what was said now."""

    def __init__(self, day: Scenario) -> None:
        self._day = day

    async def facts(self, room: Room) -> AllFacts:
        """Of every citizen, by key."""
        async with room.transactions.begin() as tx:
            return {one.key: await facts_of(tx, self._day, one) for one in self._day.visitors}

    async def step(self, room: Room, asker: Asker, told: Collection[str], opened_at: datetime) -> list[str]:
        """Deliver what waits; then each citizen says at most one thing, each department answers at most once.

        ``opened_at`` is when the day began, by the room's clock.
        """
        await room.office.intake.sweep(0.0)
        facts = await self.facts(room)
        done = stages_done(self._day, facts)
        said: list[str] = []
        for visitor in self._day.visitors:
            mine = facts[visitor.key]
            if "came" not in mine.words:
                if visitor.after <= done and room.clock.now() >= opened_at + timedelta(minutes=visitor.minute):
                    said.append(await self._come(room, asker, visitor, told))
            else:
                said += await self._go_on(room, visitor, mine, told)
        return [one for one in said if one]

    async def _come(self, room: Room, asker: Asker, visitor: Visitor, told: Collection[str]) -> str:
        key = f"{visitor.key}.came"
        if key in told:
            return ""
        match visitor.comes:
            case "voice":
                await self._ring(room, asker, visitor)
            case "left":
                await self._leave(room, visitor)
            case _:
                for number, words in enumerate(visitor.opening):
                    await self._say(room, visitor, words, f"{visitor.key}.{number}")
        return key

    async def _go_on(self, room: Room, visitor: Visitor, mine: Facts, told: Collection[str]) -> list[str]:
        for number, line in enumerate(visitor.lines):
            key = f"{visitor.key}.line{number}"
            if key not in told and line.once <= mine.words:
                await self._say(room, visitor, line.words, key)
                return [key]
        if visitor.comes == "voice" and mine.call is not None and _has_said_all(visitor, mine, told):
            await room.office.phone.journal.end(Ended(call_sid=mine.call.call_sid, at=room.clock.now(), because=HUNG_UP))
            return [f"{visitor.key}.hung_up"]
        for number, answer in enumerate(visitor.notes):
            key = f"{visitor.key}.note{number}"
            if key not in told and answer.once <= mine.words and mine.requests:
                await self._answer(room, mine.requests[-1], answer)
                return [key]
        return []

    async def _say(self, room: Room, visitor: Visitor, words: str, key: str) -> None:
        now = room.clock.now()
        if visitor.comes == "email":
            raw = write_mail(author=visitor.name, address=visitor.email, subject=visitor.subject, words=words, at=now, key=key)
            uid = int(now.timestamp() * 1000)
            await room.mails.take([RawMail(mailbox=MAILBOX, uid_validity=1, uid=uid, received_at=now, content=raw)])
            await room.carrier.carry()
        elif visitor.comes == "telegram":
            lane = lane_of("telegram", visitor.address)
            event = {"sender": visitor.address, "sender_name": visitor.given_name, "external_id": key, "text": words}
            await room.office.intake.store(SOURCE, key, lane, event)
            await room.office.intake.carry(lane)
        else:
            await write_heard(room, visitor, words, author=Author.CITIZEN)

    async def _ring(self, room: Room, asker: Asker, visitor: Visitor) -> None:
        """A caller who chose item 6 of the menu: the operator's telephone rings."""
        now, sid = room.clock.now(), call_sid_of(visitor)
        leg = Dialled(call_sid=sid, key=leg_of(visitor), kind=LegKind.OPERATOR, at=now, name=asker.full_name, staff_id=asker.id)
        await room.office.phone.journal.write(
            [
                Opened(call_sid=sid, direction=CallDirection.IN, started_at=now, caller=visitor.phone),
                Note(call_sid=sid, at=now, kind=EventKind.QUEUE, place=CallPlace.QUEUE, step=1),
                leg,
                LegMoved(call_sid=sid, at=now, state=LegState.RINGING, key=leg_of(visitor)),
            ]
        )

    async def _leave(self, room: Room, visitor: Visitor) -> None:
        """Item 5 of the menu."""
        now, sid = room.clock.now(), call_sid_of(visitor)
        journal = room.office.phone.journal
        await journal.open(Opened(call_sid=sid, direction=CallDirection.IN, started_at=now, caller=visitor.phone))
        given = MessageGiven(name=visitor.name, contact=visitor.phone, text=visitor.opening[0])
        await room.office.phone.messages.keep(sid, given, anyway=True)
        await journal.end(Ended(call_sid=sid, at=now, because=HUNG_UP))

    async def _answer(self, room: Room, request: InformationRequest, answer: Answer) -> None:
        """By the link in the letter about the request, and when that was used by an ordinary mail (2.8.10)."""
        file = None
        if answer.outcome is MemoOutcome.ANSWERED:
            file = MemoFile(file_name=f"{answer.number}.docx", content=await asyncio.to_thread(_memo, answer.words))
        form = MemoForm(
            number=answer.number,
            dated_on=room.clock.today(),
            signed_by=answer.signed_by,
            outcome=answer.outcome,
            reasons=answer.words if answer.outcome is MemoOutcome.CANNOT else "",
            file=file,
        )
        token = await _link_of(room, request)
        try:
            await room.office.requests.answer(token, form)
        except (LinkUsed, NotFound):
            await room.office.requests.receive_memo(request.id or 0, form, came_by=MAIL, asker=None)


def stages_done(day: Scenario, facts: AllFacts) -> frozenset[str]:
    """Which parts of the work are done: ``visitor.stage``."""
    return frozenset(f"{one.key}.{stage.key}" for one in day.visitors for stage in one.stages if stage.done <= facts[one.key].words)


def _has_said_all(visitor: Visitor, mine: Facts, told: Collection[str]) -> bool:
    """Whether the caller, who hangs up first (3.4), has nothing to add."""
    return "hung_up" not in mine.words and f"{visitor.key}.line{len(visitor.lines) - 1}" in told


def leg_of(visitor: Visitor) -> str:
    """The key of the operator's leg in it."""
    return f"training-{visitor.key}-operator"


async def write_heard(room: Room, visitor: Visitor, words: str, *, author: Author, staff_id: int | None = None) -> None:
    """What was said on the telephone, as the thread shows it; nothing before the call was answered."""
    async with room.transactions.begin() as tx:
        talk = await conversation_of(tx, visitor)
        if talk is None:
            return
        now = room.clock.now()
        message = Message(
            conversation_id=talk.id or 0, author=author, staff_id=staff_id, text=words, details={"spoken": True}, created_at=now
        )
        tx.add(message)
        talk.preview, talk.last_message_at, talk.last_author = words[:PREVIEW], now, author
        await tx.flush()
        await announce(tx, LiveKind.MESSAGE, now, conversation_id=talk.id or 0, message_id=message.id or 0)
        await announce(tx, LiveKind.CONVERSATION, now, conversation_id=talk.id or 0)


async def _link_of(room: Room, request: InformationRequest) -> str:
    """The token in the newest letter about the request; empty when none has arrived."""
    letters = select(Delivery).where(Delivery.subject == f"request:{request.id}", Delivery.state == DeliveryState.SENT)
    async with room.transactions.begin() as tx:
        letter = (await tx.exec(letters.order_by(col(Delivery.id).desc()))).first()
    _, found, rest = str(letter.content.get("text", "")).partition(path_of(LinkPurpose.REQUEST, "")) if letter else ("", "", "")
    return rest.split()[0].rstrip(".") if found and rest else ""


def _memo(words: str) -> bytes:
    """A note on paper; blocks: call it in a thread."""
    document = docx.Document()
    document.add_paragraph(words)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
