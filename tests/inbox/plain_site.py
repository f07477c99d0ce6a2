"""The plain pages behind the guards of the app, with fakes for the desks that other tests prove."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI

from core.errors import Invalid, NotFound
from core.judging import FileJudge
from core.links.desk import LinkExpired, LinkUsed
from inbox.web import problems
from inbox.web.guards import BodyGuard, SameOrigin, SecurityHeaders
from inbox.web.routers import downloads, links
from inbox.web.settings import InboxSettings


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page of a confirmation or a duty shows."""

    registration_number: str = "А-000001/2026"
    registered_on: date = date(2026, 11, 25)
    text: str = "Темно <b>во дворе</b>"
    reply_text: str = "Свет есть."
    department_name: str = "Отдел примерной воды"
    due_on: date = date(2026, 12, 2)
    articles: tuple[Any, ...] = (
        SimpleNamespace(title="Часы приёма", answer="Понедельник", confirmed_on=date(2026, 9, 1)),
        SimpleNamespace(title="Телефон", answer="+7 (8672) 00-00-01", confirmed_on=None),
    )


@dataclass
class FakeDesk:
    """Confirmations and duties: remembers what was said; the tokens are ``good``, ``used`` and ``late``."""

    heard: list[Mapping[str, Any]] = field(default_factory=list)
    refuses: Exception | None = None

    async def confirmation_page(self, token: str) -> Asked:
        """The page, or why there is none."""
        if token in ("used", "late"):
            raise LinkUsed() if token == "used" else LinkExpired()
        if token != "good":
            raise NotFound()
        if self.refuses is not None:
            raise self.refuses
        return Asked()

    duty_page = confirmation_page

    async def confirm(self, token: str, **said: Any) -> None:
        """Remember."""
        if said.get("comment") == "refused":
            raise Invalid("by the desk", fields={"comment": "other"})
        self.heard.append(said)

    confirm_duty = confirm


@dataclass(frozen=True, kw_only=True)
class Office:
    """Implements LinkOffice and DownloadOffice of the routers."""

    requests: Any
    one_time_links: Any
    closing: FakeDesk
    duties: FakeDesk
    downloads: Any = None
    judge: FileJudge = field(default_factory=FileJudge)


def plain_app(office: Office, settings: InboxSettings) -> FastAPI:
    """The pages alone, guarded as in the inbox."""
    app = FastAPI()
    app.state.office = office
    problems.install(app)
    app.add_middleware(BodyGuard, settings=settings)
    links.mount(app)
    app.include_router(downloads.router)
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders, settings=settings)
    return app
