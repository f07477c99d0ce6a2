"""The recorder's shelf over HTTP: what it answers is passed on, what it refuses is a refusal of ours."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from app.recordings import RecorderClient
from core.errors import NotFound
from core.phone.sounds import RecorderAway

KEY = "message:c1:question-1"


def a_client(answer: Callable[[httpx.Request], httpx.Response]) -> RecorderClient:
    return RecorderClient(token="the-seal", transport=httpx.MockTransport(answer))


async def test_a_part_of_a_recording_is_passed_on_with_what_a_player_needs() -> None:
    asked: list[httpx.Request] = []

    async def sound() -> AsyncIterator[bytes]:
        yield b"Og"
        yield b"g!"

    def recorder(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        headers = {"Content-Type": "audio/ogg", "Content-Range": "bytes 0-3/9", "Content-Length": "4", "Set-Cookie": "a=b"}
        return httpx.Response(206, content=sound(), headers={**headers, "ETag": '"1"'})

    client = a_client(recorder)
    opened = await client.open("http://recorder.test:8085", KEY, "bytes=0-3")
    assert b"".join([piece async for piece in opened.pieces()]) == b"Ogg!"
    assert (opened.status, dict(opened.headers)) == (
        206,
        {"content-type": "audio/ogg", "content-length": "4", "content-range": "bytes 0-3/9", "etag": '"1"'},
    )
    await opened.close()
    (request,) = asked
    assert str(request.url) == "http://recorder.test:8085/recordings/message%3Ac1%3Aquestion-1"
    assert (request.headers["authorization"], request.headers["range"]) == ("Bearer the-seal", "bytes=0-3")
    await client.close()


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        pytest.param(404, NotFound, id="no such recording"),
        pytest.param(401, RecorderAway, id="another secret"),
        pytest.param(500, RecorderAway, id="broken"),
        pytest.param(302, RecorderAway, id="sent elsewhere"),
    ],
)
async def test_what_the_recorder_refuses(status: int, refusal: type[Exception]) -> None:
    client = a_client(lambda _: httpx.Response(status))
    with pytest.raises(refusal):
        await client.open("http://recorder.test", KEY, "")
    await client.close()


async def test_a_recorder_that_is_not_there_is_away() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    client = a_client(nobody)
    for address in ("http://recorder.test", "no address"):
        with pytest.raises(RecorderAway):
            await client.open(address, KEY, "")
    await client.close()
