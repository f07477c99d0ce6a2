"""The words that the sandbox writes into letters, and the people who may write them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has a mailbox here."""

    name: str
    address: str


def say(key: str, **facts: str) -> str:
    """One of the words."""
    return str(_words()[key]).format(**facts)


def samples() -> list[Person]:
    """Invented citizens."""
    return [Person(**one) for one in _words()["people"]]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
