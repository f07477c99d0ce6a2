"""From Telegram's webhook to sendMessage, beside plain Rasa with the same model, interleaved in one run.

Plain Rasa is the REST connector with its in-memory tracker: no durability, no sending. Ours stores the update, runs the dialogue,
stores the turn and sends the answer to a stand-in of Telegram. Each phrase is new to both, so no cache answers. The chat changes
every ten turns, because plain Rasa slows down with the length of a dialogue.
"""

import asyncio
import itertools
import json
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml

from bench.house import database, environment, free_port, program, running, wait_ready, webhook_url
from bench.standins import Telegram, message_update, post_update
from bench.telling import Line, tell
from bots.citizen.words import load_words
from nlu import paths
from nlu.server import READY, server_command

INTENTS = ("greet", "thanks", "menu", "news", "appeal_status", "bye", "leave_message", "ask_question")
"""Phrases of these intents are answered by the dialogue alone; a question adds the search, which plain Rasa does not do."""
WARM_UP, SAMPLES, QUICK_SAMPLES = 30, 300, 60
TURNS_A_CHAT = 10
TEXT_GOAL, BUTTON_GOAL, GROWTH_GOAL = 1.3, 0.6, 1.2
LONG_CHATS, LONG_TURNS, QUICK_LONG_CHATS = 6, 155, 2
TOKEN = "bench-nlu"  # a loopback server of this run


@dataclass
class Arms:
    """The two sides that are compared."""

    http: aiohttp.ClientSession
    plain: str
    webhook: str
    telegram: Telegram
    numbers: Iterator[int]

    async def plain_turn(self, chat: int, words: str) -> float:
        """Milliseconds of one turn of plain Rasa."""
        began = time.perf_counter()
        async with self.http.post(self.plain, json={"sender": str(chat), "message": words}) as response:
            await response.read()
        return (time.perf_counter() - began) * 1000

    async def our_turn(self, chat: int, words: str) -> float:
        """Milliseconds from the webhook's call to the arrival of the first message of the answer."""
        arrived = self.telegram.expect(chat)
        update = message_update(next(self.numbers), chat, words)
        began = time.perf_counter()
        status = await post_update(self.http, self.webhook, update)
        if status != 200:
            raise RuntimeError(f"the webhook answered {status}")
        async with asyncio.timeout(10):
            await arrived.wait()
        return (next(at for at, to, _ in reversed(self.telegram.sent) if to == chat) - began) * 1000


def main(argv: list[str]) -> int:
    """Run and tell."""
    quick = "--quick" in argv
    with database(seeded=True) as url:
        return tell("turn", asyncio.run(_run(url, quick=quick)))


async def _run(url: str, *, quick: bool) -> list[Line]:
    samples = QUICK_SAMPLES if quick else SAMPLES
    async with _arms(url) as arms:
        texts = _phrases()
        plain, ours = await _interleave(arms, texts, texts, samples)
        buttons = [item.title for item in load_words().menu if item.intent in {"menu", "news", "ask_question"}]
        intents = [f'/{intent}{{"press": "{number}"}}' for number in range(WARM_UP + samples) for intent in ("menu", "news")]
        plain_button, our_button = await _interleave(arms, intents, buttons, samples)
        early, late = await _growth(arms, texts, QUICK_LONG_CHATS if quick else LONG_CHATS)
    text, button, growth = _ratio(ours, plain), _ratio(our_button, plain_button), _ratio(late, early)
    return [
        Line(name="plain Rasa REST, text, p50 ms", figure=_ms(plain)),
        Line(name="ours webhook -> sendMessage, text, p50 ms", figure=_ms(ours)),
        Line(name="plain Rasa REST, /intent, p50 ms", figure=_ms(plain_button)),
        Line(name="ours, button, p50 ms", figure=_ms(our_button)),
        Line(name="button ratio", figure=f"{button:.2f}", goal=f"<= {BUTTON_GOAL}", ok=button <= BUTTON_GOAL),
        Line(name="turn 150 / turn 10 of one chat", figure=f"{growth:.2f}", goal=f"<= {GROWTH_GOAL}", ok=growth <= GROWTH_GOAL),
        Line(name="text ratio", figure=f"{text:.2f}", goal=f"<= {TEXT_GOAL}", ok=text <= TEXT_GOAL),
    ]


async def _interleave(
    arms: Arms, plain_words: Sequence[str], our_words: Sequence[str], samples: int
) -> tuple[list[float], list[float]]:
    """One turn of each in alternation; the first WARM_UP of both are thrown away."""
    plain, ours = [], []
    chat = 500_000 + next(arms.numbers) * 1000
    for number in range(WARM_UP + samples):
        if number % TURNS_A_CHAT == 0:
            chat += 1
        plain.append(await arms.plain_turn(chat, plain_words[number % len(plain_words)]))
        ours.append(await arms.our_turn(chat, our_words[number % len(our_words)]))
    return plain[WARM_UP:], ours[WARM_UP:]


async def _growth(arms: Arms, texts: Sequence[str], chats: int) -> tuple[list[float], list[float]]:
    """Our turns 5-15 and 145-155 of the same chats, the chats interleaved."""
    early, late = [], []
    people = [900_000 + number for number in range(chats)]
    for turn in range(1, LONG_TURNS + 1):
        for person in people:
            took = await arms.our_turn(person, texts[(turn * 7 + person) % len(texts)])
            if 5 <= turn <= 15:
                early.append(took)
            elif turn >= 145:
                late.append(took)
    return early, late


@asynccontextmanager
async def _arms(url: str) -> AsyncIterator[Arms]:
    plain_port, our_port, web_port, telegram = free_port(), free_port(), free_port(), Telegram()
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram.serving())
        command, given = server_command(our_port, TOKEN)
        await stack.enter_async_context(program(command, given, paths.HOME))
        await stack.enter_async_context(program(*_plain_rasa(plain_port), paths.HOME))
        await wait_ready(f"http://127.0.0.1:{our_port}{READY}")
        await wait_ready(f"http://127.0.0.1:{plain_port}/webhooks/rest/")
        web = environment(url, api, f"http://127.0.0.1:{our_port}", TOKEN, web_port)
        await stack.enter_async_context(running("web", web, f"http://127.0.0.1:{web_port}/readyz"))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Arms(
            http, f"http://127.0.0.1:{plain_port}/webhooks/rest/webhook", webhook_url(web_port), telegram, itertools.count(1)
        )


def _plain_rasa(port: int) -> tuple[list[str], dict[str, str]]:
    """The same model behind Rasa's own REST connector and in-memory tracker."""
    command, given = server_command(port, TOKEN)
    data = Path(__file__).parent / "data"
    command[command.index("--credentials") + 1] = str(data / "plain_credentials.yml")
    command[command.index("--endpoints") + 1] = str(data / "plain_endpoints.yml")
    return command, given


def _phrases() -> list[str]:
    """Different phrases of the intents that the dialogue answers alone, in a fixed mixed order."""
    found = []
    for file in sorted((paths.HOME / "data").glob("*.yml")):
        for block in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("nlu", []):
            if block.get("intent") in INTENTS:
                found += [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if "[" not in line]
    return sorted(set(filter(None, found)), key=lambda words: json.dumps(words)[::-1])


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(ours) / statistics.median(theirs)


def _ms(samples: Sequence[float]) -> str:
    return f"{statistics.median(samples):.1f}"
