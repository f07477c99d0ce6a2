"""Command words: what a caller says to steer the menu, from ``words.toml`` beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from core.lexicon.tokens import words as split

WORDS = Path(__file__).with_name("words.toml")
LONGEST = 8
"""Words of the longest command; a longer speech is a question."""


class Command(StrEnum):
    """What a caller may say instead of a key; the values are the sections of words.toml, the first that fits counts."""

    OPERATOR = "operator"
    MENU = "menu"
    REPEAT = "repeat"
    BACK = "back"
    STOP = "stop"
    GOODBYE = "goodbye"
    ABOUT = "about"
    NEWS = "news"
    ASK = "ask"
    DISPATCH = "dispatch"
    CALL_BACK = "call_back"
    SEND = "send"
    MESSAGE = "message"
    LISTEN = "listen"
    AGAIN = "again"
    NO = "no"
    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of the file, folded. ``whole``: each command's own words and its companions; ``hints``: for the recogniser."""

    fillers: frozenset[str]
    whole: Mapping[Command, tuple[frozenset[str], frozenset[str]]]
    keys: Mapping[str, str]
    beside_keys: frozenset[str]
    hints: tuple[str, ...]


def commands_in(said: str) -> frozenset[Command]:
    """The commands that the words may mean; empty when they say anything beside a command. At most LONGEST words are a command."""
    spoken = split(said)
    if not 0 < len(spoken) <= LONGEST:
        return frozenset()
    known = vocabulary()
    return frozenset(
        command
        for command, (own, beside) in known.whole.items()
        if any(word in own for word in spoken) and all(word in own or word in beside or word in known.fillers for word in spoken)
    )


def key_in(said: str) -> str:
    """The key "0" to "9" that is said, or "" when none, several, or more than a key is said."""
    spoken = split(said)
    if not 0 < len(spoken) <= LONGEST:
        return ""
    known = vocabulary()
    keys = {known.keys[word] for word in spoken if word in known.keys}
    others = (word for word in spoken if word not in known.keys)
    alone = all(word in known.beside_keys or word in known.fillers for word in others)
    return keys.pop() if len(keys) == 1 and alone else ""


@cache
def vocabulary() -> Vocabulary:
    """The words, read at the first use; KeyError when a command has no section."""
    read: dict[str, Any] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    sections = read["commands"]
    return Vocabulary(
        fillers=_folded(read["fillers"]),
        whole={command: (_folded(sections[command]["words"]), _folded(sections[command].get("beside", ()))) for command in Command},
        keys={word: key for key, said in read["keys"]["words"].items() for word in _folded(said)},
        beside_keys=_folded(read["keys"]["beside"]),
        hints=tuple(read["hints"]),
    )


def _folded(listed: list[str]) -> frozenset[str]:
    return frozenset(word for entry in listed for word in split(entry))
