"""Telegram's webhook in the web process: a real server, PostgreSQL, and the sandbox that calls as Telegram does."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
import uvicorn
from sqlmodel import col, select

from app.assembly import House, open_house
from app.carrier import Carrier
from app.settings import Settings
from app.web import Front, build, webhooks
from bots.citizen.webhook import BODY_LIMIT, SECRET_HEADER, webhook_path
from core.conversations.model import InboundItem
from core.dialogue import TurnAnswer, Utterance
from db.transactions import Transactions
from sandbox.telegram.app import create_app
from sandbox.telegram.driver import Citizen, Sandbox
from sandbox.telegram.settings import BotAccount
from sandbox.telegram.settings import Settings as SandboxSettings
from tests import patience
from tests.fakes import FakeDialogue
from tests.serving import serve

BOT, TOKEN, SECRET = 7_000_000_001, "7000000001:test-token", "A-long_secret-of-the-tests"
ASKED, ANSWERED = "Где ставят прививки собакам?", "В ветеринарной станции."
NO_UPDATE = b'{"update_id": 1, "message": '
PIECE = b" " * 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Centre:
    """What the tests see of it: its port, the house behind it, Telegram, and one citizen there."""

    port: int
    house: House
    chats: Sandbox
    citizen: Citizen

    async def gives(self, body: bytes, *, secret: str | None = SECRET) -> int:
        """The status that a caller gets for a whole body."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with aiohttp.ClientSession() as http, http.post(self.address, data=body, headers=headers) as answer:
            return answer.status

    def head(self, length: str) -> bytes:
        """Of a request whose body is to come."""
        told = (f"POST {webhook_path(BOT)} HTTP/1.1", "host: centre", f"{SECRET_HEADER}: {SECRET}", length)
        return "\r\n".join((*told, "", "")).encode()

    @property
    def address(self) -> str:
        """That Telegram was told."""
        return f"http://127.0.0.1:{self.port}{webhook_path(BOT)}"

    async def items(self) -> list[InboundItem]:
        """What was stored, in the order in which it came."""
        async with self.house.transactions.begin() as tx:
            return list((await tx.exec(select(InboundItem).order_by(col(InboundItem.id)))).all())

    async def until_handled(self) -> list[InboundItem]:
        """Wait until everything that was stored is carried."""
        async with asyncio.timeout(patience.SECONDS):
            while True:
                items = await self.items()
                if all(item.handled_at is not None for item in items):
                    return items

    async def heard(self) -> list[str]:
        """All that the bot has said to the citizen."""
        return [heard.text for heard in await self.citizen.history() if heard.from_bot]


@pytest.fixture
def environment(
    database_url: str, transactions: Transactions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> pytest.MonkeyPatch:
    """Of a house whose updates come by webhook."""
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    given = {
        "DATABASE_URL": database_url,
        "NLU_URL": "http://127.0.0.1:9",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_CHAT_RATE": "1000",
        "TELEGRAM_RATE": "1000",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
async def centre(environment: pytest.MonkeyPatch) -> AsyncIterator[Centre]:
    async with AsyncExitStack() as stack:
        app = create_app(
            SandboxSettings(
                bots=(BotAccount(token=TOKEN, username="centre_bot"),), samples=False, retry_first=0.02, retry_longest=0.05
            )
        )
        telegram = stack.enter_context(serve(app, before_stop=app.state.exchange.close))
        chats = await stack.enter_async_context(Sandbox(telegram, bot=BOT))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listening.getsockname()[1]
        environment.setenv("TELEGRAM_API", telegram)
        environment.setenv("TELEGRAM_WEBHOOK_URL", f"http://127.0.0.1:{port}{webhook_path(BOT)}")
        dialogue = FakeDialogue()
        dialogue.when(ASKED, TurnAnswer(messages=(Utterance(text=ANSWERED),)))
        house = await stack.enter_async_context(open_house(Settings(), dialogue=dialogue))
        carrier = await stack.enter_async_context(Carrier(house.office.intake))
        front = Front(build(house), await webhooks(house, carrier))
        server = uvicorn.Server(uvicorn.Config(front, log_config=None, lifespan="off", timeout_graceful_shutdown=1, ws="none"))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        tasks.create_task(server.serve(sockets=[listening]))
        yield Centre(port=port, house=house, chats=chats, citizen=await chats.citizen("Иван", "Образцов"))
        server.should_exit = True
        assert await chats.problems() == []


async def test_a_citizen_is_answered_and_telegram_has_nothing_left_to_bring(centre: Centre) -> None:
    await centre.citizen.writes(ASKED)
    await centre.citizen.hears(ANSWERED, patience.SECONDS)
    (item,) = await centre.until_handled()
    assert item.source == f"telegram:{BOT}"
    async with asyncio.timeout(patience.SECONDS):
        while [bot["pending"] for bot in await centre.chats.ask("GET", "bots")] != [0]:
            pass


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="an empty one"),
        pytest.param(SECRET[:-1], id="a part"),
        pytest.param(SECRET.swapcase(), id="another case"),
    ],
)
async def test_without_the_right_secret_nothing_is_stored(centre: Centre, secret: str | None) -> None:
    update = json.dumps({"update_id": 1, "message": {"text": ASKED}}).encode()
    assert await centre.gives(update, secret=secret) == HTTPStatus.FORBIDDEN
    assert await centre.items() == []


