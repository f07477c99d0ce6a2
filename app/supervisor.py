"""One supervisor for the processes of one machine: started in order, watched, restarted, stopped cleanly."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

STOP_WAIT = 10.0
"""Seconds that a process gets to stop before it is killed."""
READY_WAIT = 180.0
RESTART_WAITS = (0.5, 1, 2, 5, 10)
COLOURS = (36, 33, 35, 32, 34, 31)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One child: its command, what it is given, and where it answers when it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_url: str = ""


class Supervisor:
    """Starts programs, prints their lines with a coloured prefix, and brings back those that die."""

    def __init__(self) -> None:
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self.stopping = asyncio.Event()
        self._width = 0

    async def run(self, programs: Sequence[Program], on_ready: asyncio.Event) -> None:
        """Run all until ``stopping`` is set; ``on_ready`` is set when every program answers."""
        self._width = max(len(program.name) for program in programs)
        async with asyncio.TaskGroup() as tasks:
            watchers = [
                tasks.create_task(self._keep(program, colour)) for program, colour in zip(programs, _colours(), strict=False)
            ]
            ready = tasks.create_task(self._wait_ready(programs, on_ready))
            await self.stopping.wait()
            ready.cancel()
            for watcher in watchers:
                watcher.cancel()
            await self._stop_all()

    async def _keep(self, program: Program, colour: int) -> None:
        falls = 0
        while not self.stopping.is_set():
            child = await self._start(program)
            started = asyncio.get_running_loop().time()
            await self._print_lines(program.name, colour, child)
            code = await child.wait()
            if self.stopping.is_set():
                return
            falls = 0 if asyncio.get_running_loop().time() - started > 60 else falls + 1
            wait = RESTART_WAITS[min(falls, len(RESTART_WAITS) - 1)]
            self._line(program.name, colour, f"ended with code {code}, started again in {wait} s")
            await asyncio.sleep(wait)

    async def _start(self, program: Program) -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            *program.command,
            env={**os.environ, **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self._children[program.name] = child
        return child

    async def _print_lines(self, name: str, colour: int, child: asyncio.subprocess.Process) -> None:
        if child.stdout is None:
            return
        while line := await child.stdout.readline():
            self._line(name, colour, line.decode(errors="replace").rstrip())

    def _line(self, name: str, colour: int, words: str) -> None:
        prefix = f"{name:<{self._width}} |"
        shown = f"\033[{colour}m{prefix}\033[0m" if sys.stdout.isatty() else prefix
        print(shown, words, flush=True)  # noqa: T201

    async def _wait_ready(self, programs: Sequence[Program], on_ready: asyncio.Event) -> None:
        async with aiohttp.ClientSession() as http, asyncio.timeout(READY_WAIT):
            for program in programs:
                while program.ready_url and not await answers(http, program.ready_url):
                    await asyncio.sleep(0.2)
        on_ready.set()

    async def _stop_all(self) -> None:
        running = [child for child in self._children.values() if child.returncode is None]
        for child in running:
            child.send_signal(signal.SIGTERM)
        for child in running:
            try:
                async with asyncio.timeout(STOP_WAIT):
                    await child.wait()
            except TimeoutError:
                child.kill()
                await child.wait()


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    """Whether something healthy answers there."""
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=5)) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


def _colours() -> list[int]:
    return list(COLOURS) * 4


def _die_with_parent() -> None:
    """Ask Linux to end the child when the supervisor is killed, so that nothing is left behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
