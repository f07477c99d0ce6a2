"""Twenty calls at once: each with its own time, keys and record."""

import asyncio
from typing import Any

from sandbox.jambonz.exchange import Exchange
from tests.sandbox.jambonz.application import Application

Json = dict[str, Any]
CALLS = 20


async def test_twenty_calls_go_on_beside_each_other(application: Application, exchange: Exchange) -> None:
    def call(body: Json) -> list[Json]:
        return [
            {"verb": "config", "listen": {"enable": True, "url": f"/rec/{body['from']}", "mixType": "stereo"}},
            {"verb": "gather", "input": ["digits"], "finishOnKey": "#", "timeout": 5, "actionHook": "/voice/menu",
             "say": {"text": "Наберите номер"}},
        ]  # fmt: skip

    application.answers = {
        "/voice/call": call,
        "/voice/menu": lambda body: [{"verb": "say", "text": f"Вы набрали {body.get('digits')}"}],
    }

    async def one(place: int) -> list[str]:
        caller = await exchange.call(f"+7900000{place:04}")
        await caller.hears("Наберите")
        for digit in f"{place:04}":
            await caller.press(digit)
            await caller.waits(0.5)
        await caller.press("#")
        await caller.hears("Вы набрали")
        await caller.ends()
        return caller.heard

    heard = await asyncio.gather(*(one(place) for place in range(CALLS)))
    assert [words[-1] for words in heard] == [f"Вы набрали {place:04}" for place in range(CALLS)]
    assert sorted(sound.path for sound in application.sounds) == [f"/rec/+7900000{place:04}" for place in range(CALLS)]
    assert all(len(sound.frames) > 100 for sound in application.sounds)