async def test_what_is_no_json_is_refused_and_the_next_update_is_answered(centre: Centre) -> None:
    for body in (b"", NO_UPDATE, b"\xff\xfe", b"[]"):
        assert await centre.gives(body) == HTTPStatus.BAD_REQUEST
    assert await centre.items() == []
    await centre.citizen.writes(ASKED)
    await centre.citizen.hears(ANSWERED, patience.SECONDS)


async def test_a_huge_body_is_refused_by_its_length_before_it_comes(centre: Centre) -> None:
    async with asyncio.timeout(patience.SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", centre.port)
        writer.write(centre.head(f"content-length: {BODY_LIMIT + 1}"))
        assert await _status(reader) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        writer.close()
    assert await centre.items() == []


async def test_a_huge_body_of_no_length_is_refused_while_it_comes(centre: Centre) -> None:
    async with asyncio.timeout(patience.SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", centre.port)
        writer.write(centre.head("transfer-encoding: chunked"))
        answering, sent = asyncio.ensure_future(_status(reader)), 0
        while not answering.done():
            writer.write(b"%x\r\n%s\r\n" % (len(PIECE), PIECE))
            sent += len(PIECE)
            with suppress(ConnectionError):
                await writer.drain()
            await asyncio.sleep(0)
        assert await answering == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        writer.close()
    assert sent > BODY_LIMIT
    assert await centre.items() == []


async def test_an_update_that_comes_again_is_acknowledged_and_answered_once(centre: Centre) -> None:
    await centre.citizen.writes(ASKED)
    await centre.citizen.hears(ANSWERED, patience.SECONDS)
    (item,) = await centre.until_handled()
    known, fresh = int(item.external_id), int(item.external_id) - 1
    bodies = [json.dumps(json.loads(item.payload) | {"update_id": number}).encode() for number in (known, fresh, fresh, known)]
    assert await asyncio.gather(*map(centre.gives, bodies)) == [HTTPStatus.OK] * 4
    assert [int(kept.external_id) for kept in await centre.until_handled()] == [known, fresh]
    await centre.citizen.writes(ASKED)
    await centre.citizen.hears(ANSWERED, patience.SECONDS)
    assert await centre.heard() == [ANSWERED] * 3


async def test_who_polls_opens_no_address(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELEGRAM_MODE", "polling")
    async with open_house(Settings(), dialogue=FakeDialogue()) as house, Carrier(house.office.intake) as carrier:
        assert await webhooks(house, carrier) == []


async def test_a_webhook_without_a_secret_is_not_opened(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("TELEGRAM_WEBHOOK_SECRET")
    async with open_house(Settings(), dialogue=FakeDialogue()) as house, Carrier(house.office.intake) as carrier:
        with pytest.raises(SystemExit, match="TELEGRAM_WEBHOOK_SECRET"):
            await webhooks(house, carrier)


async def _status(reader: asyncio.StreamReader) -> int:
    """Of an answer's first line."""
    return int((await reader.readline()).split()[1])
