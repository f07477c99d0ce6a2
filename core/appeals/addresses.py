"""What two writings of one address have in common, so that appeals about one place are found."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from core.lexicon.tokens import fold

HERE = Path(__file__).parent
WORD = re.compile(r"\d+|[^\W\d_]+")
LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    kinds: frozenset[str]
    inside: frozenset[str]


def address_key(address: str) -> str:
    """The words and numbers that name the building, folded and sorted; empty without a house: a street is no place."""
    found: list[str] = []
    for word in WORD.findall(fold(address)):
        if word in _words().inside:
            break
        if word not in _words().kinds:
            found.append(word)
    if not any(word.isdigit() for word in found) or all(word.isdigit() for word in found):
        return ""
    return " ".join(sorted(set(found)))[:LIMIT]


@cache
def _words() -> _Words:
    document = cast(dict[str, list[str]], yaml.safe_load((HERE / "addresses.yaml").read_text("utf-8")))
    kinds, inside = (frozenset(fold(word) for word in document[part]) for part in ("kinds", "inside"))
    return _Words(kinds=kinds, inside=inside)
