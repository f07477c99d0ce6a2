"""A hook that jambonz sends again, with the same signature and body, has one effect and the same answer."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from channels.voice import patience
from channels.voice.ports import Journal
from channels.voice.verbs import Wire
from core.logs import log

MOST = 2000
"""Answers that this process remembers; a repeat comes within seconds."""


def digest_of(target: str, signature: str, body: bytes) -> str:
    """The identity of a hook: its address, signature and body."""
    return hashlib.sha256(b"\0".join((target.encode(), signature.encode(), body))).hexdigest()


class Repeats:
    """Remembers answers in this process, and those of hooks with effects for all processes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._answers: OrderedDict[str, asyncio.Task[Wire]] = OrderedDict()

    async def once(self, digest: str, answer: Callable[[], Awaitable[Wire]]) -> Wire:
        """The answer to this hook; a repeat that comes while the first is still being answered waits for it.

        What the first raises goes up and is not remembered: a repeat tries anew.
        """
        task = self._answers.get(digest)
        if task is None:
            task = self._answers[digest] = asyncio.ensure_future(_run(answer))
            task.add_done_callback(lambda done: self._forget_failed(digest, done))
            if len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return await asyncio.shield(task)

    async def answer_of(self, digest: str) -> Wire | None:
        """What another process answered; None also when the database cannot tell in time."""
        try:
            async with asyncio.timeout(patience.REPEAT):
                return await self._journal.answer_of(digest)
        except Exception as error:  # noqa: BLE001 - whatever ails the database, the caller is answered
            log.warning("voice.answers_away", error=type(error).__name__)
            return None

    async def keep(self, digest: str, verbs: Wire) -> None:
        """Keep the answer of a hook that had effects, before it is given."""
        try:
            async with asyncio.timeout(patience.REPEAT):
                await self._journal.keep_answer(digest, verbs)
        except Exception as error:  # noqa: BLE001 - whatever ails the database, the caller is answered
            log.warning("voice.answer_not_kept", error=type(error).__name__)

    def _forget_failed(self, digest: str, done: asyncio.Task[Wire]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._answers.pop(digest, None)


async def _run(answer: Callable[[], Awaitable[Wire]]) -> Wire:
    return await answer()
