"""Carrying out what the dialogue commands, in the transaction that stores the turn (docs/dialogue-contract.md)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.desk import registered_words, status_words
from core.appeals.model import Appeal, Refusal
from core.appeals.registering import Registration, register
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.calendar import CalendarOf
from core.conversations.hand_off import enqueue, hand_off
from core.conversations.model import Conversation, LeftMessage
from core.conversations.situation import Situation
from core.conversations.turn import Reply, Turn
from core.dates import spoken_date
from core.dialogue import Command
from core.errors import NotRegistrable
from core.menu.items import menu_words
from core.menu.numbers import ADVICE_OTHERWISE, alarm_words, dispatch_numbers, dispatch_words
from core.news.choosing import NewsFreshness, current_news
from core.people.desk import Card, add_contact, applicant_for, card_of, set_name
from core.phone.messages import due_on
from core.vocabulary import ConversationMode, DeclineReason, ReplyForm, Urgency
from core.words import say

SHOWN = 10
OUTCOMES = {"bye": "informed", "abuse": "declined"}
"""The outcome of a contact (2.5.1) by the reason for which the dialogue closed it."""

_END_CONTACT = text(
    "UPDATE contact SET ended_at = :now, outcome = :outcome WHERE conversation_id = :conversation AND ended_at IS NULL"
)

Arguments = Mapping[str, Any]
Deed = Callable[[AsyncSession, Situation, Turn, Arguments, str], Awaitable[None]]


class Effects:
    """The commands by name. ``key`` identifies the inbound item, so that a repeated turn registers nothing twice."""

    def __init__(self, *, calendar_of: CalendarOf, dispatch_phones: tuple[str, str]) -> None:
        self._calendar_of = calendar_of
        self._dispatch_phones = dispatch_phones
        self._deeds: Mapping[str, Deed] = {
            "show_menu": self._show_menu,
            "play_news": self._play_news,
            "connect_dispatch": self._connect_dispatch,
            "alarm": self._alarm,
            "register_appeal": self._register_appeal,
            "appeal_status": self._appeal_status,
            "leave_message": self._leave_message,
            "hand_off": self._hand_off,
            "give_consent": self._give_consent,
            "refuse_consent": self._refuse_consent,
            "close": self._close,
        }

    @property
    def names(self) -> frozenset[str]:
        """Every command that is understood here."""
        return frozenset(self._deeds)

    async def carry_out(self, tx: AsyncSession, at: Situation, turn: Turn, command: Command, key: str, now: datetime) -> None:
        """One command; its words are added to the turn. An unknown command is the dialogue's bug: KeyError."""
        await self._deeds[command.do](tx, at, turn, {**command.arguments, "now": now}, key)

    async def _show_menu(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        notice = (await self._calendar_of(tx)).notice_of(arguments["now"])
        turn.say(menu_words(notice), menu=True)

    async def _play_news(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        news = await current_news(tx, arguments["now"])
        if news.placed_on is None:
            turn.say(say("news.none"))
            return
        found = "news.found" if news.freshness is NewsFreshness.FRESH else "news.old"
        words = say(found, date=spoken_date(news.placed_on), title=news.title, text=news.text)
        name = f"news-{news.placed_on}.mp3"
        sound = {"key": news.audio_key, "file_name": name, "media_type": news.audio_type, "kind": "audio"}
        turn.replies.append(Reply(text=words, files=(sound,) if news.audio_key else ()))

    async def _connect_dispatch(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        phones = tuple((phone, say("dispatch.title")) for phone in dispatch_numbers(self._dispatch_phones))
        turn.replies.append(Reply(text=dispatch_words(self._dispatch_phones), phones=phones, of_record=True))
        if at.operators_online:
            turn.say(say("dispatch.noted"))
        self._raise_alarm(at, turn, "dispatch", arguments["now"])

    async def _alarm(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        kind = str(arguments.get("kind") or ADVICE_OTHERWISE)
        turn.replies.insert(0, Reply(text=alarm_words(kind, self._dispatch_phones), of_record=True))
        if at.operators_online:
            turn.say(say("dispatch.noted"))
        self._raise_alarm(at, turn, kind, arguments["now"])

    def _raise_alarm(self, at: Situation, turn: Turn, kind: str, now: datetime) -> None:
        turn.alarm = kind
        turn.changes["emergency"] = True
        if at.operators_online:
            enqueue(at, turn, "emergency", now)

    async def _register_appeal(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        now: datetime = arguments["now"]
        conversation, card = await self._introduce(tx, at, arguments)
        what = Registration(
            text=str(arguments.get("description") or ""),
            address=str(arguments.get("address") or ""),
            urgency=Urgency(str(arguments.get("urgency") or Urgency.LONG_TERM)),
            reply_form=ReplyForm(str(arguments.get("reply_form") or ReplyForm.PHONE)),
            client_key=key,
        )
        try:
            appeal = await register(tx, conversation, card, what, await self._calendar_of(tx), now)
        except NotRegistrable:
            reason = DeclineReason.ANONYMOUS
            tx.add(Refusal(conversation_id=at.conversation_id, reason=reason, text=what.text, refused_at=now))
            slots = {"refusal_reason": say(f"refusal.{reason}")}
            self._must_tell(turn, "registration_refused", slots, say("appeal.refused", reason=slots["refusal_reason"]))
            return
        slots = {"registration_number": appeal.registration_number, "due_on": spoken_date(appeal.due_on)}
        self._must_tell(turn, "appeal_registered", slots, registered_words(appeal))

    async def _appeal_status(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        mine = select(Appeal).where(Appeal.applicant_id == at.applicant_id).order_by(col(Appeal.id).desc()).limit(SHOWN)
        appeals = (await tx.exec(mine)).all() if at.applicant_id is not None else []
        number = arguments.get("number")
        turn.say(status_words(appeals, str(number) if number else None))

    async def _leave_message(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        await self._introduce(tx, at, arguments)
        left = LeftMessage(
            conversation_id=at.conversation_id,
            full_name=str(arguments.get("full_name") or "")[:300],
            phone=str(arguments.get("phone") or "")[:32],
            email=str(arguments.get("email") or "")[:320],
            text=str(arguments.get("text") or ""),
            left_at=arguments["now"],
            due_on=due_on(await self._calendar_of(tx), arguments["now"]),
        )
        tx.add(left)
        self._must_tell(turn, "message_left", {}, say("message_left.stored"))
        await announce(tx, LiveKind.CONVERSATION, arguments["now"], conversation_id=at.conversation_id)

    async def _hand_off(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        calendar = await self._calendar_of(tx)
        await hand_off(tx, at, turn, str(arguments.get("reason") or ""), calendar, arguments["now"])

    async def _give_consent(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        applicant = await applicant_for(tx, await tx.get_one(Conversation, at.conversation_id), arguments["now"])
        if applicant.consent_at is None:
            applicant.consent_at = arguments["now"]
            await record(tx, arguments["now"], "consent.given", f"applicant:{applicant.id}", conversation=at.conversation_id)

    async def _refuse_consent(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        if not turn.replies:
            turn.say(say("consent.refused"))

    async def _close(self, tx: AsyncSession, at: Situation, turn: Turn, arguments: Arguments, key: str) -> None:
        reason = str(arguments.get("reason") or "bye")
        if reason == "abuse":
            tx.add(Refusal(conversation_id=at.conversation_id, reason=DeclineReason.ABUSIVE, refused_at=arguments["now"]))
        turn.changes.update(mode=ConversationMode.CLOSED, closed_at=arguments["now"], closed_as=reason)
        await tx.execute(
            _END_CONTACT, {"conversation": at.conversation_id, "now": arguments["now"], "outcome": OUTCOMES.get(reason, "informed")}
        )

    async def _introduce(self, tx: AsyncSession, at: Situation, arguments: Arguments) -> tuple[Conversation, Card]:
        """Write down who it is, as said in the form."""
        conversation = await tx.get_one(Conversation, at.conversation_id)
        applicant = await applicant_for(tx, conversation, arguments["now"])
        if name := str(arguments.get("full_name") or ""):
            set_name(applicant, name)
        if address := str(arguments.get("postal_address") or ""):
            applicant.postal_address = address[:500]
        for kind in ("phone", "email"):
            await add_contact(tx, applicant, kind, str(arguments.get(kind) or ""))
        await tx.flush()
        return conversation, await card_of(tx, applicant.id)

    def _must_tell(self, turn: Turn, intent: str, slots: Mapping[str, object], words: str) -> None:
        """The dialogue is told afterwards, in a turn of its own; ``words`` are said if it is not there."""
        turn.changes["pending_outcome"] = {"intent": intent, "slots": dict(slots), "words": words}
