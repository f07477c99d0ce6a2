"""Carries out what the menu asks for, by the desks of the office."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from channels.voice.asking import TOLD, Asking
from channels.voice.kinds import kinds
from channels.voice.menu.browsing import MOST_CHOICES
from channels.voice.menu.model import Choice, Doing, Effect, Happened, Happening, Party
from channels.voice.ports import LiveCall
from core.clock import Clock
from core.errors import OfficeError
from core.knowledge.search import Hit
from core.logs import log
from core.news.choosing import CurrentNews, NewsFreshness
from core.phone.answers import PhoneAnswers
from core.phone.call_backs import CallBackDesk
from core.phone.entries import Entry, Note
from core.phone.messages import MessageGiven, PhoneMessages, RecordedPart
from core.phone.operators import Busy, Found, OperatorQueue
from core.phone.vocabulary import CallResult, LegKind
from core.vocabulary import ChannelName

REFUSED = Happening(kind=Happened.REFUSED)
STORED = Happening(kind=Happened.STORED)
ARTICLE = "ask_article"
"""The intent of an article that was chosen from a list; its turn is kept like any other."""


class Catalogue(Protocol):
    """Whoever knows the articles."""

    async def listed(self) -> Sequence[Hit]:
        """What a citizen may read today, by kind and title."""
        ...


class News(Protocol):
    """Whoever knows the news of the day."""

    async def current(self) -> CurrentNews:
        """What is heard now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The desks that callers need. ``later`` writes into the journal of calls behind the answer.

    ``media``: the address of a stored sound; ``told`` and ``moment``: the news and a moment in words.
    """

    asking: Asking
    catalogue: Catalogue
    news: News
    operators: OperatorQueue
    call_backs: CallBackDesk
    messages: PhoneMessages
    answers: PhoneAnswers
    later: Callable[[Entry], None]
    clock: Clock
    media: Callable[[str], str]
    told: Callable[[CurrentNews], str]
    moment: Callable[[datetime], str]


Deed = Callable[[LiveCall, Effect], Awaitable[Happening]]


class OfficeEffects:
    """The deeds by name."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks
        self._behind: set[asyncio.Task[None]] = set()
        self._deeds: Mapping[Doing, Deed] = {
            Doing.ASK: self._ask,
            Doing.LIST_CATEGORIES: self._list_categories,
            Doing.LIST_ARTICLES: self._list_articles,
            Doing.READ_ARTICLE: self._read_article,
            Doing.NEWS: self._news,
            Doing.FIND_OPERATOR: self._find_operator,
            Doing.LEAVE_QUEUE: self._leave_queue,
            Doing.CALL_BACK: self._call_back,
            Doing.KEEP_MESSAGE: self._keep_message,
            Doing.SEND_ANSWER: self._send_answer,
            Doing.ALARM: self._alarm,
            Doing.WARN: self._warn,
            Doing.REACHED: self._reached,
        }

    async def carry_out(self, call: LiveCall, effect: Effect) -> Happening:
        """The outcome; what the office refuses becomes REFUSED with the refusal's code."""
        try:
            return await self._deeds[effect.doing](call, effect)
        except OfficeError as refused:
            log.info("voice.refused", doing=effect.doing, call_sid=call.call_sid, code=refused.code)
            return Happening(kind=Happened.REFUSED, status=refused.code)

    async def settled(self) -> None:
        """Wait until what goes on behind the answers is done."""
        while self._behind:
            await asyncio.wait(self._behind)

    async def _ask(self, call: LiveCall, effect: Effect) -> Happening:
        message, _, index = effect.choice.partition(":")
        button = (int(message), int(index)) if message.isdecimal() and index.isdecimal() else None
        return await self._desks.asking.ask(call, words=effect.words, intent=effect.intent, button=button)

    async def _list_categories(self, call: LiveCall, effect: Effect) -> Happening:
        named = kinds()
        numbers = [number for number, _ in groupby(await self._desks.catalogue.listed(), key=lambda hit: hit.item_no or 0)]
        return _page([Choice(title=named[number], value=str(number)) for number in numbers if number in named], effect.page)

    async def _list_articles(self, call: LiveCall, effect: Effect) -> Happening:
        there = [hit for hit in await self._desks.catalogue.listed() if str(hit.item_no or 0) == effect.choice]
        return _page([Choice(title=hit.title, value=str(hit.article_id)) for hit in there], effect.page)

    async def _read_article(self, call: LiveCall, effect: Effect) -> Happening:
        return await self._desks.asking.ask(call, intent=ARTICLE, article=effect.choice)

    async def _news(self, call: LiveCall, effect: Effect) -> Happening:
        news = await self._desks.news.current()
        if news.freshness is NewsFreshness.NONE:
            return Happening(kind=Happened.NEWS, status=news.freshness.value)
        url = self._desks.media(news.phone_key) if news.phone_key else ""
        self._note(call, TOLD, reached=CallResult.INFORMED)
        return Happening(kind=Happened.NEWS, status=news.freshness.value, words=self._desks.told(news), url=url)

    async def _find_operator(self, call: LiveCall, effect: Effect) -> Happening:
        found = await self._desks.operators.find_operator(call.call_sid)
        match found:
            case Found():
                party = Party(
                    kind=LegKind.OPERATOR.value,
                    address_kind=found.address_kind,
                    address=found.address,
                    leg=found.leg,
                    name=found.name,
                )
                return Happening(kind=Happened.OPERATOR_FOUND, party=party)
            case Busy():
                return Happening(kind=Happened.NOBODY_FREE, status="busy", position=found.position)
        return Happening(kind=Happened.NOBODY_FREE, status="closed", opening=self._desks.moment(found.opening))

    async def _leave_queue(self, call: LiveCall, effect: Effect) -> Happening:
        await self._desks.operators.leave_queue(call.call_sid)
        return STORED

    async def _call_back(self, call: LiveCall, effect: Effect) -> Happening:
        await self._desks.call_backs.ask(call.call_sid, effect.words or call.caller)
        return STORED

    async def _keep_message(self, call: LiveCall, effect: Effect) -> Happening:
        parts = [
            RecordedPart(part=take.rpartition("-")[0], key=f"message:{call.call_sid}:{take}") for take in effect.choice.split()
        ]
        kept = await self._desks.messages.keep(call.call_sid, MessageGiven(recorded=parts, contact=effect.words), anyway=True)
        return STORED if kept.message is not None else REFUSED

    async def _send_answer(self, call: LiveCall, effect: Effect) -> Happening:
        await self._desks.answers.send(call.call_sid, call.caller, ChannelName(effect.channel), effect.words)
        return STORED

    async def _alarm(self, call: LiveCall, effect: Effect) -> Happening:
        """The caller is put through at once; that the operators' screens learn of it is seen to meanwhile."""
        self._desks.later(Note(call_sid=call.call_sid, at=self._desks.clock.now(), kind="alarm", emergency=True))
        self._go_on(self._tell_of_danger(call, effect.words))
        return STORED

    async def _warn(self, call: LiveCall, effect: Effect) -> Happening:
        self._note(call, "abuse", refused=bool(effect.intent))
        return STORED

    async def _reached(self, call: LiveCall, effect: Effect) -> Happening:
        self._note(call, TOLD, reached=CallResult(effect.words))
        return STORED

    async def _tell_of_danger(self, call: LiveCall, words: str) -> None:
        await self._desks.asking.ask(call, words=words)

    def _note(self, call: LiveCall, kind: str, *, reached: CallResult | None = None, **details: Any) -> None:
        self._desks.later(Note(call_sid=call.call_sid, at=self._desks.clock.now(), kind=kind, reached=reached, details=details))

    def _go_on(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work), name=f"voice-{uuid.uuid4().hex[:8]}")
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - nobody waits for it; the caller is with the dispatch service already
        log.error("voice.behind_failed", error=type(error).__name__)


def _page(choices: Sequence[Choice], page: int) -> Happening:
    """Some of the choices, as many as keys tell apart."""
    first = max(page, 0) * MOST_CHOICES
    shown = tuple(choices[first : first + MOST_CHOICES])
    return Happening(kind=Happened.LISTED, choices=shown, more=len(choices) > first + MOST_CHOICES)
