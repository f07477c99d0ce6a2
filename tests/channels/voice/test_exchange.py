"""The REST API of jambonz, spoken with a peer that answers as the api-server does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from channels.voice.addresses import Addresses
from channels.voice.api import JambonzApi
from channels.voice.exchange import JambonzExchange
from channels.voice.rendering import Trunk
from core.phone.port import CallGone, DialOrder, Exchange, ExchangeAway, ExchangeCall, ExchangeRefused

CALLS = "/v1/Accounts/acc/Calls"
ORDER = DialOrder(address_kind="phone", address="+79000000001", tag={"task": "7"}, ring_seconds=30)


class Server:
    """The api-server's answers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.answer: Callable[[], Response] = lambda: JSONResponse({"sid": "s1", "callId": "x"}, status_code=201)
        self.error: Exception | None = None

    async def answered(self, request: Request) -> Response:
        """As the api-server: a key, JSON in, one answer or none."""
        assert request.headers["authorization"] == "Bearer key"
        body = await request.json() if request.method in ("POST", "PUT") else None
        self.asked.append((request.method, request.url.path, body))
        if self.error is not None:
            raise self.error
        return self.answer()


@pytest.fixture
def server() -> Server:
    """The peer."""
    return Server()


@pytest.fixture
async def exchange(
    server: Server, addresses: Addresses, trunk: Trunk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[JambonzExchange]:
    """The exchange, in a folder with our own .env: the SDK's settings would read it and fail."""
    (tmp_path / ".env").write_text("JAMBONZ_URL=https://jambonz.example.org/v1\nJAMBONZ_KEY=other\nWEB_PORT=1\n")
    monkeypatch.chdir(tmp_path)
    routes = [Route(path, server.answered, methods=["GET", "POST", "PUT"]) for path in (CALLS, f"{CALLS}/{{sid}}")]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    api = JambonzApi(url="https://jambonz.example.org/v1/", account="acc", key="key", transport=transport)
    yield JambonzExchange(api, addresses, trunk, application="app", speak=str.upper)
    await api.close()


async def test_a_call_is_dialled_once_with_its_tag(exchange: JambonzExchange, server: Server) -> None:
    assert await exchange.dial_out(ORDER) == "s1"
    assert server.asked == [
        (
            "POST",
            CALLS,
            {
                "application_sid": "app",
                "from": "78672000000",
                "to": {"type": "phone", "number": "79000000001", "trunk": "trunk"},
                "tag": {"task": "7"},
                "timeout": 30,
            },
        )
    ]


@pytest.mark.parametrize(
    ("kind", "address", "to"),
    [
        ("user", "user1", {"type": "user", "name": "user1"}),
        ("sip", "sip:a@b.example", {"type": "sip", "sipUri": "sip:a@b.example"}),
    ],
)
async def test_whoever_is_dialled_has_an_address(
    exchange: JambonzExchange, server: Server, kind: str, address: str, to: dict[str, str]
) -> None:
    await exchange.dial_out(DialOrder(address_kind=kind, address=address, tag={}))
    assert server.asked[0][2]["to"] == to


Deed = Callable[[Exchange], Awaitable[object]]


@pytest.mark.parametrize(
    ("deed", "change"),
    [
        pytest.param(lambda exchange: exchange.mute("s1", muted=True), {"mute_status": "mute"}, id="mute"),
        pytest.param(lambda exchange: exchange.mute("s1", muted=False), {"mute_status": "unmute"}, id="unmute"),
        pytest.param(lambda exchange: exchange.hang_up("s1"), {"call_status": "completed"}, id="hang up"),
        pytest.param(lambda exchange: exchange.whisper("s1", "слово"), {"whisper": {"verb": "say", "text": "СЛОВО"}}, id="whisper"),
    ],
)
async def test_a_call_is_changed_by_a_bare_accepted(
    exchange: JambonzExchange, server: Server, deed: Deed, change: dict[str, Any]
) -> None:
    server.answer = lambda: PlainTextResponse("Accepted", status_code=202)
    await deed(exchange)
    assert server.asked == [("PUT", f"{CALLS}/s1", change)]


async def test_a_call_is_redirected_to_an_address_that_only_we_can_make(
    exchange: JambonzExchange, server: Server, addresses: Addresses
) -> None:
    server.answer = lambda: PlainTextResponse("Accepted", status_code=202)
    await exchange.redirect("s1", "transfer", leg="leg-2")
    hook = server.asked[0][2]["call_hook"]
    assert hook.startswith("https://centre.example.org/voice/transfer?c=s1&s=")
    assert hook.endswith("#rc=2&rp=ct,5xx")
    assert addresses.seals.unpack(hook.partition("s=")[2].partition("#")[0]) == {"leg": "leg-2", "c": "s1"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(JSONResponse({"msg": "no valid options supplied to updateCall"}, 400), ExchangeRefused, id="refused"),
        pytest.param(JSONResponse({"msg": "no available feature servers at this time"}, 480), ExchangeRefused, id="full"),
        pytest.param(PlainTextResponse("Unauthorized", 401), ExchangeRefused, id="the key is wrong"),
        pytest.param(Response(status_code=404), CallGone, id="an unknown call"),
        pytest.param(JSONResponse({"msg": "call session is gone for call_sid s1"}, 422), CallGone, id="a call that is over"),
        pytest.param(Response(status_code=500), ExchangeAway, id="a bare error"),
        pytest.param(PlainTextResponse("<html>", 502), ExchangeAway, id="a proxy in between"),
    ],
)
async def test_what_the_exchange_answers_is_told_apart(
    exchange: JambonzExchange, server: Server, answer: Response, error: type[Exception]
) -> None:
    server.answer = lambda: answer
    with pytest.raises(error):
        await exchange.hang_up("s1")
    assert len(server.asked) == 1


