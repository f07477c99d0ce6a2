"""Puts the hooks together over the ports of the house."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from starlette.routing import Route

from channels.voice import patience
from channels.voice.addresses import Addresses
from channels.voice.errands import Errands
from channels.voice.going import GoingCalls
from channels.voice.hooks import Hooks
from channels.voice.journalling import Journalling
from channels.voice.lines import read_lines
from channels.voice.media import MediaShelf
from channels.voice.onward import Forwarding
from channels.voice.ports import Decide, Directions, Effects, FactsOf, Journal, MediaOf
from channels.voice.rendering import Rendering, Trunk
from channels.voice.repeats import Repeats
from channels.voice.running import Runner
from channels.voice.screening import Screening
from channels.voice.signature import Signatures
from channels.voice.statuses import Statuses
from channels.voice.steps import Steps
from core.clock import Clock
from core.logs import log


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePorts:
    """What the hooks need. The site enters ``journalling``; ``recordings`` loads by the recorder's key, ``media`` by digest."""

    journal: Journal
    journalling: Journalling
    effects: Effects
    facts_of: FactsOf
    directions: Directions
    media: MediaOf
    recordings: MediaOf
    decide: Decide
    speak: Callable[[str], str]
    clock: Clock


class VoiceSite:
    """The hooks, while the context lasts; on leaving, what lasts is finished and the journal is written.

    ``budget``: seconds for the effects of a hook. ``now``: unix seconds, for the window of
    signatures, which the exchange makes by its own machine's clock.
    """

    def __init__(
        self,
        ports: VoicePorts,
        addresses: Addresses,
        trunk: Trunk,
        *,
        webhook_secret: str,
        budget: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._journalling = ports.journalling
        self._runner = Runner(ports.decide, ports.effects, budget)
        self._hooks = replace(_hooks(ports, addresses, trunk, Signatures(webhook_secret), self._runner), now=now)

    @property
    def routes(self) -> list[Route]:
        """``/voice/...`` and ``/adulting``."""
        return self._hooks.routes()

    async def __aenter__(self) -> Self:
        await self._journalling.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._runner.settled()
        await self._journalling.__aexit__(kind, error, trace)


def _hooks(ports: VoicePorts, addresses: Addresses, trunk: Trunk, signatures: Signatures, runner: Runner) -> Hooks:
    lines, clock, journalling = read_lines(), ports.clock, ports.journalling
    going, repeats = GoingCalls(lambda call_sid: _newest_step(ports.journal, call_sid)), Repeats(ports.journal)
    rendering = Rendering(addresses, trunk, lines, ports.speak)
    steps = Steps(
        runner=runner,
        rendering=rendering,
        going=going,
        journalling=journalling,
        repeats=repeats,
        facts_of=ports.facts_of,
        clock=clock,
    )
    return Hooks(
        signatures=signatures,
        seals=addresses.seals,
        repeats=repeats,
        steps=steps,
        errands=Errands(
            steps=steps, rendering=rendering, going=going, directions=ports.directions, lines=lines.errand, clock=clock
        ),
        forwarding=Forwarding(steps=steps, going=going, directions=ports.directions, moment=lines.onward.moment),
        screening=Screening(rendering, ports.directions, journalling, lines.whisper, clock),
        statuses=Statuses(journalling, clock),
        media=MediaShelf(ports.media, ports.recordings, addresses.seals),
    )


async def _newest_step(journal: Journal, call_sid: str) -> int:
    try:
        async with asyncio.timeout(patience.STEP):
            return max(await journal.newest_step(call_sid), 0)
    except Exception as error:  # noqa: BLE001 - whatever ails the database, the caller is answered
        log.warning("voice.steps_unknown", error=type(error).__name__)
        return 0
