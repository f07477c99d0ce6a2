"""The web process: the inbox with its API, the live stream, and the webhooks of the channels."""

import asyncio
import gc
from contextlib import AsyncExitStack

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from app.assembly import House, open_house
from app.carrier import Carrier
from app.logging import set_up_logging
from app.phone import open_site, spool_of, voice_channel
from app.readiness import readiness_of
from app.settings import Settings
from app.training import Training, open_training
from app.watching.draining import DrainingServer
from app.watching.figures import LISTENERS
from app.watching.measuring import Measured
from app.watching.serving import told_of
from core.lexicon.abuse import abuse_lexicon
from core.lexicon.emergency import emergency_lexicon
from core.lexicon.obscenity import obscenities
from core.lexicon.tokens import morphology
from core.logs import log
from core.phone.spool import Spool
from inbox.web.app import create_app
from inbox.web.live import LiveHub
from inbox.web.settings import InboxSettings

GRACE = 2
"""Seconds that open streams get when the process stops; without a limit one open page keeps it for ever."""
KEEP_ALIVE = 75
REPLAY_EVERY = 3.0
"""Seconds between looks into the spool of the journal of calls."""


def serve_web(settings: Settings) -> int:
    """Serve until stopped."""
    set_up_logging(settings.log, "web")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings))
    return 0


async def serve(settings: Settings) -> None:
    """Open the house, warm the knowledge base, serve; what was received is carried before the end."""
    async with open_house(settings) as house, Carrier(house.office.intake) as carrier, AsyncExitStack() as stack:
        await asyncio.gather(house.office.knowledge.warm(), asyncio.to_thread(warm_lexicons))
        voice = await _open_voice(house, stack)
        gc.freeze()  # what is loaded now stays: the collector need not look at it again
        training = await stack.enter_async_context(open_training(house))
        health = readiness_of(house, asyncio.Event(), serving=asyncio.Event())
        hooks = [*await webhooks(house, carrier), *voice, *health.routes]
        app = Measured(Front(build(house, training), hooks), hooks)
        await stack.enter_async_context(told_of(settings.watching, "web", health))
        config = uvicorn.Config(
            app,
            host=settings.web.web_host,
            port=settings.web.web_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=KEEP_ALIVE,
            proxy_headers=True,
        )
        log.info("web.starting", port=settings.web.web_port)
        await DrainingServer(config, health, settings.watching.drain_seconds).serve()


def warm_lexicons() -> None:
    """Load the word lists and the morphology before the first citizen writes."""
    for load in (emergency_lexicon, abuse_lexicon, obscenities, morphology):
        load()


def build(house: House, training: Training | None = None) -> FastAPI:
    """The inbox over the desks of this house."""
    office = house.office
    live = LiveHub(url=house.url, reading=office.operators.reading, sessions=office.staff.sessions, clock=house.clock)
    LISTENERS.set_function(lambda: live.listeners)
    settings = InboxSettings(
        public_url=house.settings.web.public_url,
        softphone_url=house.settings.voice.voice_sbc_url,
        has_telephone=house.wires.addresses is not None,
        provider_name=house.settings.oidc.oidc_name,
    )
    return create_app(office, settings, live, training)


class Front:
    """Sends webhooks and questions of health past the inbox's guards, which are made for browsers: a webhook has its own secret."""

    def __init__(self, inbox: FastAPI, webhooks: list[Route]) -> None:
        self._inbox = inbox
        self._webhooks = Router(webhooks)
        self._paths = tuple(route.path.partition("{")[0] for route in webhooks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        ours = scope["type"] == "http" and scope["path"].startswith(self._paths)
        await (self._webhooks if ours else self._inbox)(scope, receive, send)


async def webhooks(house: House, carrier: Carrier) -> list[Route]:
    """The address that Telegram calls, if updates are to come so; Telegram is told of it."""
    part = house.settings.telegram
    if part.telegram_token is None or part.telegram_mode != "webhook":
        return []
    from app.webhook import open_webhook  # with the bot's library

    return [await open_webhook(house, carrier)]


async def _open_voice(house: House, stack: AsyncExitStack) -> list[Route]:
    """The hooks of the telephone exchange, when there is one; what waits in the spool is written again when it can be."""
    channel = voice_channel(house.channels)
    if house.wires.addresses is None or channel is None:
        return []
    spool = spool_of(house.settings)
    site = await stack.enter_async_context(open_site(house.settings, house.office, house.wires, channel, house.clock, spool))
    replaying = asyncio.create_task(_replay_often(house, spool))
    stack.callback(replaying.cancel)
    return site.routes


async def _replay_often(house: House, spool: Spool) -> None:
    while True:
        try:
            left = await asyncio.to_thread(spool.abandoned, house.clock.now().timestamp())
            for one in (spool, *left):
                if not one.is_empty and (count := await one.replay(house.office.phone.journal)):
                    log.info("voice.replayed", entries=count)
        except Exception as error:  # noqa: BLE001  # the outermost loop: the database may still be away
            log.warning("voice.replay_failed", error=type(error).__name__)
        await asyncio.sleep(REPLAY_EVERY)
