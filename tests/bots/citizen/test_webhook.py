"""The address that Telegram calls, with everything that a stranger may send to it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from bots.citizen.webhook import SECRET_HEADER, webhook_path, webhook_route
from tests.bots.citizen.samples import payload

SECRET = "s-3_cret"
GOOD = {SECRET_HEADER: SECRET}


@dataclass
class Shelf:
    """Stands for the table of inbound items."""

    bot_id: int = 77
    stored: list[Mapping[str, Any]] = field(default_factory=list)
    broken: bool = False

    async def store(self, update: Mapping[str, Any]) -> None:
        if self.broken:
            raise ConnectionError("the database is away")
        self.stored.append(update)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[webhook_route(shelf, SECRET, shelf.store, body_limit=4096)])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


async def test_an_update_is_stored_as_it_came_before_the_answer(client: httpx.AsyncClient, shelf: Shelf) -> None:
    update = payload("text", new_thing={"x": [1.5, None]})
    answer = await client.post(webhook_path(77), content=orjson.dumps(update), headers=GOOD)
    assert (answer.status_code, answer.content, shelf.stored) == (200, b"", [update])


@pytest.mark.parametrize("given", [None, "", "s-3_cre", "s-3_cretX", "S-3_CRET", "\u00e9"], ids=repr)
async def test_without_the_secret_nothing_is_read(client: httpx.AsyncClient, shelf: Shelf, given: str | None) -> None:
    headers = {} if given is None else {SECRET_HEADER: given.encode("latin-1")}
    answer = await client.post(webhook_path(77), content=orjson.dumps(payload("text")), headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, shelf.stored) == (403, [])


async def test_a_long_body_is_refused_by_its_announced_length(client: httpx.AsyncClient, shelf: Shelf) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        raise AssertionError("the body was read on")

    headers = {**GOOD, "content-length": str(5 * 1024 * 1024)}
    request = client.build_request("POST", webhook_path(77), content=b"{}", headers=headers)
    request.headers["content-length"] = str(5 * 1024 * 1024)
    request.stream = _Stream(never())
    answer = await client.send(request)
    assert (answer.status_code, shelf.stored) == (413, [])


class _Stream(httpx.AsyncByteStream):
    """Chunks as a body."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            yield chunk


async def test_a_long_body_without_a_length_is_refused_while_it_comes(client: httpx.AsyncClient, shelf: Shelf) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * 1024

    answer = await client.post(webhook_path(77), content=endless(), headers=GOOD)
    assert (answer.status_code, shelf.stored) == (413, [])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"x"', b"{}", b'{"update_id": "1"}', b'{"update_id": true}', b'{"update_id": 1.5}',
        b'{"update_id": 99999999999999999999999}', b'{"update_id": NaN}', b"\xff\xfe", b"<xml/>", b"[" * 4000,
        b"[" * 2000 + b"]" * 2000,
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
async def test_what_is_no_update_is_a_bad_request(client: httpx.AsyncClient, shelf: Shelf, body: bytes) -> None:
    answer = await client.post(webhook_path(77), content=body, headers=GOOD)
    assert (answer.status_code, shelf.stored) == (400, [])


async def test_nul_is_taken_out_before_postgresql_would_refuse_it(client: httpx.AsyncClient, shelf: Shelf) -> None:
    body = b'{"update_id":1,"message":{"text":"a\\u0000b","e\\u0000":["\\u0000"]}}'
    answer = await client.post(webhook_path(77), content=body, headers=GOOD)
    assert (answer.status_code, shelf.stored) == (200, [{"update_id": 1, "message": {"text": "ab", "e": [""]}}])


async def test_half_an_emoji_is_replaced_and_the_rest_kept(client: httpx.AsyncClient, shelf: Shelf) -> None:
    body = b'{"update_id":1,"message":{"text":"a\\ud83db"}}'
    answer = await client.post(webhook_path(77), content=body, headers=GOOD)
    assert (answer.status_code, shelf.stored) == (200, [{"update_id": 1, "message": {"text": "a\ufffdb"}}])


async def test_a_failed_store_makes_telegram_try_again(client: httpx.AsyncClient, shelf: Shelf) -> None:
    shelf.broken = True
    answer = await client.post(webhook_path(77), content=orjson.dumps(payload("text")), headers=GOOD)
    assert answer.status_code == 500


@pytest.mark.parametrize(("verb", "path", "status"), [("GET", webhook_path(77), 405), ("POST", webhook_path(78), 404)])
async def test_other_bots_and_verbs_are_not_served(client: httpx.AsyncClient, verb: str, path: str, status: int) -> None:
    assert (await client.request(verb, path, headers=GOOD)).status_code == status


def test_a_webhook_without_a_secret_is_not_opened(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="secret"):
        webhook_route(shelf, "", shelf.store)
