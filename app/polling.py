"""The processes that poll Telegram: the citizens' bot, and the staff's duty chat."""

from app.assembly import open_house
from app.carrier import Carrier
from app.duty import open_duty, run_duty
from app.intake import store_update
from app.logging import set_up_logging
from app.processes import stop_event
from app.readiness import readiness_of
from app.settings import Settings
from app.telegram import telegram_of
from app.watching.serving import told_of
from bots.citizen.polling import Poller
from core.logs import log


async def bots(settings: Settings) -> int:
    """Poll Telegram until stopped: each update is stored before its offset is confirmed."""
    set_up_logging(settings.log, "bots")
    stopping = stop_event()
    async with open_house(settings) as house, Carrier(house.office.intake) as carrier:
        telegram = telegram_of(house.channels)
        if telegram is None:
            log.error("bots.no_token")
            return 2
        await telegram.setup()
        log.info("bots.ready")
        poller = Poller(telegram, lambda payload: store_update(telegram, house.office.intake, carrier, payload))
        async with told_of(settings.watching, "bots", readiness_of(house, stopping)):
            await poller.run(stopping)
    return 0


async def duty(settings: Settings) -> int:
    """The staff's duty chat until stopped: what happens is told there, and what the staff do there is carried out."""
    set_up_logging(settings.log, "duty")
    stopping = stop_event()
    async with open_house(settings) as house, open_duty(house) as wired:
        if wired is None:
            log.error("duty.not_set_up")
            return 2
        async with told_of(settings.watching, "duty", readiness_of(house, stopping, talks=False)):
            await run_duty(house, wired, stopping)
    return 0
