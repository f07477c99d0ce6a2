"""The inbox's app: the desks behind routes, guards around them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from inbox.web import problems
from inbox.web.accounts import routes as accounts
from inbox.web.audit import routes as audit
from inbox.web.auth import Training
from inbox.web.casework import routes as casework
from inbox.web.directory import routes as directory
from inbox.web.guards import BodyGuard, SameOrigin, SecurityHeaders
from inbox.web.keeping import routes as keeping
from inbox.web.knowledge import routes as knowledge
from inbox.web.live import LiveHub
from inbox.web.mails import routes as mails
from inbox.web.menu import routes as menu
from inbox.web.news import routes as news
from inbox.web.paperwork import routes as paperwork
from inbox.web.phone import routes as phone
from inbox.web.ports import InboxOffice
from inbox.web.privacy import routes as reveals
from inbox.web.quality import routes as quality
from inbox.web.recordings import routes as recordings
from inbox.web.reports import routes as reports
from inbox.web.routers import conversations, deeds, downloads, drafts, files, links, live, reference, session, sign_on, site
from inbox.web.schemas import Problem
from inbox.web.settings import InboxSettings
from inbox.web.training import routes as training_days

TITLE, VERSION = "Contact centre inbox", "1"


def create_app(office: InboxOffice, settings: InboxSettings, live_hub: LiveHub, training: Training | None = None) -> FastAPI:
    """The app over these desks; the hub runs as long as the app does. Without ``training`` nobody can train here."""
    app = bare_app(live.router, _with_the_hub)
    seat(app, office, settings, live_hub, training)
    problems.install(app)
    app.add_middleware(BodyGuard, settings=settings)
    links.mount(app)
    app.include_router(downloads.router)
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders, settings=settings)
    site.mount(app, settings)
    return app


def seat(app: FastAPI, office: InboxOffice, settings: InboxSettings, live_hub: LiveHub, training: Training | None = None) -> None:
    """Put these desks behind the routes of an app; the guards keep the settings that the app was made with."""
    app.state.office, app.state.settings, app.state.live, app.state.csp_reports = office, settings, live_hub, 0
    app.state.training = training


@asynccontextmanager
async def _with_the_hub(app: FastAPI) -> AsyncIterator[None]:
    live_hub: LiveHub = app.state.live
    async with live_hub.running():
        yield


def bare_app(stream: APIRouter, lifespan: Callable[[FastAPI], Any] | None = None) -> FastAPI:
    """The routes alone: enough to say what the API speaks."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: str(route.name),
    )
    talks = (session.router, sign_on.router, conversations.router, deeds.router, drafts.router, reference.router, files.router)
    voice = (phone.router, recordings.router, news.router, menu.router)
    control = (
        accounts.router,
        knowledge.router,
        quality.router,
        reports.router,
        audit.router,
        reveals.router,
        training_days.router,
        keeping.router,
    )
    for part in (*talks, casework.router, paperwork.router, mails.router, *voice, *control, directory.router, stream, site.router):
        app.include_router(part)
    return app


def openapi() -> dict[str, Any]:
    """The description of the API; every refusal is a Problem, never FastAPI's own 422."""
    described: dict[str, Any] = get_openapi(title=TITLE, version=VERSION, routes=bare_app(live.described).routes)
    schemas = described["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    refusal = {"description": "Refusal", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = refusal
    return described
