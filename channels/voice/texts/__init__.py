"""What the centre says on the telephone, from ``ru.toml`` beside this module (reg. 2.4.1, 2.9, 3.3)."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from core.opening import hours_words
from core.wording import worded

RUSSIAN = Path(__file__).with_name("ru.toml")

SPOKEN = "_spoken"
"""Ends the name of the variant for callers whose speech is understood."""


def phrase(key: str, /, **facts: object) -> str:
    """The phrase under ``key`` (``section.name``) with its facts and the ``hours`` filled in, as the edition in force says.

    Raises KeyError when the phrase or a fact is missing.
    """
    return (worded(f"voice:{key}") or shipped(key)).format(**{"hours": hours_words(), **facts})


@cache
def variant(key: str, *, hours: str = "", spoken: bool = False) -> str:
    """The closest variant of ``key`` that is written: for the hours, then for callers whose speech is understood, then itself."""
    names = [f"{key}_{hours}", key] if hours else [key]
    likeliest = [name + ending for name in names for ending in ((SPOKEN, "") if spoken else ("",))]
    return next((name for name in likeliest if is_written(name)), key)


@cache
def is_written(key: str) -> bool:
    """Whether there is a phrase under ``key``."""
    section, _, name = key.partition(".")
    return name in _texts().get(section, {})


@cache
def placeholders(key: str) -> frozenset[str]:
    """The facts that the phrase needs; an edition keeps them all."""
    return frozenset(name for _, name, _, _ in Formatter().parse(shipped(key)) if name)


def keys() -> Iterator[str]:
    """Every phrase by its key, in the order of the file."""
    for section, phrases in _texts().items():
        yield from (f"{section}.{name}" for name, words in phrases.items() if isinstance(words, str))


def listed(key: str) -> Sequence[str]:
    """The list of words under ``key``; KeyError when it is missing."""
    section, _, name = key.partition(".")
    return tuple(_texts()[section][name])


@cache
def shipped(key: str) -> str:
    """The phrase as the file has it; KeyError when it is missing."""
    section, _, name = key.partition(".")
    return " ".join(str(_texts()[section][name]).split())


@cache
def _texts() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(RUSSIAN.read_text(encoding="utf-8"))
