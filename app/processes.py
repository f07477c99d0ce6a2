"""Processes without a web server: the worker, and the watcher of the mailboxes."""

import asyncio
import signal

from app.assembly import open_house
from app.logging import set_up_logging
from app.mail import mailboxes_of, run_mail
from app.readiness import readiness_of
from app.settings import Settings
from app.watching.looking import look
from app.watching.serving import told_of
from app.worker import run_worker
from core.logs import log


def stop_event() -> asyncio.Event:
    """Set by SIGINT or SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def worker(settings: Settings) -> int:
    """Work until stopped."""
    set_up_logging(settings.log, "worker")
    stopping = stop_event()
    async with open_house(settings) as house:
        health = readiness_of(house, stopping)
        async with told_of(settings.watching, "worker", health, lambda: look(house.engine)):
            await run_worker(house, stopping, on_ready=lambda: log.info("worker.ready"))
    return 0


async def mail(settings: Settings) -> int:
    """Watch the mailboxes and carry what comes until stopped."""
    set_up_logging(settings.log, "mail")
    stopping = stop_event()
    async with open_house(settings) as house:
        mailboxes = mailboxes_of(settings.mailbox)
        if not mailboxes:
            log.error("mail.not_set_up")
            return 2
        async with told_of(settings.watching, "mail", readiness_of(house, stopping, talks=False)):
            await run_mail(house, mailboxes, stopping)
    return 0
