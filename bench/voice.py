"""The telephone: a step of its menu beside a bare FastAPI echo, an answer of the knowledge base beside the same in Telegram, the
first sound of four sentences beside that of one, and the memory of an open recording. All sides in one run, interleaved.
"""

import asyncio
import hashlib
import hmac
import itertools
import statistics
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import yaml

from bench.house import database, environment, free_port, program, running, wait_ready, webhook_url
from bench.standins import Telegram, message_update, post_update
from bench.telling import Line, tell
from bench.turn import TOKEN
from bench.voice_recorder import recorder_memory
from bench.voice_speech import first_bytes
from core.knowledge.seeding import KNOWLEDGE
from nlu import paths
from nlu.server import READY, server_command

WEBHOOK_SECRET, VOICE_SECRET = "bench-hooks", "bench-voice"
WARM_UP, STEPS, QUICK_STEPS = 40, 400, 120
QUESTIONS, QUICK_QUESTIONS = 80, 30
STEP_GOAL, ANSWER_GOAL, MEMORY_GOAL = 2.0, 1.3, 100
MENU_KEYS = ("*", "#")
"""Pressed in turn: the menu, and the same again; neither has an effect."""
FORMS = tuple(yaml.safe_load((Path(__file__).parent / "data" / "question_forms.yaml").read_text(encoding="utf-8")))


@dataclass
class Arms:
    """The sides that are compared."""

    http: aiohttp.ClientSession
    echo: str
    voice: str
    webhook: str
    telegram: Telegram
    numbers: Iterator[int]

    async def echoed(self, body: bytes) -> float:
        """Milliseconds of the echo."""
        began = time.perf_counter()
        async with self.http.post(self.echo, data=body, headers={"Content-Type": "application/json"}) as answer:
            await answer.read()
        return (time.perf_counter() - began) * 1000

    async def hook(self, url: str, body: bytes) -> tuple[float, list[dict[str, Any]]]:
        """Milliseconds of a signed hook, and its verbs."""
        headers = {"Content-Type": "application/json", "Jambonz-Signature": _signature(body)}
        began = time.perf_counter()
        async with self.http.post(url, data=body, headers=headers) as answer:
            raw = await answer.read()
        spent = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{url}: {answer.status}")
        return spent, orjson.loads(raw)

    async def telegram_turn(self, chat: int, words: str) -> float:
        """Milliseconds from the webhook's call to the arrival of the first message of the answer."""
        arrived = self.telegram.expect(chat)
        update = message_update(next(self.numbers), chat, words)
        began = time.perf_counter()
        if await post_update(self.http, self.webhook, update) != 200:
            raise RuntimeError("the webhook refused")
        async with asyncio.timeout(10):
            await arrived.wait()
        return (next(at for at, to, _ in reversed(self.telegram.sent) if to == chat) - began) * 1000


@dataclass
class Call:
    """One caller of the bench."""

    arms: Arms
    body: dict[str, Any]
    hook: str = ""

    async def dial(self) -> None:
        """Call, and remember what is listened to."""
        _, verbs = await self.arms.hook(self.arms.voice, orjson.dumps(self.body))
        self.hook = _hook(verbs)

    async def press(self, key: str) -> tuple[float, bytes]:
        """Milliseconds of the step, and the body that was sent."""
        body = orjson.dumps({**self.body, "digits": key, "reason": "dtmfDetected"})
        spent, verbs = await self.arms.hook(self.hook, body)
        self.hook = _hook(verbs)
        return spent, body

    async def say(self, words: str) -> float:
        """Milliseconds of the answer."""
        speech = {"language_code": "ru-RU", "is_final": True, "alternatives": [{"confidence": 0.9, "transcript": words}]}
        spent, verbs = await self.arms.hook(self.hook, orjson.dumps({**self.body, "speech": speech, "reason": "speechDetected"}))
        self.hook = _hook(verbs)
        return spent


def main(argv: list[str]) -> int:
    """Run and tell."""
    quick = "--quick" in argv
    with database(seeded=True) as url:
        lines = asyncio.run(_run(url, quick=quick))
    return tell("voice", [*lines, *_sound(quick=quick)])


async def _run(url: str, *, quick: bool) -> list[Line]:
    async with _arms(url) as arms:
        steps, echoes = await _steps(arms, QUICK_STEPS if quick else STEPS)
        answers, turns = await _answers(arms, QUICK_QUESTIONS if quick else QUESTIONS)
    step = statistics.median(steps) / statistics.median(echoes)
    answer = statistics.median(answers) / statistics.median(turns)
    return [
        Line(name="bare FastAPI echo, p50 ms", figure=f"{statistics.median(echoes):.2f}"),
        Line(name="a step of the menu, p50 ms", figure=f"{statistics.median(steps):.2f}"),
        Line(name="Telegram, a question answered, p50 ms", figure=f"{statistics.median(turns):.1f}"),
        Line(name="telephone, a question answered, p50 ms", figure=f"{statistics.median(answers):.1f}"),
        Line(name="menu step / echo", figure=f"{step:.2f}", goal=f"<= {STEP_GOAL}", ok=step <= STEP_GOAL),
        Line(name="answer by telephone / in Telegram", figure=f"{answer:.2f}", goal=f"<= {ANSWER_GOAL}", ok=answer <= ANSWER_GOAL),
    ]


