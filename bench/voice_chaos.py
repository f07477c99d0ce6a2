"""SIGKILL web and recorder at random moments during calls: every call has its row and its one result, every recording can be read
up to the last second before the kill (reg. 2.5.1, 2.5.2).

jambonz is our stand-in, in this program, at the pace of the wall clock. Web, recorder and worker are the product's own processes on
a real database, in office hours. The dialogue is down.
"""

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.daytime import AHEAD, ClockAhead, seconds_to_daytime
from bench.house import database, environment, free_port, wait_ready
from bench.telling import Line, tell
from bench.voice_callers import DISPATCH, OPERATORS, Town
from bench.voice_judge import Files, judge, settle, staff
from sandbox.jambonz.app import serving
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import ACCOUNT, APPLICATION, KEY, NUMBER, SECRET, PaceKind, Settings
from sandbox.jambonz.taps import Tap

AT_ONCE = 10
FIRST_CALLS = 3.0
"""Seconds before the first kill may come."""
LOOK_SECONDS = 0.02
HASTE = 5.0
"""Prompts are so many times shorter than they would be; the callers' own words and waits are not."""
SEED = 2053
VOICE_SECRET, RECORDER_PASSWORD = "bench-voice", "bench-recorder"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kills:
    """How often each is killed, and after how many seconds of life; ``last_calls``: seconds for the calls that go on after."""

    web: int
    recorder: int
    pause: tuple[float, float]
    last_calls: float


WHOLE = Kills(web=8, recorder=12, pause=(0.5, 8.0), last_calls=25.0)
QUICK = Kills(web=2, recorder=4, pause=(0.5, 4.0), last_calls=5.0)


@dataclass
class Taped:
    """Every sound socket there was, and of those that a kill cut what had been sent by then, in bytes."""

    exchange: Exchange
    taps: dict[int, Tap] = field(default_factory=dict)
    cut: dict[int, int] = field(default_factory=dict)

    async def watch(self) -> None:
        """For ever."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_SECONDS)

    def recorder_dies(self) -> None:
        """Now."""
        self._look()
        self.cut |= {number: tap.sent for number, tap in self.taps.items() if not tap.closed.done()}

    def _look(self) -> None:
        for leg in self.exchange.legs.values():
            self.taps |= {id(sink): sink for sink in leg.sinks if isinstance(sink, Tap)}


@dataclass
class House:
    """The product's processes; one that is killed is started again at once."""

    given: Mapping[str, str]
    ready: Mapping[str, str]
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """All of them for as long as the block lasts."""
        try:
            for name in ("web", "recorder", "worker"):
                self.start(name)
            for url in self.ready.values():
                await wait_ready(url)
            yield
        finally:
            for child in self.children.values():
                child.terminate()
            for child in self.children.values():
                await asyncio.to_thread(child.wait)

    def start(self, name: str) -> None:
        """One process."""
        command = [sys.executable, "-m", "bench.daytime", name]
        self.children[name] = subprocess.Popen(command, env=dict(self.given), stdout=subprocess.DEVNULL)

    async def kill(self, name: str) -> None:
        """SIGKILL, start again at once, wait until it answers."""
        self.children[name].send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.children[name].wait)
        self.start(name)
        await wait_ready(self.ready[name])


def main(argv: list[str]) -> int:
    """Run and tell; 1 when a goal is missed."""
    quick = "--quick" in argv
    with database(seeded=True) as url, tempfile.TemporaryDirectory(prefix="bench-voice-") as folder:
        return tell("voice_chaos", asyncio.run(_run(url, Path(folder), quick=quick)))


async def _run(url: str, folder: Path, *, quick: bool) -> list[Line]:
    web, recorder, chance = free_port(), free_port(), random.Random(SEED)
    clock = ClockAhead(seconds_to_daytime())
    order = QUICK if quick else WHOLE
    files = Files(f"http://127.0.0.1:{recorder}", VOICE_SECRET)
    async with serving(_exchange(web)) as exchange:
        given = environment(url, NOWHERE, NOWHERE, "bench", web) | _voice(web, recorder, exchange.url, folder)
        given = {name: value for name, value in given.items() if not name.startswith("TELEGRAM_")}
        house = House(
            given | {AHEAD: str(clock.seconds)},
            {"web": f"http://127.0.0.1:{web}/readyz", "recorder": f"{files.address}/healthz"},
        )
        town, taped = Town(exchange, chance), Taped(exchange)
        town.open_telephones(await staff(url, clock, OPERATORS))
        async with house.standing():
            watching = asyncio.create_task(taped.watch())
            calling = asyncio.create_task(town.call_on(AT_ONCE))
            await _kill(house, taped, chance, order)
            await _last_calls(town, calling, order.last_calls)
            watching.cancel()
            settled = await settle(url, clock, exchange.url, patient=not quick)
            sounds = {number: await files.seconds(tap.url) for number, tap in taped.taps.items()}
        sent = {number: taped.cut.get(number, tap.sent) / _second_bytes(tap) for number, tap in taped.taps.items()}
        return [
            Line(name="SIGKILLs of web + recorder (seed)", figure=f"{order.web} + {order.recorder} ({SEED})"),
            *judge(url, town.callers, settled),
            *_heard(taped, sent, sounds),
        ]


