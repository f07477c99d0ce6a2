"""The first sound of four sentences asked at once beside that of one: the product's own speech service, its best voice, in one run.

Both are asked for in turn over HTTP as FreeSWITCH does (MP3), so that whatever else the machine does is on both sides. They are
sentences of the knowledge base, which no prompt cache keeps. The goal: four at once wait no longer than if they stood in a queue.
"""

import asyncio
import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import aiohttp
import yaml

from bench.house import free_port, running
from bench.telling import Line, percentile, tell
from channels.voice.spoken import sentences_of
from core.knowledge.seeding import KNOWLEDGE

KEY = "bench-speech"
TOGETHER = 4
ROUNDS, QUICK_ROUNDS, WARM_UP = 40, 15, 4
GOAL = 4.0
SHORTEST, LONGEST = 60, 120
"""Characters of a sentence that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Milliseconds to the first byte of sound: asked alone, and asked with others."""

    voice: str
    alone: Sequence[float]
    together: Sequence[float]


def main(argv: list[str]) -> int:
    """Run and tell."""
    return tell("voice_speech", first_bytes(quick="--quick" in argv))


def first_bytes(*, quick: bool) -> list[Line]:
    """The figures."""
    spent = asyncio.run(_run(QUICK_ROUNDS if quick else ROUNDS))
    alone, together = percentile(spent.alone, 0.95), percentile(spent.together, 0.95)
    ratio = together / alone
    return [
        Line(name=f"first sound of one sentence ({spent.voice}), p95 ms", figure=f"{alone:.0f}"),
        Line(name=f"first sound of {TOGETHER} at once ({spent.voice}), p95 ms", figure=f"{together:.0f}"),
        Line(name=f"first sound of {TOGETHER} / of one", figure=f"{ratio:.2f}", goal=f"<= {GOAL:g}", ok=ratio <= GOAL),
    ]


async def _run(rounds: int) -> Spent:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    given = {
        **os.environ,
        "VOICE_SPEECH_HOST": "127.0.0.1",
        "VOICE_SPEECH_PORT": str(port),
        "VOICE_SPEECH_TOKEN": KEY,
        "VOICE_TTS": os.environ.get("BENCH_TTS", "auto"),
        "VOICE_STT": "none",
        "LOG_LEVEL": os.environ.get("BENCH_LOG", "ERROR"),
    }
    headers = {"Authorization": f"Bearer {KEY}", "Accept": "audio/mpeg"}
    async with running("speech", given, f"{base}/healthz"), aiohttp.ClientSession(base, headers=headers) as http:
        voice = await _voice(http)
        sentences = _sentences()
        for _ in range(WARM_UP):
            await _first_byte(http, next(sentences))
        alone: list[float] = []
        together: list[float] = []
        for _ in range(rounds):
            alone += [await _first_byte(http, next(sentences)) for _ in range(TOGETHER)]
            together += await asyncio.gather(*(_first_byte(http, next(sentences)) for _ in range(TOGETHER)))
    return Spent(voice=voice, alone=alone, together=together)


async def _voice(http: aiohttp.ClientSession) -> str:
    async with http.get("/healthz") as answer:
        voice = str((await answer.json())["voice"])
    if voice == "none":
        raise RuntimeError("no voice is installed: see .ci/system-packages")
    return voice


async def _first_byte(http: aiohttp.ClientSession, sentence: str) -> float:
    """Milliseconds; the rest is heard to its end, as a caller does."""
    began = time.perf_counter()
    async with http.post("/tts", json={"text": sentence, "type": "text", "voice": ""}) as answer:
        if answer.status != 200:
            raise RuntimeError(f"the speech service answered {answer.status}")
        await answer.content.readany()
        spent = (time.perf_counter() - began) * 1000
        await answer.read()
    return spent


def _sentences() -> Iterator[str]:
    """Sentences of the knowledge base, of about the same length, round and round."""
    articles = (
        article for file in sorted(KNOWLEDGE.glob("0*.yaml")) for article in yaml.safe_load(file.read_text("utf-8"))["articles"]
    )
    spoken = (sentence for article in articles for sentence in sentences_of(str(article.get("spoken") or "")))
    return itertools.cycle([sentence for sentence in spoken if SHORTEST <= len(sentence) <= LONGEST])
