"""`/sandbox/api/people/{id}/…`: what a person does, one route per deed."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, UploadFile

from sandbox.telegram.citizens import Deed, Impossible, deed_of, split
from sandbox.telegram.errors import Refusal
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.files import StoredFile
from sandbox.telegram.media import KINDS
from sandbox.telegram.people import Json
from sandbox.telegram.web import bodies

_ALBUM_KINDS = ("photo", "video", "document", "audio")


def deeds_api(exchange: Exchange) -> APIRouter:
    """Writing, pressing, sharing, blocking."""
    router = APIRouter(prefix="/sandbox/api/people/{person}")
    citizens = exchange.citizens

    @router.post("/start")
    async def start(person: int, body: bodies.Start) -> Json:
        return _done(exchange, person, body, lambda deed: {"posted": citizens.start(deed, body.parameter).id})

    @router.post("/text")
    async def text(person: int, body: bodies.Text) -> Json:
        return _done(
            exchange, person, body, lambda deed: {"posted": [citizens.write(deed, piece).id for piece in split(body.text)]}
        )

    @router.post("/edit")
    async def edit(person: int, body: bodies.Edit) -> Json:
        return _done(exchange, person, body, lambda deed: {"posted": citizens.edit(deed, body.message_id, body.text).id})

    @router.post("/delete", status_code=204)
    async def delete(person: int, body: bodies.Which) -> None:
        _done(exchange, person, body, lambda deed: citizens.delete(deed, body.message_id))

    _add_pressing(router, exchange)
    _add_files(router, exchange)
    return router


def _add_pressing(router: APIRouter, exchange: Exchange) -> None:
    citizens = exchange.citizens

    @router.post("/press")
    async def press(person: int, body: bodies.Press) -> Json:
        return _done(exchange, person, body, lambda deed: citizens.press(deed, body.title, body.message_id))

    @router.post("/press-data")
    async def press_data(person: int, body: bodies.PressData) -> Json:
        return _done(exchange, person, body, lambda deed: {"query": citizens.press_data(deed, body.message_id, body.data)})

    @router.post("/contact")
    async def contact(person: int, body: bodies.Contact) -> Json:
        of = exchange.world.people[body.of] if body.of is not None else None
        return _done(exchange, person, body, lambda deed: {"posted": citizens.share_contact(deed, body.phone, of).id})

    @router.post("/location")
    async def location(person: int, body: bodies.Location) -> Json:
        return _done(
            exchange, person, body, lambda deed: {"posted": citizens.share_location(deed, body.latitude, body.longitude).id}
        )

    @router.post("/reaction", status_code=204)
    async def reaction(person: int, body: bodies.Reaction) -> None:
        _done(exchange, person, body, lambda deed: citizens.react(deed, body.message_id, body.emoji))

    @router.post("/topic", status_code=204)
    async def topic(person: int, body: bodies.TopicDeed) -> None:
        _done(exchange, person, body, lambda deed: citizens.manage_topic(deed, body.what))

    @router.post("/block", status_code=204)
    async def block(person: int, body: bodies.Blocking) -> None:
        _done(exchange, person, body, lambda deed: citizens.block(deed, blocked=body.blocked))


def _add_files(router: APIRouter, exchange: Exchange) -> None:
    @router.post("/file")
    async def file(
        person: int,
        upload: UploadFile,
        frame: Annotated[str, Form()] = "{}",
        kind: Annotated[str, Form()] = "document",
        caption: Annotated[str, Form()] = "",
        duration: Annotated[int | None, Form()] = None,
        size: Annotated[int | None, Form()] = None,
    ) -> Json:
        """A file of any kind; `size` may claim more than the content, to try limits."""
        body = bodies.Frame.model_validate_json(frame)
        stored = await _stored(exchange, upload, kind, size)
        return _done(
            exchange, person, body, lambda deed: {"posted": exchange.citizens.send_file(deed, stored, caption, duration).id}
        )

    @router.post("/album")
    async def album(
        person: int,
        uploads: Annotated[list[UploadFile], File()],
        kinds: Annotated[list[str], Form()],
        frame: Annotated[str, Form()] = "{}",
        caption: Annotated[str, Form()] = "",
    ) -> Json:
        """Two to ten files as one album."""
        body = bodies.Frame.model_validate_json(frame)
        if not (2 <= len(uploads) <= 10 and len(kinds) == len(uploads) and set(kinds) <= set(_ALBUM_KINDS)):
            raise HTTPException(422, "an album has 2-10 photos, videos, documents or pieces of music")
        files = [await _stored(exchange, upload, kind, None) for upload, kind in zip(uploads, kinds, strict=True)]
        return _done(
            exchange, person, body, lambda deed: {"posted": [p.id for p in exchange.citizens.send_album(deed, files, caption)]}
        )


def _done(exchange: Exchange, person: int, body: bodies.Frame, act: Callable[[Deed], Json | None]) -> Json:
    """Carry out a deed; answers 404, 409 or 400 say why it cannot be. `seq` is the log's place just before it."""
    world = exchange.world
    try:
        deed = deed_of(world, world.seat(body.bot), person, body.chat_id, reply_to=body.reply_to, thread=body.thread)
        before = world.feed.last
        return (act(deed) or {}) | {"seq": before}
    except KeyError as error:
        raise HTTPException(404, f"there is no {error}") from error
    except Impossible as error:
        raise HTTPException(409, str(error)) from error
    except Refusal as refusal:
        raise HTTPException(refusal.code, refusal.description) from refusal


async def _stored(exchange: Exchange, upload: UploadFile, kind: str, size: int | None) -> StoredFile:
    if kind not in KINDS:
        raise HTTPException(422, f"kind is one of {', '.join(KINDS)}")
    content = await upload.read()
    return exchange.world.files.add(content, kind=kind, name=upload.filename or "", mime=upload.content_type or "", size=size)
