"""`python -m sandbox.jambonz` as a process: it serves at the real pace, keeps the log, and stops although a call goes on."""

import asyncio
import json
import re
import signal
import sys
import time
from pathlib import Path

import aiohttp

from sandbox.jambonz.settings import KEY
from tests.sandbox.jambonz.application import Application, eventually

STOP_WITHIN_SECONDS = 5


async def test_it_takes_a_call_and_stops_at_once(application: Application, tmp_path: Path) -> None:
    application.secret = "hush"
    application.answers = {"/voice/call": [{"verb": "say", "text": "Здравствуйте"}, {"verb": "pause", "length": 100}]}
    hooks = ("--call-hook", f"{application.base}/voice/call", "--status-hook", f"{application.base}/voice/status")
    more = ("--webhook-secret", "hush", "--phone", "user:operator1=Оператор 1", "--data-dir", str(tmp_path))
    command = ("-m", "sandbox.jambonz", "--port", "0", "--log-level", "info", *hooks, *more)
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.PIPE)
    try:
        base = await _address(process)
        async with aiohttp.ClientSession(base) as session:
            async with session.post("/sandbox/api/calls", json={"number": "+79000000001"}) as answer:
                assert answer.status == 201
            await eventually(
                application,
                lambda: [body["call_status"] for body in application.bodies("/voice/status")] == ["trying", "in-progress"],
            )
            account = "bb845d4b-0000-4cde-a6e9-000000000001"
            async with session.get(f"/v1/Accounts/{account}/Calls", headers={"Authorization": f"Bearer {KEY}"}) as answer:
                assert [call["call_status"] for call in await answer.json()] == ["in-progress"]
            async with session.get("/sandbox/api/state") as answer:
                assert [phone["name"] for phone in (await answer.json())["phones"]] == ["Оператор 1"]
            async with session.get("/sandbox/api/events") as live:
                assert await live.content.readline()
                began = time.monotonic()
                process.send_signal(signal.SIGTERM)
                await process.wait()
        assert time.monotonic() - began < STOP_WITHIN_SECONDS
        assert b"Traceback" not in await process.stderr.read()
        kept = [json.loads(line) for line in (tmp_path / "hooks.jsonl").read_text("utf-8").splitlines()]
        assert [hook["path"] for hook in kept] == ["/voice/call", "/voice/status", "/voice/status"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    while line := await process.stderr.readline():
        if found := re.search(rb"running on (http://[\d.:]+)", line):
            return found[1].decode()
    raise AssertionError("the exchange did not start")
