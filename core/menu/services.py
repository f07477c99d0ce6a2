"""Other services to which people are put through (112, gas, housing): shipped, or as the edition in force has them (reg. 2.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from core.lexicon.tokens import readings, words
from core.people.phones import find_phones
from core.wording import in_force

FILE = Path(__file__).with_suffix(".yaml")
PLACES = 14
"""Services that an edition may hold."""
FIELDS = ("name", "number", "hours", "said", "synonyms")
LONGEST = 8
"""Words of the longest request for a service; a longer speech is a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of the list. ``place``: its number there; ``said``: before it is rung; ``synonyms``: what people call it."""

    place: int
    name: str
    number: str
    hours: str
    said: str
    synonyms: tuple[str, ...]

    @property
    def address(self) -> str:
        """The number as it is dialled: E.164, or a short one."""
        return next(iter(find_phones(self.number, expected=True)), self.number)


@cache
def shipped_texts() -> Mapping[str, str]:
    """The texts of every place by name; those of an empty place are empty."""
    rows: Sequence[Mapping[str, str]] = _read()["services"]
    whole = [*rows, *({} for _ in range(PLACES - len(rows)))]
    return {named(place, field): row.get(field, "") for place, row in enumerate(whole, start=1) for field in FIELDS}


def services() -> Sequence[Service]:
    """The list in force; a place without a name is empty."""
    texts = {**shipped_texts(), **in_force().texts}
    told = ({field: texts[named(place, field)] for field in FIELDS} for place in range(1, PLACES + 1))
    return [
        Service(
            place=place,
            name=one["name"],
            number=one["number"],
            hours=one["hours"],
            said=one["said"],
            synonyms=listed(one["synonyms"]),
        )
        for place, one in enumerate(told, start=1)
        if one["name"]
    ]


def service_at(place: int) -> Service | None:
    """The service of a place, if the edition in force has one there."""
    return next((one for one in services() if one.place == place), None)


def service_for(said: str) -> Service | None:
    """The service that is asked for: its name or a synonym in any form, and nothing beside it but a request to be put through."""
    asked = words(said[: LONGEST * 40])
    if not 0 < len(asked) <= LONGEST:
        return None
    forms = _forms(tuple(asked))
    return next((one for one in services() if any(_is_asked(forms, known) for known in _known(one.name, one.synonyms))), None)


def named(place: int, field: str) -> str:
    """The name of a service's text."""
    return f"service:{place}.{field}"


def listed(synonyms: str) -> tuple[str, ...]:
    """Synonyms as they are written, one by one."""
    return tuple(filter(None, (" ".join(one.split()) for one in synonyms.split(","))))


def same_words(one: str, other: str) -> bool:
    """Whether two names of services are the same to a caller."""
    return _forms(tuple(words(one))) == _forms(tuple(words(other)))


def _is_asked(forms: Sequence[str], known: Sequence[str]) -> bool:
    size = len(known)
    return any(
        tuple(forms[at : at + size]) == known and _beside().issuperset((*forms[:at], *forms[at + size :]))
        for at in range(len(forms) - size + 1)
        if size
    )


@lru_cache(maxsize=256)
def _known(name: str, synonyms: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
    return [_forms(tuple(words(one))) for one in (name, *synonyms)]


@lru_cache(maxsize=1024)
def _forms(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words in their dictionary forms, so that every case and number of a name is the name."""
    return tuple(next((one.normal_form for one in readings(token)), token) for token in tokens)


@cache
def _beside() -> frozenset[str]:
    return frozenset(str(_read()["beside"]).split())


@cache
def _read() -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return document
