"""The worker process: jobs of the queue, the timetable, and taking up what a crash left behind."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import aiohttp
from procrastinate import App, RetryStrategy
from procrastinate.exceptions import ConnectorException

from app.assembly import House
from app.gathering import register_gathering
from app.keeping import register_keeping
from app.quality import register_quality
from app.training import register_training
from app.watching.tracing import traced_job
from channels.voice.speech.client import Transcriber
from core.channels import DeliveryError
from core.conversations.attachments import fetch_attachment
from core.conversations.idle import close_idle
from core.conversations.reception import FETCH
from core.deliveries.outbox import DELIVER
from core.logs import log
from core.phone.transcribing import Transcribing
from core.retention import tidy as tidy_up

SWEEP_EVERY = 1.0
"""Seconds between looks for what a crash left behind."""
LEFT_BEHIND = 2.0
"""Seconds after which an unhandled item counts as left behind."""
CALLS_EVERY = 20.0
"""Seconds between looks at what the telephone exchange knows of the calls."""
CONCURRENCY = 16


def register_jobs(queue: App, house: House) -> None:
    """Give the queue its jobs; each is safe to run twice."""
    office = house.office
    register_gathering(queue, office.editor.gathering)
    register_quality(queue, house)
    register_keeping(queue, house)

    @queue.task(name=DELIVER, retry=RetryStrategy(max_attempts=5, exponential_wait=2))
    async def deliver(delivery: int) -> None:
        await office.deliveries.drain_of(delivery)

    @queue.task(name=FETCH, retry=RetryStrategy(max_attempts=6, exponential_wait=3, retry_exceptions={DeliveryError}))
    async def fetch(channel: str, attachment_id: int) -> None:
        await fetch_attachment(house.transactions, house.clock, house.channels[channel], office.judge, attachment_id)

    @queue.periodic(cron="*/10 * * * *")
    @queue.task(name="close_idle", queueing_lock="close_idle")
    async def idle(timestamp: int) -> None:
        await close_idle(house.transactions, house.clock.now(), timedelta(hours=house.settings.centre.conversation_idle_hours))

    @queue.periodic(cron="* * * * *")
    @queue.task(name="embed_knowledge", queueing_lock="embed_knowledge")
    async def embed(timestamp: int) -> None:
        await office.knowledge.embed_pending()

    @queue.periodic(cron="30 1 * * *")
    @queue.task(name="forget_vectors", queueing_lock="forget_vectors")
    async def forget(timestamp: int) -> None:
        await office.knowledge.forget_old_vectors()

    @queue.periodic(cron="* * * * *")
    @queue.task(name="tidy", queueing_lock="tidy")
    async def tidy(timestamp: int) -> None:
        await retry_stalled(queue)
        async with house.transactions.begin() as tx:
            await tidy_up(tx, house.clock.now())

    @queue.periodic(cron="* * * * *")
    @queue.task(name="transcribe", queueing_lock="transcribe")
    async def transcribe(timestamp: int) -> None:
        await write_down(house)

    @queue.periodic(cron="*/10 * * * *")
    @queue.task(name="timetable", queueing_lock="timetable")
    async def timetable(timestamp: int) -> None:
        await office.control.round(house.clock.now())

    @queue.periodic(cron=f"*/{house.settings.records.delo_every_minutes} * * * *")
    @queue.task(name="records", queueing_lock="records")
    async def records(timestamp: int) -> None:
        await office.records.round()


def register_reports(queue: App, house: House) -> None:
    """The report of the month before, as soon as the first working day of a month has begun (2.8.12)."""

    @queue.periodic(cron="*/10 * * * *")
    @queue.task(name="monthly_report", queueing_lock="monthly_report", lock="monthly_report")
    async def monthly_report(timestamp: int) -> None:
        if await house.office.reports.round():
            log.info("report.made")


def register_audit(queue: App, house: House) -> None:
    """The audit trail is followed from its beginning each night (2.10)."""

    @queue.periodic(cron="15 2 * * *")
    @queue.task(name="check_audit", queueing_lock="check_audit", lock="check_audit")
    async def check_audit(timestamp: int) -> None:
        await house.office.audit.check(None)


async def write_down(house: House) -> None:
    """Have spoken messages written down, when somebody here understands speech."""
    part = house.settings.speech
    if part.voice_stt == "none" or not part.voice_speech_http or part.voice_speech_token is None:
        return
    async with aiohttp.ClientSession() as http:
        transcriber = Transcriber(part.voice_speech_http, part.voice_speech_token.get_secret_value(), http)
        desk = Transcribing(
            transactions=house.transactions, clock=house.clock, sounds=house.wires.recorder, transcriber=transcriber
        )
        await desk.round()


async def sweep_calls_forever(house: House, stopping: asyncio.Event) -> None:
    """Reconcile the journal of calls with the exchange and the recorder."""
    while house.wires.addresses is not None and not stopping.is_set():
        try:
            await house.office.sweeper.sweep()
            await house.office.attempts.write_all()
        except Exception:  # noqa: BLE001  # the outermost loop: the database may be restarting
            log.exception("calls.sweep_failed")
        await _pause(stopping, CALLS_EVERY)


async def retry_stalled(queue: App) -> None:
    """Jobs of workers that died go back to the queue."""
    for job in await queue.job_manager.get_stalled_jobs():
        await queue.job_manager.retry_job(job)


async def sweep_forever(house: House, stopping: asyncio.Event) -> None:
    """Take up inbound items and deliveries that nobody is working on."""
    while not stopping.is_set():
        try:
            taken = await house.office.intake.sweep(LEFT_BEHIND)
            if taken:
                log.info("sweep.taken_up", count=taken)
        except Exception:  # noqa: BLE001  # the outermost loop: the database may be restarting
            log.exception("sweep.failed")
        await _pause(stopping, SWEEP_EVERY)


async def work_forever(queue: App, stopping: asyncio.Event) -> None:
    """Do the jobs of the queue; a worker that lost the database begins anew, and the jobs it had are retried as stalled ones."""
    while not stopping.is_set():
        try:
            await queue.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                fetch_job_polling_interval=5.0,
                delete_jobs="successful",
                worker_middleware=[traced_job],
            )
        except ConnectorException:
            log.exception("worker.database_lost")
            await _pause(stopping, SWEEP_EVERY)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return


async def run_worker(house: House, stopping: asyncio.Event, on_ready: Callable[[], None] = lambda: None) -> None:
    """Work until told to stop; jobs under way are finished, others are left to the next worker."""
    register_jobs(house.queue, house)
    register_reports(house.queue, house)
    register_audit(house.queue, house)
    register_training(house.queue, house)
    async with asyncio.TaskGroup() as tasks:
        worker = tasks.create_task(work_forever(house.queue, stopping))
        tasks.create_task(sweep_forever(house, stopping))
        tasks.create_task(sweep_calls_forever(house, stopping))
        on_ready()
        await stopping.wait()
        worker.cancel()
