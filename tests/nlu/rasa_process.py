"""A Rasa server of our own for tests: trained if need be, on a free port, stopped at the end. Other test trees may use it."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from nlu import paths
from nlu.server import READY, server_command
from nlu.train import ensure_environment, ensure_model

START_SECONDS = 90


@dataclass(frozen=True)
class RasaServer:
    """Where the server is, and the token of its connector."""

    url: str
    token: str
    pid: int


def environment_is_possible() -> bool:
    """Tell whether the dialogue's environment is there or can be made here."""
    return paths.PYTHON.exists() or _uv() is not None


def _uv() -> str | None:
    bundled = paths.ROOT / ".tools" / "bin" / "uv"
    return str(bundled) if bundled.exists() else shutil.which("uv")


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_rasa() -> Iterator[RasaServer]:
    """Run the server while the block lasts."""
    if not paths.PYTHON.exists():
        uv = _uv()
        assert uv is not None, "uv is needed to make the dialogue's environment"
        ensure_environment(uv)
    port, token = free_port(), secrets.token_urlsafe(16)
    arguments, environment = server_command(port, token, ensure_model())
    log = paths.LOGS / f"nlu-test-{port}.log"
    with log.open("wb") as noise:
        process = subprocess.Popen(arguments, cwd=paths.HOME, env=environment, stdout=noise, stderr=noise, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process)
            yield RasaServer(url=url, token=token, pid=process.pid)
        finally:
            _stop(process)
    log.unlink(missing_ok=True)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert process.poll() is None, f"Rasa stopped with {process.returncode} while starting"
        try:
            if httpx.get(url + READY, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"Rasa did not start within {START_SECONDS} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)
