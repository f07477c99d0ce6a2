"""One honest fake for each port (style rule 24)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import WorkCalendar
from core.channels import DeliveryError, Inbound, InboundFile, InboundKind, Outbound
from core.dialogue import DialogueUnavailable, Entity, TurnAnswer, TurnRequest
from core.errors import NotFound
from core.knowledge.search import Hit, SearchResult


class FakeDialogue:
    """Answers by rules: the first that knows the request. Remembers every request."""

    def __init__(self) -> None:
        self.requests: list[TurnRequest] = []
        self.rules: list[Callable[[TurnRequest], TurnAnswer | None]] = []
        self.is_down = False

    def when(self, heard: str, answer: TurnAnswer) -> None:
        """Give ``answer`` when the text or the given intent is ``heard``."""
        self.rules.append(lambda request: answer if heard in (request.text, request.intent) else None)

    async def turn(self, request: TurnRequest) -> TurnAnswer:
        """Implements core.dialogue.Dialogue; the state counts the turns."""
        self.requests.append(request)
        if self.is_down:
            raise DialogueUnavailable("stopped by the test")
        state = {"turns": (request.state or {"turns": 0})["turns"] + 1}  # type: ignore[index]  # our own state
        for rule in self.rules:
            if (answer := rule(request)) is not None:
                return replace(answer, state=state)
        return TurnAnswer(state=state)


class FakeChannel:
    """A channel whose native events are keyword arguments of Inbound; remembers what it sent."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.errors: list[DeliveryError | None] = []
        self.files: dict[str, bytes] = {}
        self.before_send: Callable[[Outbound], Awaitable[None]] | None = None

    def read(self, payload: Any) -> Inbound | None:
        """The event; None for an empty one."""
        if not payload:
            return None
        given = dict(payload)
        given["kind"] = InboundKind(given.get("kind", "message"))
        given["files"] = tuple(InboundFile(**file) for file in given.get("files", ()))
        given["entities"] = tuple(Entity(**entity) for entity in given.get("entities", ()))
        if given.get("button"):
            given["button"] = tuple(given["button"])
        return Inbound(channel=self.name, **given)

    async def receive(self, payload: Any) -> None:
        """Nothing to do."""

    async def send(self, outbound: Outbound) -> str:
        """Remember, or fail as the test says."""
        if self.before_send is not None:
            await self.before_send(outbound)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.sent.append(outbound)
        return f"sent-{len(self.sent)}"

    async def show_typing(self, recipient: str) -> None:
        """Nothing to do."""

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """A file that the test put there."""
        if remote_id not in self.files:
            raise DeliveryError("gone", permanent=True)
        return self.files[remote_id]

    @property
    def words(self) -> list[str]:
        """The texts that were sent, in order."""
        return [str(outbound.content.get("text", "")) for outbound in self.sent]


class FakeLibrarian:
    """Knows what the test tells it."""

    def __init__(self) -> None:
        self.known: dict[str, Hit] = {}
        self.near: tuple[Hit, ...] = ()

    async def search(self, query: str, limit: int = 3) -> SearchResult:
        """The article for exactly this question."""
        if query in self.known:
            return SearchResult(hits=(self.known[query],), answered=True)
        return SearchResult(hits=self.near[:limit], answered=False)

    async def recite(self, article_id: int) -> Hit:
        """An article by its number."""
        for hit in (*self.known.values(), *self.near):
            if hit.article_id == article_id:
                return hit
        raise NotFound("no such article")


class FakeJobs:
    """Remembers deferred jobs."""

    def __init__(self) -> None:
        self.deferred: list[tuple[str, str | None, dict[str, int | str]]] = []

    async def defer(self, tx: AsyncSession, job: str, *, lock: str | None = None, **arguments: int | str) -> None:
        """Remember the job."""
        self.deferred.append((job, lock, arguments))


def a_hit(**given: Any) -> Hit:
    """A valid hit."""
    said: dict[str, Any] = {
        "article_id": 1,
        "item_no": 16,
        "spoken": "",
        "department": "records",
        "sample": True,
        "restricted": False,
        "title": "Reception hours",
        "answer": "Monday, 10 to 13.",
        "source": "Records department",
        "confirmed_on": date(2026, 11, 2),
        "stale": False,
        "score": 0.9,
    }
    return Hit(**{**said, **given})


def texts_of(outbounds: Sequence[Outbound]) -> list[str]:
    """What a person reads."""
    return [str(outbound.content.get("text", "")) for outbound in outbounds]


async def plain_calendar(tx: AsyncSession) -> WorkCalendar:
    """The official calendar without overrides."""
    return WorkCalendar()