def _sound(*, quick: bool) -> list[Line]:
    kilobytes = recorder_memory()
    memory = Line(
        name="memory of an open recording, kB",
        figure=f"{kilobytes:.0f}",
        goal=f"<= {MEMORY_GOAL}",
        ok=kilobytes <= MEMORY_GOAL,
    )
    return [*first_bytes(quick=quick), memory]


async def _steps(arms: Arms, samples: int) -> tuple[list[float], list[float]]:
    """A step and an echo of the same body in alternation; a new call every forty steps."""
    steps, echoes = [], []
    call = Call(arms, _call_body())
    for number in range(WARM_UP + samples):
        if number % 40 == 0:
            call = Call(arms, _call_body())
            await call.dial()
        spent, body = await call.press(MENU_KEYS[number % 2])
        steps.append(spent)
        echoes.append(await arms.echoed(body))
    return steps[WARM_UP:], echoes[WARM_UP:]


async def _answers(arms: Arms, samples: int) -> tuple[list[float], list[float]]:
    """A question on the telephone and another in Telegram in alternation, each somebody's first; none is asked twice."""
    questions = _questions()
    answers, turns = [], []
    warm = 10
    for number in range(warm + samples):
        call = Call(arms, _call_body())
        await call.dial()
        await call.press("3")
        answers.append(await call.say(questions[2 * number]))
        turns.append(await arms.telegram_turn(700_000 + number, questions[2 * number + 1]))
    return answers[warm:], turns[warm:]


@asynccontextmanager
async def _arms(url: str) -> AsyncIterator[Arms]:
    nlu, web_port, echo_port, telegram = free_port(), free_port(), free_port(), Telegram()
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram.serving())
        command, given = server_command(nlu, TOKEN)
        await stack.enter_async_context(program(command, given, paths.HOME))
        await wait_ready(f"http://127.0.0.1:{nlu}{READY}")
        web = environment(url, api, f"http://127.0.0.1:{nlu}", TOKEN, web_port) | _voice(web_port)
        await stack.enter_async_context(running("web", web, f"http://127.0.0.1:{web_port}/readyz"))
        serving = [sys.executable, "-m", "uvicorn", "bench.echo:app", "--port", str(echo_port), "--no-access-log"]
        await stack.enter_async_context(program([*serving, "--log-level", "error"], web, Path.cwd()))
        await wait_ready(f"http://127.0.0.1:{echo_port}/openapi.json")
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Arms(
            http=http,
            echo=f"http://127.0.0.1:{echo_port}/echo",
            voice=f"http://127.0.0.1:{web_port}/voice/call",
            webhook=webhook_url(web_port),
            telegram=telegram,
            numbers=itertools.count(1),
        )


def _voice(port: int) -> dict[str, str]:
    """A telephone whose exchange is this program."""
    nowhere = "http://127.0.0.1:9"
    return {
        "JAMBONZ_URL": f"{nowhere}/v1",
        "JAMBONZ_TOKEN": "bench",
        "JAMBONZ_ACCOUNT": "bench",
        "JAMBONZ_APPLICATION": "bench",
        "JAMBONZ_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "VOICE_SECRET": VOICE_SECRET,
        "VOICE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VOICE_RECORDER_URL": "ws://127.0.0.1:9",
        "VOICE_RECORDER_HTTP": nowhere,
        "VOICE_RECOGNISES": "True",
    }


def _call_body() -> dict[str, Any]:
    """A call as jambonz tells it."""
    caller = f"7900{uuid.uuid4().int % 10_000_000:07d}"
    return {
        "call_sid": str(uuid.uuid4()),
        "account_sid": "bench",
        "application_sid": "bench",
        "direction": "inbound",
        "from": caller,
        "to": "78672000000",
        "call_id": uuid.uuid4().hex,
        "sip_status": 200,
        "sip_reason": "OK",
        "call_status": "in-progress",
        "originating_sip_ip": "127.0.0.1",
        "originating_sip_trunk_name": "trunk",
    }


def _signature(body: bytes) -> str:
    moment = str(int(time.time()))
    seal = hmac.new(WEBHOOK_SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={seal}"


def _hook(verbs: Sequence[Mapping[str, Any]]) -> str:
    """Where the last listening of an answer is told; a fragment is the exchange's own affair."""
    hooks = [str(verb["actionHook"]) for verb in verbs if verb["verb"] == "gather"]
    return hooks[-1].partition("#")[0]


def _questions() -> list[str]:
    """Questions with an answer, each in several forms, in a fixed mixed order."""
    inside = yaml.safe_load((KNOWLEDGE / "dev_queries.yaml").read_text(encoding="utf-8"))["inside"]
    texts = [str(text) for asked in inside.values() for text in asked]
    return sorted({form.format(text) for text in texts for form in FORMS}, key=lambda text: hashlib.sha256(text.encode()).digest())
