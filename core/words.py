"""The core's own words for people, from ``core/texts/ru.toml``: they must be there even when the dialogue is not."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.opening import hours_words
from core.wording import worded

TEXTS = Path(__file__).parent / "texts" / "ru.toml"


@cache
def texts() -> Mapping[str, Any]:
    """The whole file, read once."""
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def say(key: str, **facts: object) -> str:
    """The phrase under ``key`` (``section.name``) with its facts and the ``hours`` filled in, as the edition in force says.

    Raises KeyError when the phrase or a fact is missing.
    """
    phrase = worded(f"core:{key}") or shipped(key)
    if "{hours" in phrase:
        facts.setdefault("hours", hours_words())
    return phrase.format(**facts)


def shipped(key: str) -> str:
    """The phrase as the file has it; KeyError when it is missing."""
    found: Any = texts()
    for part in key.split("."):
        found = found[part]
    return str(found).strip()


def buttons(key: str) -> list[dict[str, Any]]:
    """A row of buttons (``title``, ``intent``) under ``key``."""
    found: Any = texts()
    for part in key.split("."):
        found = found[part]
    return [dict(button) for button in found]
