"""The duty chat as a channel of the core: deliveries become topics, cards and messages of a supergroup."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram.error import BadRequest, RetryAfter, TelegramError

from bots import raw
from bots.staff.api import DutyBot
from bots.staff.layout import Step, card_step, lay_out
from bots.staff.listening import download
from bots.staff.pacing import DutyPacer, Pace
from bots.staff.posting import Place, Poster
from bots.staff.refusals import delivery_error, is_closed, is_gone, is_lost, is_unchanged, retry_seconds
from core.channels import DeliveryError, Inbound, Outbound
from core.duty.topics import CHANNEL, GENERAL, Topic, TopicKeeper, TopicState
from core.errors import NotFound, OfficeError
from core.logs import log

LoadFile = Callable[[str], Awaitable[bytes]]
"""The bytes under a storage key; raises an OfficeError when there are none."""


class DutyChannel:
    """Implements core.channels.Channel. A crash between making a topic and noting its number makes a second one: such a delivery is
    among the doubtful (ADR 0004)."""

    name = CHANNEL

    def __init__(
        self,
        bot: DutyBot,
        chat_id: int,
        *,
        topics: TopicKeeper,
        load_file: LoadFile,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.bot = bot
        self.chat_id = chat_id
        self._topics = topics
        self._load_file = load_file
        self._poster = Poster(bot)
        self._pacer = DutyPacer(pace or Pace(), clock, sleep)

    def read(self, payload: Any) -> Inbound | None:
        """No citizen writes here: what the staff do is read by DutyReader."""
        return None

    async def receive(self, payload: Any) -> None:
        """Nothing to do; buttons are answered by DutyListener."""

    async def show_typing(self, recipient: str) -> None:
        """Nobody waits for the bot's typing here."""

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """See core.channels.Channel."""
        return await download(self.bot, remote_id, limit)

    async def send(self, outbound: Outbound) -> str:
        """Bring the delivery into the duty chat; gives the number of the (last) message, empty when there is none.

        Raises DeliveryError; ``facts["parts_done"]`` as in bots.citizen.channel.
        """
        progress = Progress(raw.size(outbound.content, "parts_done"))
        try:
            if outbound.recipient.startswith("topic:"):
                return await self._to_topic(outbound, progress)
            chat = self.chat_id if outbound.recipient == GENERAL else _person(outbound.recipient)
            return await self._post(Place(chat=chat), outbound, progress)
        except TelegramError as failure:
            if isinstance(failure, RetryAfter):
                self._pacer.silence(self.chat_id, retry_seconds(failure))
            raise delivery_error(failure, progress.done) from None
        except DeliveryError as refused:
            raise delivery_error(refused, progress.done) from refused
        except NotFound as missing:
            raise delivery_error(DeliveryError(f"missing: {missing}", permanent=True), progress.done) from missing

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.close()

    async def _to_topic(self, outbound: Outbound, progress: "Progress") -> str:
        """A topic that somebody deleted by hand is made anew, one that was closed by hand is opened; once."""
        topic = await self._topic(outbound.recipient)
        try:
            return await self._in_topic(topic, outbound, progress)
        except BadRequest as refused:
            if is_closed(refused):
                await self._topics.shut(topic.id, is_shut=True)
            elif is_lost(refused):
                log.info("duty.topic_lost", topic=topic.id)
                await self._topics.lost(topic.id)
                progress.done = 0
            else:
                raise
            return await self._in_topic(await self._topic(outbound.recipient), outbound, progress)

    async def _topic(self, recipient: str) -> Topic:
        """A topic that was made in another group is to be made in this one."""
        topic = await self._topics.topic(recipient)
        if topic.chat_id in (None, self.chat_id):
            return topic
        return replace(topic, thread_id=None, card_message_id=None, is_shut=False)

    async def _in_topic(self, topic: Topic, outbound: Outbound, progress: "Progress") -> str:
        fresh = topic.card_message_id is None
        topic = await self._ready(topic, open_it=topic.state is TopicState.OPEN or outbound.content.get("do") == "post")
        place = Place(chat=self.chat_id, thread=topic.thread_id)
        sent = ""
        match outbound.content.get("do"):
            case "post":
                sent = await self._post(place, outbound, progress)
            case "edit":
                sent = await self._edit(place, outbound)
            case _ if not fresh:
                topic = await self._redraw(topic)
        if topic.state is TopicState.CLOSED and not topic.is_shut:
            await self._shut(topic, is_shut=True)
        return sent or str(topic.card_message_id or "")

    async def _ready(self, topic: Topic, *, open_it: bool) -> Topic:
        """Made in Telegram with its pinned card, and open if somebody is to write there. Each step is noted before the next."""
        if topic.thread_id is None:
            await self._pacer.wait(self.chat_id, topic.recipient)
            made = await self.bot.api.create_forum_topic(self.chat_id, topic.title)
            await self._topics.made(topic.id, self.chat_id, made.message_thread_id)
            topic = replace(topic, thread_id=made.message_thread_id, shown_title=topic.title, card_message_id=None, is_shut=False)
        if topic.is_shut and (open_it or topic.card_message_id is None):
            topic = await self._shut(topic, is_shut=False)
        return topic if topic.card_message_id is not None else await self._send_card(topic)

    async def _send_card(self, topic: Topic) -> Topic:
        await self._pacer.wait(self.chat_id, topic.recipient)
        place = Place(chat=self.chat_id, thread=topic.thread_id)
        number = await self._poster.say(place, card_step(topic.card), None, silent=False)
        await self._topics.carded(topic.id, number)
        try:
            await self.bot.api.pin_chat_message(self.chat_id, number, disable_notification=True)
        except BadRequest as refused:  # without the right to pin, the card is there all the same
            log.warning("duty.not_pinned", topic=topic.id, error=str(refused)[:100])
        return replace(topic, card_message_id=number)

    async def _redraw(self, topic: Topic) -> Topic:
        """Title and card as they shall be now; a card that was deleted by hand is sent again."""
        place = Place(chat=self.chat_id, thread=topic.thread_id)
        if topic.shown_title != topic.title:
            await self._rename(topic)
        await self._pacer.wait(self.chat_id, topic.recipient)
        try:
            await self._poster.change(place, topic.card_message_id or 0, card_step(topic.card))
        except BadRequest as refused:
            if is_gone(refused):
                return await self._send_card(topic)
            if not is_unchanged(refused):
                raise
        return topic

    async def _rename(self, topic: Topic) -> None:
        try:
            await self.bot.api.edit_forum_topic(self.chat_id, topic.thread_id or 0, name=topic.title)
        except BadRequest as refused:
            if not is_unchanged(refused):
                raise
        await self._topics.renamed(topic.id, topic.title)

    async def _edit(self, place: Place, outbound: Outbound) -> str:
        number = raw.size(outbound.content, "message_id")
        await self._pacer.wait(place.chat, outbound.recipient)
        try:
            await self._poster.change(place, number, Step(text=str(outbound.content.get("text") or "\u2026")))
        except BadRequest as refused:
            if not (is_unchanged(refused) or is_gone(refused)):
                raise
        return str(number)

    async def _post(self, place: Place, outbound: Outbound, progress: "Progress") -> str:
        steps = lay_out(outbound.content)
        if not steps:
            raise DeliveryError("nothing to send", permanent=True)
        sent, silent = 0, bool(outbound.content.get("silent"))
        for step in steps[progress.done :]:
            content = await self._content(step)
            await self._pacer.wait(place.chat, outbound.recipient)
            sent = await self._poster.say(place, step, content, silent=silent)
            progress.done += 1
        return str(sent or "")

    async def _content(self, step: Step) -> bytes | None:
        if step.file is None:
            return None
        try:
            return await self._load_file(step.file.key)
        except OfficeError as missing:
            raise DeliveryError(f"file: {missing.code}", permanent=True) from missing

    async def _shut(self, topic: Topic, *, is_shut: bool) -> Topic:
        deed = self.bot.api.close_forum_topic if is_shut else self.bot.api.reopen_forum_topic
        try:
            await deed(self.chat_id, topic.thread_id or 0)
        except BadRequest as refused:
            if not is_unchanged(refused):
                raise
        await self._topics.shut(topic.id, is_shut=is_shut)
        return replace(topic, is_shut=is_shut)


class Progress:
    """How many native messages of a delivery are out."""

    def __init__(self, done: int) -> None:
        self.done = done


def _person(recipient: str) -> int:
    """The private chat of ``person:<id>``; raises DeliveryError for anything else."""
    kind, _, number = recipient.partition(":")
    if kind != "person" or not number.isdigit():
        raise DeliveryError("no such recipient", permanent=True)
    return int(number)
