"""Spans of what a process does, from a citizen's message to its answer; off unless TRACES_URL is set (docs/how-to/observe.md).

A span bears marks of the list below, and a mark is a word of the code or a number: no name, address, text or number of a citizen.
Whatever else is given is told as ``other``. An error is told by its class alone.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from app.settings_watching import WatchingSettings
from core.channels import Channel, Outbound

MARKS = frozenset({"channel", "method", "outcome", "route", "status", "task", "try"})
CARRIED = "traceparent"
"""The argument of a job that says of which trace it is (W3C Trace Context)."""
OTHER = "other"
_WORD = re.compile(r"[A-Za-z0-9_./{}:-]{1,100}")

Mark = str | int


class Telling(Protocol):
    """A span that is open."""

    def mark(self, **marks: Mark) -> None:
        """Say more of it."""
        ...

    def rename(self, name: str) -> None:
        """Say what it was, when that is known later."""
        ...


class Tracer(Protocol):
    """Whoever takes spans."""

    def span(self, name: str, marks: Mapping[str, Mark], parent: str) -> AbstractContextManager[Telling]:
        """Open one below the present one, or below ``parent`` as it was carried."""
        ...

    def carried(self) -> str:
        """The present span for a job; empty without one."""
        ...

    def close(self) -> None:
        """Send what was not sent yet."""
        ...


class _Silent:
    def mark(self, **marks: Mark) -> None:
        """Nobody listens."""

    def rename(self, name: str) -> None:
        """Nobody listens."""


_SILENCE = nullcontext(_Silent())
_tracers: list[Tracer] = []
"""The tracer of this process, or none."""


@contextmanager
def traced_by(tracer: Tracer) -> Iterator[None]:
    """Give spans to this tracer while the block runs."""
    _tracers.append(tracer)
    try:
        yield
    finally:
        _tracers.remove(tracer)
        tracer.close()


@contextmanager
def traced(settings: WatchingSettings, process: str) -> Iterator[None]:
    """Send spans to the collector of the settings; without one nothing is loaded and nothing is done."""
    if not settings.traces_url:
        yield
        return
    from app.watching.exporting import tracer_to

    with traced_by(tracer_to(settings.traces_url, process, settings.traces_share)):
        yield


def span(name: str, parent: str = "", **marks: Mark) -> AbstractContextManager[Telling]:
    """A span for as long as the block lasts."""
    return _tracers[-1].span(name, marks, parent) if _tracers else _SILENCE


def carried() -> dict[str, str]:
    """What a job is given beside its arguments, so that its span belongs to the trace of its cause."""
    now = _tracers[-1].carried() if _tracers else ""
    return {CARRIED: now} if now else {}


def told(name: str, value: Mark) -> Mark:
    """The mark as it may be told. Raises KeyError for a name that is not on the list."""
    if name not in MARKS:
        raise KeyError(name)
    return value if isinstance(value, int) or _WORD.fullmatch(value) else OTHER


async def traced_job(call_next: Callable[[], Awaitable[object]], context: JobContext, _: Worker) -> object:
    """A middleware of the queue: the job's span is below that of whoever deferred it. A trace that nobody wants here is let go."""
    parent = str(context.job.task_kwargs.pop(CARRIED, ""))
    with span("job", parent, task=context.job.task_name, **{"try": context.job.attempts + 1}):
        return await call_next()


class TracedChannel:
    """A channel whose sending is a span."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def send(self, outbound: Outbound) -> str:
        """Deliver; raises DeliveryError."""
        with span("delivery.send", channel=self._channel.name):
            return await self._channel.send(outbound)
