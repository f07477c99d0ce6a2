"""`python -m sandbox.telegram` as a process: it serves, keeps the files in its folder, and stops although pages are open."""

import asyncio
import re
import signal
import sys
import time
from pathlib import Path

import aiohttp

from sandbox.telegram.driver import Sandbox

STOP_WITHIN_SECONDS = 4


async def test_it_stops_at_once_although_a_page_is_open(tmp_path: Path) -> None:
    command = (
        "-m",
        "sandbox.telegram",
        "--port",
        "0",
        "--log-level",
        "info",
        "--data-dir",
        str(tmp_path),
        "--token",
        "42:own",
        "--name",
        "Centre",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        base = await _address(process)
        async with Sandbox(base) as sandbox, aiohttp.ClientSession(base) as session:
            [bot] = await sandbox.ask("GET", "bots")
            assert (bot["id"], bot["first_name"]) == (42, "Centre")
            people = await sandbox.citizens()
            await people[0].starts()
            await people[0].sends_file(b"kept", "kept.txt")
            assert [file.read_bytes() for file in tmp_path.rglob("*.txt")] == [b"kept"]
            async with session.get("/sandbox/api/events") as live:
                assert (await live.content.readline()).startswith(b"data:")
                began = time.monotonic()
                process.send_signal(signal.SIGTERM)
                await process.wait()
        assert time.monotonic() - began < STOP_WITHIN_SECONDS
        assert b"Traceback" not in await process.stderr.read()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    while line := await process.stderr.readline():
        if found := re.search(rb"running on (http://[\d.:]+)", line):
            return found[1].decode()
    raise AssertionError("the sandbox did not start")
