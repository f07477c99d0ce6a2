"""The few words of the dialogue that are not whole responses of the domain: ``nlu/words.yml``."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).parent.parent / "words.yml"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Return the words; read once."""
    with WORDS.open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.safe_load(file)
    return loaded


def mentioned(kind: str, text: str) -> str | None:
    """Return which entry of the list ``kind`` the text mentions by one of its stems, or None."""
    lowered = text.lower()
    table: dict[str, list[str]] = words()[kind]
    return next((name for name, stems in table.items() if any(stem in lowered for stem in stems)), None)
