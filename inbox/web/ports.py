"""What the inbox needs of the office."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from core.appeals.desk import AppealDesk
from core.conversations.operators import OperatorDesk
from core.people.desk import ApplicantDesk
from core.staff.desk import StaffDesk


class Found(Protocol):
    """An article that a search found."""

    @property
    def article_id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def confirmed_on(self) -> date | None: ...
    @property
    def stale(self) -> bool: ...
    @property
    def score(self) -> float: ...


class FoundArticles(Protocol):
    """The result of a search, best first."""

    @property
    def hits(self) -> Sequence[Found]: ...


class Knowledge(Protocol):
    """Whoever searches the knowledge base."""

    async def search(self, query: str, limit: int = 3, *, for_staff: bool = False) -> FoundArticles:
        """The best articles; ``for_staff`` shows those of restricted access too (2.10)."""
        ...

    async def department_names(self) -> Mapping[str, str]:
        """Names by keys."""
        ...


class InboxOffice(Protocol):
    """The desks that the inbox calls."""

    @property
    def operators(self) -> OperatorDesk: ...
    @property
    def staff(self) -> StaffDesk: ...
    @property
    def appeals(self) -> AppealDesk: ...
    @property
    def applicants(self) -> ApplicantDesk: ...
    @property
    def knowledge(self) -> Knowledge: ...
