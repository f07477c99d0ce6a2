"""A member of a group for tests: acts in a topic of a supergroup and hears what the bot says there.

async with Sandbox(base, bot=DUTY_BOT) as sandbox:
    anna = Member(sandbox, await sandbox.citizen("Anna"), group)
    card = await anna.hears("wants an operator")
    await anna.at(card.thread).writes("Good day")
"""

from typing import Self

from sandbox.telegram.driver import Citizen, Heard, Json, Sandbox


class Member(Citizen):
    """A person who writes in a group; ``thread`` is the topic, None the general one."""

    def __init__(self, sandbox: Sandbox, person: Citizen, group: int, thread: int | None = None) -> None:
        super().__init__(sandbox, person.user)
        self.place = group
        self.thread = thread

    def at(self, thread: int | None) -> Self:
        """The same person in another topic; what was heard so far stays heard."""
        other = type(self)(self.sandbox, Citizen(self.sandbox, self.user), self.place, thread)
        other._heard_until = self._heard_until
        return other

    async def topics(self) -> dict[int, Json]:
        """The topics of the group by their number."""
        answer = await self.sandbox.ask("GET", f"chats/{self.place}/history", params=self._query())
        return {int(number): topic for number, topic in answer["chat"]["topics"].items()}

    async def pinned(self) -> list[int]:
        """The numbers of the pinned messages."""
        answer = await self.sandbox.ask("GET", f"chats/{self.place}/history", params=self._query())
        return list(answer["chat"]["pinned"])

    async def reads(self, thread: int | None = None) -> list[Heard]:
        """What stands in a topic, service messages left out."""
        return [one for one in await self.history() if one.thread == thread and not one.is_service]

    async def closes_topic(self) -> None:
        """Close the topic by hand."""
        await self._do("topic", what="close")

    async def deletes_topic(self) -> None:
        """Delete the topic by hand, with everything in it."""
        await self._do("topic", what="delete")

    def _frame(self) -> Json:
        return super()._frame() | {"chat_id": self.place, "thread": self.thread}
