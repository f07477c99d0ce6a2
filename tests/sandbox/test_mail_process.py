"""`python -m sandbox.mail` as a process: it serves, keeps the letters in its folder, and stops although pages are open."""

import asyncio
import re
import signal
import smtplib
import sys
import time
from pathlib import Path

import aiohttp

from sandbox.mail.driver import Mailbox

STOP_WITHIN_SECONDS = 4


async def test_it_keeps_letters_and_stops_at_once_although_a_page_is_open(tmp_path: Path) -> None:
    command = ("-m", "sandbox.mail", "--port", "0", "--smtp-port", "0", "--log-level", "info", "--data-dir", str(tmp_path))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.PIPE)
    try:
        base = await _address(process)
        async with Mailbox(base, "zarina@example.org") as box, aiohttp.ClientSession(base) as session:
            port = (await box.ask("GET", "settings"))["smtp_port"]
            await asyncio.to_thread(_send, port)
            assert (await box.gets()).subject == "kept"
            assert b"Subject: kept" in (tmp_path / "000001.eml").read_bytes()
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


def _send(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail("centre@city.example", ["zarina@example.org"], b"Subject: kept\r\n\r\nwords\r\n")


async def _address(process: asyncio.subprocess.Process) -> str:
    while line := await process.stderr.readline():
        if found := re.search(rb"running on (http://[\d.:]+)", line):
            return found[1].decode()
    raise AssertionError("the sandbox did not start")