async def _kill(house: House, taped: Taped, chance: random.Random, order: Kills) -> None:
    """Both at random moments, each as soon as it answered again: at times both are away."""
    await asyncio.sleep(FIRST_CALLS)
    async with asyncio.TaskGroup() as tasks:
        for name, times in (("web", order.web), ("recorder", order.recorder)):
            moments = [chance.uniform(*order.pause) for _ in range(times)]
            tasks.create_task(_kill_often(house, taped, name, moments))


async def _kill_often(house: House, taped: Taped, name: str, pauses: Sequence[float]) -> None:
    for pause in pauses:
        await asyncio.sleep(pause)
        if name == "recorder":
            taped.recorder_dies()
        await house.kill(name)


async def _last_calls(town: Town, calling: "asyncio.Task[None]", seconds: float) -> None:
    town.stopping.set()
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(calling), seconds)
    await town.hang_up_all()
    await calling


def _heard(taped: Taped, sent: Mapping[int, float], sounds: Mapping[int, float | None]) -> list[Line]:
    """What the files hold of what was sent, in seconds."""
    lost = {number: seconds - (sounds[number] or 0.0) for number, seconds in sent.items()}
    unreadable = sum(sounds[number] is None and seconds > 1.0 for number, seconds in sent.items())
    cut = max((lost[number] for number in taped.cut), default=0.0)
    whole = max((seconds for number, seconds in lost.items() if number not in taped.cut), default=0.0)
    return [
        Line(name="recordings, seconds of sound", figure=f"{len(sent)}, {sum(sent.values()):.0f}"),
        Line(name="recordings that a kill cut", figure=str(len(taped.cut))),
        Line(name="recordings that cannot be read", figure=str(unreadable), goal="= 0", ok=unreadable == 0),
        Line(name="seconds lost before a kill, at most", figure=f"{cut:.2f}", goal="<= 1.0", ok=cut <= 1.0),
        Line(name="seconds lost of others, at most", figure=f"{whole:.2f}", goal="<= 0.1", ok=whole <= 0.1),
    ]


def _second_bytes(tap: Tap) -> int:
    return 8000 * 2 * (2 if "/rec/call/" in tap.url else 1)


def _exchange(web: int) -> Settings:
    hooks = f"http://127.0.0.1:{web}/voice"
    return Settings(
        call_hook=f"{hooks}/call#rc=2&rp=ct,5xx",
        status_hook=f"{hooks}/status#rc=2&rp=ct,5xx",
        queue_hook=f"{hooks}/queue-event",
        pace=PaceKind.REAL,
        haste=HASTE,
    )


def _voice(web: int, recorder: int, exchange: str, folder: Path) -> dict[str, str]:
    return {
        "VAR_DIR": str(folder / "var"),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),  # as installed: a program that is started again is not compiled again
        "DISPATCH_PHONE": DISPATCH,
        "DISPATCH_PHONE_2": "112",
        "JAMBONZ_URL": f"{exchange}/v1",
        "JAMBONZ_TOKEN": KEY,
        "JAMBONZ_ACCOUNT": ACCOUNT,
        "JAMBONZ_APPLICATION": APPLICATION,
        "JAMBONZ_WEBHOOK_SECRET": SECRET,
        "VOICE_SECRET": VOICE_SECRET,
        "VOICE_PUBLIC_URL": f"http://127.0.0.1:{web}",
        "VOICE_RECORDER_URL": f"ws://127.0.0.1:{recorder}",
        "VOICE_RECORDER_HTTP": f"http://127.0.0.1:{recorder}",
        "VOICE_RECORDER_PORT": str(recorder),
        "VOICE_RECORDER_PASSWORD": RECORDER_PASSWORD,
        "VOICE_RECORDINGS_DIR": str(folder / "recordings"),
        "VOICE_FREE_GB": "0",
        "VOICE_NUMBER": NUMBER,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
