"""An ASGI application on a free port of this machine, in a thread, for as long as a test needs it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

START_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 10


@contextmanager
def serve(app: Any, *, before_stop: Callable[[], None] | None = None) -> Iterator[str]:
    """Yield the base URL of the running application; `before_stop` lets its long answers go.

    Raises RuntimeError when it does not start.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="on", timeout_graceful_shutdown=1, ws="none")
        server = _Server(config, before_stop)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        if not server.up.wait(START_WITHIN_SECONDS) or not server.started:
            raise RuntimeError("the application did not start")
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_WITHIN_SECONDS)


class _Server(uvicorn.Server):
    """Tells when it is up, or will never be."""

    def __init__(self, config: uvicorn.Config, before_stop: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._before_stop = before_stop
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._before_stop is not None:
            self._before_stop()
        await super().shutdown(sockets)
