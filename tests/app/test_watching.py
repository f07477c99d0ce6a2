"""What the processes tell a monitor: the catalogue, the figures, and that no stranger's word is among them."""

import asyncio
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import httpx
import pytest
from prometheus_client import Counter, generate_latest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.assembly import open_house
from app.settings import Settings
from app.settings_watching import PLACES, WatchingSettings
from app.watching import figures
from app.watching.health import Health
from app.watching.looking import look
from app.watching.measuring import Measured, TimedDialogue
from app.watching.serving import told_of
from app.web import Front, build
from core.dialogue import DialogueUnavailable, TurnAnswer, TurnRequest
from core.mail.model import Mailbox
from core.phone.model import PhoneCall
from db.engine import open_engine
from db.transactions import Transactions
from tests.fakes import FakeDialogue
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "observe.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(centre_\w+)` \| (\w+) \|(.*?)\|[^|]*\|$", re.MULTILINE)


def value(name: str, **labels: str) -> float:
    """A figure as it is now; 0 when it was never told."""
    return figures.REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_page_lists_what_the_code_registers() -> None:
    listed = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in ROW.findall(PAGE)}
    registered = {one._name: (one._type, one._labelnames) for one in figures.ALL}
    assert listed == registered
    assert len(figures.ALL) == len({one for one in figures.REGISTRY._collector_to_names if hasattr(one, "_labelnames")})


def test_each_process_has_a_port_of_its_own() -> None:
    on = WatchingSettings(metrics_port=9400)
    assert [on.port_of(process) for process in PLACES] == list(range(9400, 9407))
    assert all(f"`{process}` {9400 + number}" in PAGE for number, process in enumerate(PLACES))
    assert WatchingSettings(metrics_port=0).port_of("speech") == 0
    with pytest.raises(ValueError, match="not in tuple"):
        on.port_of("nobody")


async def test_requests_are_counted_by_template_and_no_strangers_word_is_told(
    database_url: str, transactions: Transactions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    for name, given in {"DATABASE_URL": database_url, "NLU_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, given)

    async def hook(request: Request) -> PlainTextResponse:
        if request.path_params["word"] == "broken":
            raise RuntimeError("planted")
        return PlainTextResponse("ok")

    hooks = [Route("/hook/{word}", hook, methods=["POST"])]
    async with open_house(Settings(), dialogue=FakeDialogue()) as house:
        hooks += Health(stopping=asyncio.Event()).routes
        app = Measured(Front(build(house), hooks), hooks)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://centre.test") as client:
            before = value("centre_http_requests_total", method="GET", route="/livez", status="200")
            assert (await client.get("/livez?name=planted-name")).status_code == 200
            assert (await client.get("/api/conversations/planted-number")).status_code in {401, 403, 422}
            assert (await client.post("/hook/planted-secret")).status_code == 200
            assert (await client.post("/hook/broken")).status_code == 500
            assert (await client.request("PLANTED-METHOD", "/livez")).status_code in {403, 404, 405}
    told = generate_latest(figures.REGISTRY).decode()
    assert "planted" not in told.lower()
    assert value("centre_http_requests_total", method="GET", route="/livez", status="200") == before + 1
    assert value("centre_http_requests_total", method="POST", route="/hook/{word}", status="200") == 1
    assert value("centre_http_requests_total", method="POST", route="/hook/{word}", status="500") == 1
    assert 'route="/api/conversations/{' in told
    assert value("centre_http_request_seconds_count", route="/livez") >= 1
    assert value("centre_live_listeners") == 0


async def test_the_worker_reads_what_the_database_knows(engine: AsyncEngine, transactions: Transactions) -> None:
    now = datetime.now(UTC)
    async with transactions.begin() as tx:
        tx.add(Mailbox(name="box", phase="failed", seen_at=now - timedelta(minutes=5)))
        tx.add(PhoneCall(call_sid="going", direction="in", started_at=now))
        tx.add(PhoneCall(call_sid="over", direction="in", started_at=now, ended_at=now))
        await tx.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at)"
                " VALUES ('default', 'one', 'todo', now() - interval '90 seconds'), ('default', 'two', 'failed', now()),"
                " ('default', 'later', 'todo', now() + interval '1 hour')"
            )
        )
        await tx.execute(
            text(
                "INSERT INTO delivery (channel, recipient, recipient_mark, content, of_record, subject, state, doubtful, tries,"
                " next_try_at, provider_id, error, created_at) SELECT 'telegram', '', '', '', false, '', state, false, 0,"
                " now(), '', '', now()"
                " FROM unnest(ARRAY['waiting', 'waiting', 'sent', 'failed']) AS state"
            )
        )
    await look(engine)
    assert value("centre_database_up") == 1
    assert [value("centre_jobs", state=state) for state in ("todo", "doing", "failed")] == [2, 0, 1]
    assert 90 <= value("centre_oldest_job_seconds") < 200
    assert [value("centre_deliveries", state=state) for state in ("waiting", "sending", "sent", "failed")] == [2, 0, 1, 1]
    assert (value("centre_calls", direction="in"), value("centre_calls", direction="out")) == (1, 0)
    assert (value("centre_mailboxes", phase="failed"), value("centre_mailboxes", phase="connected")) == (1, 0)
    assert 300 <= value("centre_mail_silence_seconds") < 400
    assert (value("centre_citizens_waiting"), value("centre_longest_wait_seconds"), value("centre_inbound_unhandled")) == (0, 0, 0)


async def test_a_database_that_is_away_is_told_and_nothing_falls() -> None:
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:9/none", pool_size=1)
    figures.WAITING.set(7)
    await look(engine)
    await engine.dispose()
    assert (value("centre_database_up"), value("centre_citizens_waiting")) == (0, 7)


async def test_a_process_tells_on_its_own_port_and_a_taken_one_stops_nothing(free_port: int) -> None:
    looked: list[bool] = []

    async def note() -> None:
        looked.append(True)

    settings = WatchingSettings(metrics_host="127.0.0.1", metrics_port=free_port - PLACES.index("duty"))
    health = Health(stopping=asyncio.Event())
    async with told_of(settings, "duty", health, note), told_of(settings, "duty", health), aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{free_port}/metrics") as answer:
            told = await answer.text()
        async with http.get(f"http://127.0.0.1:{free_port}/") as other:
            assert other.status == 404
    assert looked == [True]
    assert "# TYPE centre_http_requests_total counter" in told
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", free_port)


async def test_turns_are_timed_and_failures_counted() -> None:
    class Silent:
        async def turn(self, request: TurnRequest) -> TurnAnswer:
            raise DialogueUnavailable("resting")

    asked = TurnRequest(conversation="1", channel="telegram", text="words", slots={}, state={})
    failures, turns = value("centre_dialogue_failures_total"), value("centre_dialogue_turn_seconds_count")
    with pytest.raises(DialogueUnavailable):
        await TimedDialogue(Silent()).turn(asked)
    await TimedDialogue(FakeDialogue()).turn(asked)
    assert value("centre_dialogue_failures_total") == failures + 1
    assert value("centre_dialogue_turn_seconds_count") == turns + 1
    assert isinstance(figures.DIALOGUE_FAILURES, Counter)
