"""The nightly erasure by the terms of keeping (reg. 2.10)."""

from procrastinate import App

from app.assembly import House


def register_keeping(queue: App, house: House) -> None:
    """Give the queue the nightly round, at 3:45 in Moscow; a second one at the same time finds the rest."""

    @queue.periodic(cron="45 0 * * *")
    @queue.task(name="erase_by_term", queueing_lock="erase_by_term", lock="erase_by_term")
    async def erase_by_term(timestamp: int) -> None:
        await house.office.keeping.nightly.round()
