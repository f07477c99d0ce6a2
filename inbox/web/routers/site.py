"""CSP reports, and the app itself: its files from dist, every other page its index."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse

from core.errors import NotFound
from core.logs import log
from inbox.web.settings import InboxSettings

router = APIRouter(tags=["site"])

_FOREVER = "public, max-age=31536000, immutable"


@router.post("/api/csp-reports", status_code=204)
async def csp_report(request: Request) -> None:
    """Counted in the log; what a browser says about a page is nobody's personal data, but its text is not kept."""
    request.app.state.csp_reports += 1
    log.warning("csp.violated", count=request.app.state.csp_reports, size=len(await request.body()))


def mount(app: FastAPI, settings: InboxSettings) -> None:
    """Serve the built app; its files are listed once, so no path can lead out of the folder."""
    files = {path.relative_to(settings.dist).as_posix(): path for path in settings.dist.rglob("*") if path.is_file()}

    async def serve(path: str) -> Response:
        return _file(files, path)

    app.add_api_route("/{path:path}", serve, methods=["GET"], include_in_schema=False, response_class=Response)


def _file(files: dict[str, Path], path: str) -> Response:
    if path in files and path != "index.html":
        return FileResponse(files[path], headers={"Cache-Control": _FOREVER if path.startswith("assets/") else "no-cache"})
    is_page = "index.html" in files and not path.startswith(("api/", "assets/"))
    if not is_page or ("." in path.rpartition("/")[2] and path != "index.html"):
        raise NotFound()
    return FileResponse(files["index.html"], headers={"Cache-Control": "no-cache"})
