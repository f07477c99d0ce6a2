"""The live stream: each event is loaded, put into the API's words and encoded once, then handed to every open screen."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi.sse import format_sse_event
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from core.audit.live import CHANNEL, LiveKind
from core.clock import Clock
from core.conversations.reading import Happening, Reading
from core.logs import log
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.sessions import ENDED_CHANNEL, Sessions
from core.tasks.desk import ALARMS
from inbox.web import mapping, schemas
from inbox.web.listener import listen
from inbox.web.masking import covered
from inbox.web.presence import PresenceBoard

QUEUE = 256
"""Events that a slow screen may lag behind; then it loads its lists anew."""
REPLAY = timedelta(minutes=15)
OVERLAP = 64
"""Numbers are given before the commit, so an event may be committed after one with a higher number: a replay goes back this far."""
REMEMBERED = 4096
SWEEP_SECONDS = 15.0
GATHERING = 0.02
"""Seconds in which news is gathered: one load for a whole turn, and after its answer was sent rather than before."""
PRESENCE_CHANNEL = "presence"


@dataclass(frozen=True, slots=True)
class Encoded:
    """An event: its data, and ``wire``, the bytes of it; ``number`` is None for what is never replayed."""

    number: int | None
    data: str
    wire: bytes
    event: BaseModel

    def shown_to(self, asker: Asker) -> "Encoded":
        """The event as the asker may see it: without personal data for who may not read them (ADR 0033)."""
        return self if asker.may(Ability.READ_PERSONAL) else _encoded(self.number, covered(self.event))


@dataclass(eq=False, slots=True)
class Subscription:
    """One open screen. None in the queue ends it."""

    asker: Asker
    queue: asyncio.Queue[Encoded | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def offer(self, event: Encoded | None, instead: Encoded | None) -> None:
        """Put an event; a full queue is emptied and gets ``instead``."""
        if event is None or self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            event = event and instead
        self.queue.put_nowait(event)


class LiveHub:
    """The screens of one process."""

    def __init__(self, *, url: str, reading: Reading, sessions: Sessions, clock: Clock, channel: str = CHANNEL) -> None:
        """``channel``: where the events of the tables that ``reading`` reads are notified."""
        self._channel = channel
        self._url = url.replace("+psycopg", "", 1)
        self._reading = reading
        self._sessions = sessions
        self._clock = clock
        self.presence = PresenceBoard()
        self.ready = asyncio.Event()
        self._screens: set[Subscription] = set()
        self._news: asyncio.Queue[int] = asyncio.Queue()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._newest = 0
        self._started = 0

    @property
    def listeners(self) -> int:
        """How many screens are open."""
        return len(self._screens)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LiveHub"]:
        """Listen and hand out while the block runs; the streams end with it."""
        channels = (self._channel, PRESENCE_CHANNEL, ENDED_CHANNEL)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(listen(self._url, channels, self._heard, self._catch_up)),
                group.create_task(self._hand_out()),
                group.create_task(self._sweep_often()),
            ]
            try:
                yield self
            finally:
                self.end(self._screens)
                for task in tasks:
                    task.cancel()

    @asynccontextmanager
    async def screen(self, asker: Asker) -> AsyncIterator[Subscription]:
        """A screen that gets everything from now on."""
        subscription = Subscription(asker)
        self._screens.add(subscription)
        try:
            yield subscription
        finally:
            self._screens.discard(subscription)

    async def missed(self, asker: Asker, last: str | None) -> list[Encoded]:
        """What a screen missed since the event ``last``; a resync when that cannot be told, and for a screen that starts."""
        newest = max(self._newest, await self._reading.newest_event())
        if not asker.may(Ability.READ_INBOX):
            return []
        if last is None or not (last.isascii() and last.isdigit() and len(last) < 19):
            return [_resync(newest)]
        number = int(last)
        since = self._clock.now() - REPLAY
        found = await self._reading.happenings_since(max(0, number - OVERLAP), since, QUEUE + OVERLAP)
        if (number and (number > newest or all(one.id != number for one in found))) or len(found) == QUEUE + OVERLAP:
            return [_resync(newest)]
        return [one.shown_to(asker) for one in _replayed(found, number)]

    def end(self, screens: Iterable[Subscription]) -> None:
        """Close these streams."""
        for screen in list(screens):
            screen.offer(None, None)

    async def sweep(self) -> None:
        """Forget viewers who are gone and close the streams of sessions that ended."""
        for conversation_id in self.presence.expire(self._clock.now()):
            self._show_presence(conversation_id)
        open_now = await self._sessions.still_open({screen.asker.session for screen in self._screens})
        self.end(screen for screen in self._screens if screen.asker.session not in open_now)

    def _heard(self, channel: str, payload: str) -> None:
        try:
            if channel == self._channel:
                self._news.put_nowait(int(payload))
            elif channel == ENDED_CHANNEL:
                self.end(screen for screen in self._screens if screen.asker.session == payload)
            else:
                self._seen_by(json.loads(payload))
        except (ValueError, KeyError, TypeError) as error:  # whoever may use the database may notify anything
            log.warning("live.unreadable", channel=channel, error=type(error).__name__)

    def _seen_by(self, seen: dict[str, Any]) -> None:
        viewer = schemas.Viewer(id=seen["staff_id"], full_name=seen["full_name"], typing=seen["typing"])
        for conversation_id in self.presence.show(seen["conversation_id"], viewer, self._clock.now()):
            self._show_presence(conversation_id)

    def _show_presence(self, conversation_id: int) -> None:
        viewers = self.presence.viewers(conversation_id)
        event = schemas.PresenceChanged(kind="presence", conversation_id=conversation_id, viewers=viewers)
        self._hand(_encoded(None, event))

    async def _catch_up(self) -> None:
        """After a (re)connection: what was committed while nobody listened."""
        try:
            newest = await self._reading.newest_event()
            if self.ready.is_set() and newest > self._newest:
                since = self._clock.now() - REPLAY
                missed = await self._reading.happenings_since(max(0, self._newest - OVERLAP), since, QUEUE + OVERLAP)
                for one in missed:
                    if one.id > self._started:
                        self._hand_once(one)
            self._started = self._started if self.ready.is_set() else newest
            self._newest = max(newest, self._newest)
        except SQLAlchemyError as error:
            log.warning("live.catch_up_failed", error=type(error).__name__)
            self._resync_all()
        self.ready.set()

    async def _hand_out(self) -> None:
        """Take all the news that is there, load it once."""
        while True:
            ids = {await self._news.get()}
            await asyncio.sleep(GATHERING)
            while not self._news.empty():
                ids.add(self._news.get_nowait())
            if not self._screens:  # nobody looks: a screen that opens later starts from the newest number
                self._newest = max(self._newest, *ids)
                continue
            try:
                for one in await self._reading.happenings(ids):
                    self._hand_once(one)
            except Exception as error:  # noqa: BLE001  # the outermost loop: one bad event must not stop the stream of all
                log.error("live.load_failed", error=type(error).__name__)
                self._resync_all()

    def _hand_once(self, one: Happening) -> None:
        if one.id in self._seen:
            return
        self._seen[one.id] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self._newest = max(self._newest, one.id)
        event = _view(one)
        if event is not None:
            self._hand(_encoded(one.id, event))

    def _hand(self, event: Encoded) -> None:
        """Everything here is about conversations and appeals, so it is for those who may read them."""
        instead = _resync(self._newest)
        for screen in self._screens:
            if screen.asker.may(Ability.READ_INBOX):
                screen.offer(event.shown_to(screen.asker), instead)

    def _resync_all(self) -> None:
        self._hand(_resync(self._newest))

    async def _sweep_often(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001  # the outermost loop: it goes on when the database is back
                log.error("live.sweep_failed", error=type(error).__name__)


def _view(one: Happening) -> BaseModel | None:
    """The event in the API's words; None when what it was about is gone."""
    if one.kind is LiveKind.MESSAGE:
        if one.message is None:
            return None
        return schemas.MessageAdded(kind="message", conversation_id=one.conversation_id, message=mapping.message(one.message))
    if one.kind is LiveKind.APPEAL:
        return schemas.AppealChanged(kind="appeal", appeal_id=one.appeal_id)
    if one.kind is LiveKind.TASK:
        about = {"task_id": one.task_id, "task": one.task, "for_role": one.for_role, "appeal_id": one.appeal_id or None}
        return schemas.TaskChanged.model_validate({"kind": "task", **about, "is_alarm": one.task in ALARMS, "again": one.again})
    if one.kind is LiveKind.CALL:
        return schemas.CallChanged(kind="call", call_id=one.call_id)
    if one.line is None:
        return None
    if one.kind is LiveKind.ALARM:
        return schemas.Alarm(kind="alarm", conversation_id=one.conversation_id, words=one.words, alarm=one.alarm)
    if one.kind is LiveKind.HANDED_OFF:
        return schemas.HandedOff(kind="handed_off", row=mapping.row(one.line))
    return schemas.ConversationChanged(kind="conversation", row=mapping.row(one.line))


def _encoded(number: int | None, event: BaseModel) -> Encoded:
    data = event.model_dump_json()
    wire = format_sse_event(data_str=data, id=None if number is None else str(number))
    return Encoded(number, data, wire, event)


def _resync(newest: int) -> Encoded:
    return _encoded(newest, schemas.Resync(kind="resync"))


def _replayed(found: list[Happening], number: int) -> list[Encoded]:
    """In order, each thing once as it stands now; sounds are not repeated for what the screen had."""
    latest = {_subject(one): one for one in found if one.id != number}
    chosen = sorted(latest.values(), key=lambda one: one.id)
    steady = (LiveKind.CONVERSATION, LiveKind.MESSAGE, LiveKind.APPEAL, LiveKind.CALL)
    events = [(max(one.id, number), _view(one)) for one in chosen if one.id > number or one.kind in steady]
    return [_encoded(at, event) for at, event in events if event is not None]


def _subject(one: Happening) -> tuple[LiveKind, int, int, int]:
    """What an event is about: of several about one thing the newest is told."""
    return one.kind, one.conversation_id or one.appeal_id or one.call_id, one.message.id if one.message else 0, one.task_id
