"""What the duty bot says of itself in Telegram, from ``ru.toml`` beside this module; what it says in the chat is the core's."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUSSIAN = Path(__file__).with_name("ru.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWords:
    """Descriptions, and the commands that Telegram lists."""

    description: str
    short_description: str
    commands: Mapping[str, str]


def load_words(path: Path = RUSSIAN) -> DutyWords:
    """Read the words; KeyError when something is missing."""
    read: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    profile = read["profile"]
    return DutyWords(
        description=profile["description"].strip(),
        short_description=profile["short_description"].strip(),
        commands=read["commands"],
    )
