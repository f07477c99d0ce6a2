"""The timetable of the quality control (reg. 2.7)."""

from procrastinate import App

from app.assembly import House


def register_quality(queue: App, house: House) -> None:
    """Give the queue the weekly draw: it is looked for each hour, and made once."""

    @queue.periodic(cron="20 * * * *")
    @queue.task(name="quality_week", queueing_lock="quality_week")
    async def quality_week(timestamp: int) -> None:
        await house.office.quality.sampling.draw_week()
