"""Rasa hangs: menu, knowledge base and operators go on, the citizen is told, and afterwards everything is as before."""

from pathlib import Path
from typing import Any

import psutil
import yaml

from core.words import say
from sandbox.telegram.driver import Heard, Sandbox
from tests import patience
from tests.journeys.house import House

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
TRIES = 20
"""Turns within which the breaker must have noticed that Rasa is back."""


def rasa_of(house: House) -> psutil.Process:
    """The process that serves the dialogue."""
    children = psutil.Process(house.process.pid).children(recursive=True)
    return next(child for child in children if {"rasa", "run"} <= set(child.cmdline()))


async def test_a_hung_dialogue_stops_nothing_but_itself(house: House) -> None:
    async with Sandbox(house.chat) as sandbox:
        citizen = await sandbox.citizen("Sample")
        await citizen.starts()
        await citizen.hears(WORDS["welcome"], patience.SECONDS)
        rasa = rasa_of(house)
        rasa.suspend()
        try:
            await citizen.writes(WORDS["reception"])
            await citizen.hears(say("outage.notice"), patience.SECONDS)
            await citizen.hears(WORDS["source"], patience.SECONDS)
            await citizen.writes("/menu")
            await citizen.hears(WORDS["welcome"], patience.SECONDS)
        finally:
            rasa.resume()
        heard: list[Heard] = []
        for _ in range(TRIES):
            await citizen.writes(WORDS["thanks"])
            heard.append(await citizen.hears("", patience.SECONDS))
            if WORDS["glad"] in heard[-1].text:
                break
        assert WORDS["glad"] in heard[-1].text, [one.text for one in heard]
