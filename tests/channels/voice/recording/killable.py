"""Recorders that can be killed: a process that has loaded everything forks one for each line of its input, which names a folder.

It answers with the number of the process and its port. The office is away all the time.
"""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from channels.voice.recording.app import SERVER_OPTIONS, recorder_app
from core.clock import SystemClock
from core.phone.recordings import RecordingFacts
from tests.channels.voice.recording.running import SEALS, options


class AwayJournal:
    """Implements RecordingJournal: nobody is there."""

    async def tell(self, facts: RecordingFacts) -> None:
        """Fail."""
        raise ConnectionError("away")

    async def unfinished(self, kept_at: str) -> list[str]:
        """Fail."""
        raise ConnectionError("away")


def record(folder: Path) -> None:
    """Be a recorder until killed."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        given = options(folder, settle_seconds=3600, retry_seconds=3600)
        config = uvicorn.Config(recorder_app(given, AwayJournal(), SystemClock(), SEALS), log_config=None, **SERVER_OPTIONS)
        asyncio.run(_Server(config).serve(sockets=[listening]))


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        sys.stdout.write(f"{os.getpid()} {sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()


def main() -> None:
    """Fork for every line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            with Path(os.devnull).open() as nothing:
                os.dup2(nothing.fileno(), 0)
            record(Path(line.strip()))
            return


if __name__ == "__main__":
    main()
