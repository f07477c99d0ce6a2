"""The duty chat: its desks wired by hand, and its process: polling, relaying, the rounds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from app.assembly import House
from app.jobs import QueuedJobs
from bots.staff.channel import DutyChannel
from bots.staff.listening import DutyListener
from bots.staff.polling import DutyPoller
from bots.staff.reading import DutyReader
from bots.staff.registration import register_duty_bot
from bots.staff.words import load_words
from core.calendars.keeping import CalendarKeeper
from core.channels import DeliveryError
from core.deliveries.outbox import Outbox
from core.duty.cards import Cards
from core.duty.deeds import Deeds
from core.duty.desk import DutyDesk
from core.duty.handing import HandingDesk
from core.duty.hearing import DutyHearing
from core.duty.intake import DutyIntake
from core.duty.relay import Relay
from core.duty.rounds import DutyRounds
from core.duty.telling import Teller
from core.duty.topics import TopicBook
from core.logs import log
from db.locks import NamedLocks

RELAY_EVERY = 0.5
ROUND_EVERY = 20.0
SWEEP_EVERY = 2.0
LEFT_BEHIND = 5.0
"""Seconds between the steps of the loops, and after which an unhandled update counts as left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Everything that the duty process works with."""

    channel: DutyChannel
    reader: DutyReader
    desk: DutyDesk
    intake: DutyIntake
    relay: Relay
    rounds: DutyRounds

    async def store(self, payload: Mapping[str, Any]) -> str | None:
        """Commit one update; gives its lane, None for what does not concern us and for a repeat."""
        identity = self.reader.identity(payload)
        if identity is None:
            return None
        external_id, lane, position = identity
        return lane if await self.intake.store(external_id, lane, payload, position=position) else None


@asynccontextmanager
async def open_duty(house: House) -> AsyncIterator[Duty | None]:
    """Wire the duty chat; None when it is not set up."""
    channel = house.channels.get("duty")
    if not isinstance(channel, DutyChannel):
        yield None
        return
    locks = NamedLocks(house.url)
    try:
        yield _wired(house, channel, locks)
    finally:
        await locks.close()


async def run_duty(house: House, duty: Duty, stopping: asyncio.Event) -> None:
    """Poll, relay and do the rounds until stopped; each update is stored before its offset is confirmed."""
    try:
        for problem in await register_duty_bot(duty.channel.bot, duty.channel.chat_id, load_words()):
            log.warning("duty.chat_problem", problem=problem)
    except DeliveryError as away:
        log.warning("duty.not_registered", error=str(away))
    async with asyncio.TaskGroup() as tasks:

        async def take(payload: Mapping[str, Any]) -> None:
            lane = await duty.store(payload)
            if lane is not None:
                tasks.create_task(_safely("carry", lambda: duty.intake.carry(lane)))

        tasks.create_task(_forever("relay", duty.relay.relay_once, RELAY_EVERY, stopping))
        tasks.create_task(_forever("rounds", duty.rounds.round, ROUND_EVERY, stopping))
        tasks.create_task(_forever("sweep", lambda: duty.intake.sweep(LEFT_BEHIND), SWEEP_EVERY, stopping))
        log.info("duty.ready")
        await DutyPoller(duty.channel.bot, take).run(stopping)


def _wired(house: House, channel: DutyChannel, locks: NamedLocks) -> Duty:
    given: dict[str, Any] = {"transactions": house.transactions, "clock": house.clock}
    part, outbox = house.settings.duty, Outbox(QueuedJobs(house.queue))
    cards = Cards(house.settings.web.public_url)
    reader = DutyReader(channel.bot.id, channel.chat_id)
    listener = DutyListener(channel.bot, reader)
    desk, teller = DutyDesk(staff=house.office.staff, **given), Teller(outbox=outbox, **given)
    deeds = Deeds(
        transactions=house.transactions,
        operators=house.office.operators,
        handing=HandingDesk(outbox=outbox, **given),
        teller=teller,
        fetch=listener.fetch,
    )
    hearing = DutyHearing(desk=desk, topics=TopicBook(**given), deeds=deeds, teller=teller)
    rounds = DutyRounds(
        locks=locks,
        outbox=outbox,
        cards=cards,
        calendar_of=CalendarKeeper().calendar_of,
        repeat_after=timedelta(minutes=part.duty_repeat_minutes),
        digest_at=time(part.duty_digest_hour),
        **given,
    )
    return Duty(
        channel=channel,
        reader=reader,
        desk=desk,
        intake=DutyIntake(locks=locks, hearing=hearing, port=listener, **given),
        relay=Relay(locks=locks, outbox=outbox, cards=cards, **given),
        rounds=rounds,
    )


async def _forever(name: str, step: Callable[[], Awaitable[object]], every: float, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await _safely(name, step)
        try:
            async with asyncio.timeout(every):
                await stopping.wait()
        except TimeoutError:
            continue


async def _safely(name: str, step: Callable[[], Awaitable[object]]) -> None:
    try:
        await step()
    except Exception:  # noqa: BLE001  # the outermost loop: the database may be restarting, the next step tries again
        log.exception("duty.step_failed", step=name)
