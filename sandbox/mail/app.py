"""The mail sandbox as one ASGI application: the SMTP server, the centre's mailbox, the control API and the page of letters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from sandbox.mail.imap import serving_mailbox
from sandbox.mail.office import PostOffice
from sandbox.mail.settings import Settings
from sandbox.mail.smtp import taking_mail
from sandbox.mail.web.control import control_api
from sandbox.telegram.web.guards import CSP, Guards

STATIC = Path(__file__).with_name("static")
SHARED = Path(__file__).parents[1] / "telegram" / "static"
"""The look and the building blocks of both sandboxes."""
PAGE = {"Cache-Control": "no-cache", "Content-Security-Policy": f"{CSP}; frame-src 'self'"}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; while it runs, `app.state.smtp_port` is where mails are taken, `app.state.imap_port` where they are
    read (None without a mailbox)."""
    settings = settings or Settings()
    office = PostOffice(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with taking_mail(office, settings) as app.state.smtp_port, serving_mailbox(office, settings) as app.state.imap_port:
            yield
            office.close()

    app = FastAPI(title="Mail sandbox", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.office = office
    app.include_router(control_api(app, office))
    app.add_middleware(Guards)

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers=PAGE)

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/shared", StaticFiles(directory=SHARED), name="shared")
    return app
