"""A web server that says that it is about to stop before it takes no more connections."""

import asyncio
import signal
import socket
from types import FrameType

import uvicorn

from app.watching.health import Health
from core.logs import log


class DrainingServer(uvicorn.Server):
    """Tells the health when it listens. A first SIGTERM is told at once and obeyed after ``seconds``; a second, or Ctrl-C, at once.

    uvicorn's own server raises the signal again when it has ended, and dies of it: what was received would not be carried to its
    end, and the house not be closed.
    """

    def __init__(self, config: uvicorn.Config, health: Health, seconds: float) -> None:
        super().__init__(config)
        self._health, self._seconds = health, seconds
        self._loop = asyncio.get_running_loop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        if self.started and self._health.serving is not None:
            self._health.serving.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by the signal, between two steps of the loop."""
        self._loop.call_soon_threadsafe(self._exit, sig)

    def _exit(self, sig: int) -> None:
        is_first = not self._health.stopping.is_set()
        self._health.stopping.set()
        if is_first and sig == signal.SIGTERM and self._seconds:
            log.info("server.draining", seconds=self._seconds)
            self._loop.call_later(self._seconds, self._stop)
        else:
            self.force_exit = self.should_exit
            self._stop()

    def _stop(self) -> None:
        self.should_exit = True