async def test_a_refusal_says_why(exchange: JambonzExchange, server: Server) -> None:
    server.answer = lambda: JSONResponse({"msg": "multiple options are not allowed in updateCall"}, 400)
    with pytest.raises(ExchangeRefused) as refused:
        await exchange.hang_up("s1")
    assert refused.value.facts == {"reason": "multiple options are not allowed in updateCall"}


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("refused"), httpx.ReadTimeout("late"), httpx.RemoteProtocolError("cut")],
    ids=lambda e: type(e).__name__,
)
async def test_without_an_answer_it_is_not_known_whether_it_rings_and_nobody_asks_twice(
    exchange: JambonzExchange, server: Server, error: Exception
) -> None:
    server.error = error
    with pytest.raises(ExchangeAway):
        await exchange.dial_out(ORDER)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [JSONResponse({"callId": "x"}, 201), JSONResponse([], 201), PlainTextResponse("Created", 201)],
    ids=["no number", "a list", "no JSON"],
)
async def test_a_call_without_a_number_may_ring_all_the_same(exchange: JambonzExchange, server: Server, answer: Response) -> None:
    server.answer = lambda: answer
    with pytest.raises(ExchangeAway):
        await exchange.dial_out(ORDER)


async def test_the_calls_that_go_are_read_however_their_keys_are_spelt(exchange: JambonzExchange, server: Server) -> None:
    server.answer = lambda: JSONResponse(
        [
            {
                "call_sid": "a",
                "call_status": "in-progress",
                "direction": "inbound",
                "from": "7900",
                "to": "7867",
                "customerData": {"task": 7},
            },
            {"callSid": "b", "callStatus": "ringing", "direction": "outbound", "parentCallSid": "a", "from": "1", "to": "2"},
            {"nothing": 1},
            "x",
        ]
    )
    assert await exchange.calls() == [
        ExchangeCall(call_sid="a", state="in-progress", direction="inbound", to="7867", caller="7900", tag={"task": "7"}),
        ExchangeCall(call_sid="b", state="ringing", direction="outbound", to="2", caller="1", parent_sid="a"),
    ]


async def test_what_is_no_list_of_calls_is_not_believed(exchange: JambonzExchange, server: Server) -> None:
    server.answer = lambda: JSONResponse({"calls": []})
    with pytest.raises(ExchangeAway):
        await exchange.calls()
