"""The page behind the link of a letter whose files were too big for a mail: whoever has the link fetches them for a while."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request, Response

from core.links.downloads import Fetched, Offered
from inbox.web.file_answers import saved_file
from inbox.web.plain import PlainRoute, page
from inbox.web.routers.links import Tries

router = APIRouter(route_class=PlainRoute, include_in_schema=False)


class Downloads(Protocol):
    """Gives the files of a letter to whoever has its link."""

    async def offered(self, token: str) -> list[Offered]: ...
    async def fetch(self, token: str, number: int) -> Fetched: ...


class DownloadOffice(Protocol):
    """The desks behind the page."""

    @property
    def downloads(self) -> Downloads: ...
    @property
    def one_time_links(self) -> Tries: ...


async def _office(token: str, request: Request) -> DownloadOffice:
    """The desks, once the try is counted."""
    office: DownloadOffice = request.app.state.office
    await office.one_time_links.count_try(request.client.host if request.client else "unknown", token)
    return office


Office = Annotated[DownloadOffice, Depends(_office)]


@router.get("/f/{token}")
async def show_files(token: str, office: Office) -> Response:
    """What can be fetched."""
    return page("files", token=token, files=await office.downloads.offered(token))


@router.get("/f/{token}/{number}")
async def fetch_file(token: str, number: int, office: Office) -> Response:
    """One of the files, to be saved."""
    fetched = await office.downloads.fetch(token, number)
    return saved_file(fetched.name, fetched.content, fetched.media_type)
