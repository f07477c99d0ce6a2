"""The memory of an open recording: what the product's own recorder grows by while 200 calls speak at once, shared among them.

All that the recorder loads once is loaded before, by calls that come and go. The sound comes as fast as speech, and the largest of
the growths that were seen while it came is told, not that of the quiet before.
"""

import asyncio
import os
import tempfile
import time
from base64 import b64encode
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.house import database, free_port, running
from bench.telling import Line, tell
from channels.voice.recording.audio_socket import PURPOSE, SUBPROTOCOL
from channels.voice.recording.serving import READER
from channels.voice.seals import Seals

SECRET, USER, PASSWORD = "bench-voice", "bench", "bench-recorder"
SEALS = Seals(SECRET)
HEADERS = {"Authorization": "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
CALLS, BEFORE, AT_ONCE = 200, 20, 20
GOAL = 100
SECONDS, TICK = 5.0, 0.1
FRAME = bytes(range(256)) * 12 + bytes(128)
"""A tenth of a second of two channels."""
READER_HEADERS = {"Authorization": f"Bearer {SEALS.mac(*READER)}"}
METADATA = '{"sampleRate":8000,"mixType":"stereo","callSid":"%s","direction":"inbound"}'


def main(_: list[str]) -> int:
    """Run and tell."""
    kilobytes = recorder_memory()
    name, ok = f"memory of each of {CALLS} open recordings, kB", kilobytes <= GOAL
    return tell("voice_recorder", [Line(name=name, figure=f"{kilobytes:.0f}", goal=f"<= {GOAL}", ok=ok)])


def recorder_memory() -> float:
    """Kilobytes (of 1024 bytes) of resident memory for each open recording."""
    with database(seeded=False) as url, tempfile.TemporaryDirectory(prefix="cc-rec-") as folder:
        return asyncio.run(_measured(url, Path(folder)))


async def _measured(url: str, folder: Path) -> float:
    port = free_port()
    given = {
        **os.environ,
        "DATABASE_URL": url,
        "VOICE_SECRET": SECRET,
        "VOICE_RECORDER_PASSWORD": PASSWORD,
        "VOICE_RECORDER_USER": USER,
        "VOICE_RECORDER_HOST": "127.0.0.1",
        "VOICE_RECORDER_PORT": str(port),
        "VOICE_RECORDINGS_DIR": str(folder),
        "VOICE_FREE_GB": "0",
        "LOG_LEVEL": os.environ.get("BENCH_LOG", "ERROR"),
    }
    async with running("recorder", given, f"http://127.0.0.1:{port}/healthz") as child:
        await _growth(port, child.pid, "before", BEFORE)
        return await _growth(port, child.pid, "open", CALLS) / CALLS


async def _growth(port: int, process: int, name: str, count: int) -> float:
    """The most kilobytes by which the process grew while so many calls spoke."""
    at_first = _resident(process)
    async with AsyncExitStack() as stack:
        calls: list[ClientConnection] = []
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(count, start + AT_ONCE))
            calls += await asyncio.gather(*(stack.enter_async_context(_socket(port, f"{name}-{number}")) for number in numbers))
        for number, call in enumerate(calls):
            await call.send(METADATA % f"{name}-{number}")
        grown = max(await _speak(calls, process)) - at_first
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/room", headers=READER_HEADERS) as answer:
            if (told := await answer.json())["open"] != count:
                raise RuntimeError(f"{told['open']} of {count} are recorded")
        return grown


async def _speak(calls: list[ClientConnection], process: int) -> list[float]:
    """The process's size after every tick."""
    began, sizes = time.monotonic(), []
    for tick in range(int(SECONDS / TICK)):
        await asyncio.sleep(max(0.0, began + tick * TICK - time.monotonic()))
        for call in calls:
            await call.send(FRAME)
        sizes.append(_resident(process))
    return sizes


def _socket(port: int, call_sid: str) -> connect:
    key = f"call:{call_sid}"
    address = f"ws://127.0.0.1:{port}/rec/call/{call_sid}/{SEALS.mac(PURPOSE, key)}"
    return connect(address, subprotocols=[Subprotocol(SUBPROTOCOL)], additional_headers=HEADERS, compression=None, proxy=None)


def _resident(process: int) -> float:
    """Kilobytes, as Linux counts them."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))
