"""Who did what in which topic, and which deed that is. Strangers get nothing."""

import re

from core.duty.deeds import OUTCOMES, Deeds
from core.duty.desk import DutyDesk, WrongCode, looks_like_code
from core.duty.inbound import SILENT, DutyDeed, DutyInbound, Notice
from core.duty.posts import general, post
from core.duty.telling import Teller
from core.duty.topics import GENERAL, Topic, TopicBook
from core.errors import TooManyTries
from core.logs import log
from core.staff.asker import Asker
from core.words import say

CODE_COMMANDS = frozenset({"start", "code"})
PRESSED = re.compile(r"(?P<deed>[thcox]):(?P<id>[1-9]\d{0,17})(?::(?P<what>[a-z_]{1,16}|[1-9]\d{0,17}))?")
"""take, hand over, close, take over (from), cancel; of which conversation; to whom, from whom or as what."""


class DutyHearing:
    """Turns what came in into deeds."""

    def __init__(self, *, desk: DutyDesk, topics: TopicBook, deeds: Deeds, teller: Teller) -> None:
        self._desk = desk
        self._topics = topics
        self._deeds = deeds
        self._teller = teller

    async def hear(self, inbound: DutyInbound) -> Notice:
        """Do it; gives what a pressed button is answered with. What was said is answered in its topic."""
        asker = await self._desk.member(inbound.telegram_id)
        if inbound.private:
            return await self._alone(inbound, asker)
        if asker is None:
            await self._note_stranger(inbound)
            return SILENT
        topic = await self._topics.of_thread(inbound.chat_id, inbound.thread_id) if inbound.thread_id is not None else None
        notice = await self._in_topic(asker, topic, inbound)
        if inbound.deed is DutyDeed.PRESSED or not notice.text:
            return notice
        recipient = GENERAL if topic is None else topic.recipient
        await self._teller.tell(post(recipient, f"say:{inbound.key}", notice.text, silent=True, reply_to=inbound.message_id))
        return SILENT

    async def _alone(self, inbound: DutyInbound, asker: Asker | None) -> Notice:
        """Private: a right code binds; a member is helped; a stranger gets no answer at all, not even that a code was wrong."""
        if inbound.deed is not DutyDeed.SAID:
            return SILENT
        code = inbound.argument if inbound.command in CODE_COMMANDS else inbound.text
        words = say("duty.help") if asker is not None else ""
        if looks_like_code(code):
            try:
                bound = await self._desk.bind(inbound.telegram_id, code)
                words = say("duty.bound", name=bound.full_name)
            except (WrongCode, TooManyTries) as refused:
                log.info("duty.code_refused", code=refused.code)
        if words:
            await self._teller.tell(post(f"person:{inbound.telegram_id}", f"say:{inbound.key}", words))
        return SILENT

    async def _note_stranger(self, inbound: DutyInbound) -> None:
        """Once for each account, without what was written: the supervisor decides whether they belong here."""
        words = say("duty.stranger", name=inbound.name or say("duty.nameless"), id=inbound.telegram_id)
        await self._teller.tell(general(f"stranger:{inbound.telegram_id}", words, silent=True))

    async def _in_topic(self, asker: Asker, topic: Topic | None, inbound: DutyInbound) -> Notice:
        if inbound.command == "help" and inbound.deed is DutyDeed.SAID:
            return Notice(text=say("duty.help"))
        if topic is None:
            if inbound.deed is DutyDeed.PRESSED:
                return Notice(text=say("duty.say.stale"))
            known = inbound.command in {"take", "note", "close", "hand"} and inbound.deed is DutyDeed.SAID
            return Notice(text=say("duty.say.no_topic")) if known else SILENT
        if topic.conversation_id is None:
            return await self._of_appeal(asker, topic, inbound)
        match inbound.deed:
            case DutyDeed.SAID:
                return await self._said(asker, topic.conversation_id, inbound)
            case DutyDeed.EDITED:
                return await self._deeds.edited(asker, topic.conversation_id, inbound)
            case DutyDeed.PRESSED:
                return await self._pressed(asker, topic.conversation_id, inbound)

    async def _said(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        match inbound.command:
            case "":
                return await self._deeds.reply(asker, conversation_id, inbound)
            case "note":
                return await self._deeds.note(asker, conversation_id, inbound)
            case "take":
                return await self._deeds.take(asker, conversation_id, inbound)
            case "hand":
                return await self._deeds.offer_hand_over(asker, conversation_id, inbound)
            case "close" if inbound.argument.strip() in OUTCOMES:
                return await self._deeds.close(asker, conversation_id, inbound, inbound.argument.strip())
            case "close":
                return await self._deeds.offer_outcomes(asker, conversation_id, inbound)
        return Notice(text=say("duty.say.unknown_command"))

    async def _pressed(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        read = PRESSED.fullmatch(inbound.pressed)
        if read is None or int(read["id"]) != conversation_id:
            return Notice(text=say("duty.say.stale"))
        deed, what = read["deed"], read["what"] or ""
        match deed:
            case "t":
                return await self._deeds.take(asker, conversation_id, inbound)
            case "o" if what.isdigit():
                return await self._deeds.take(asker, conversation_id, inbound, holder=int(what))
            case "h" if what == "bot" or what.isdigit():
                return await self._deeds.hand_over(asker, conversation_id, inbound, what)
            case "h" if not what:
                return await self._deeds.offer_hand_over(asker, conversation_id, inbound)
            case "c" if what in OUTCOMES:
                return await self._deeds.close(asker, conversation_id, inbound, what)
            case "c" if not what:
                return await self._deeds.offer_outcomes(asker, conversation_id, inbound)
            case "x":
                return await self._deeds.cancel(inbound)
        return Notice(text=say("duty.say.stale"))

    async def _of_appeal(self, asker: Asker, topic: Topic, inbound: DutyInbound) -> Notice:
        """The staff talk among themselves here; a note goes to the conversation from which the appeal came."""
        if inbound.deed is not DutyDeed.SAID or inbound.command != "note":
            return SILENT
        conversation_id = await self._topics.conversation_of_appeal(topic.appeal_id or 0)
        if conversation_id is None:
            return Notice(text=say("duty.say.no_conversation"))
        return await self._deeds.note(asker, conversation_id, inbound)
