"""The worker's job that gathers questions without an answer."""

from procrastinate import App

from core.unanswered.gathering import Gathering


def register_gathering(queue: App, gathering: Gathering) -> None:
    """By the minute; safe to run twice."""

    @queue.periodic(cron="* * * * *")
    @queue.task(name="gather_questions", queueing_lock="gather_questions")
    async def gather(timestamp: int) -> None:
        await gathering.gather()
