"""Telegram's JSON as it comes: strict about the envelope, forgiving about everything inside.

Updates are read from the raw mapping and not through aiogram's ``Update``, on purpose. Speed is no reason: both take about
30 us for a text, a send 300 us (measured). Tolerance is: ``Update`` refuses a whole message when one nested value is new to it
(a forward origin that Telegram added last week), and a citizen's words would be lost with it. aiogram does the sending.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

EMPTY: Mapping[str, Any] = {}
WHOLE_NUMBER = 2**63 - 1
LATEST = 4102444800
"""1 January 2100: a greater moment is garbage."""

NESTING = 200
"""Levels of a document that are walked; Telegram's own are under 30."""


class MalformedUpdate(ValueError):
    """The body is not an update of the Bot API: no JSON, no object, or no ``update_id``."""


def parse_update(body: bytes) -> dict[str, Any]:
    """The update in a webhook's body, fit for PostgreSQL; raises MalformedUpdate."""
    try:
        document = load_json(body)
    except ValueError as broken:
        raise MalformedUpdate("not JSON") from broken
    return as_update(document)


def load_json(document: bytes | str) -> Any:
    """Read JSON, half a character of an emoji included: what is refused here, Telegram would send again for ever.

    Raises ValueError, for NaN and for nesting without end too.
    """
    try:
        return orjson.loads(document)
    except orjson.JSONDecodeError:
        try:
            return json.loads(document, parse_constant=_no_number)
        except RecursionError as deep:
            raise ValueError("nested too deeply") from deep


def as_update(document: object) -> dict[str, Any]:
    """The same for a document that is already parsed; raises MalformedUpdate."""
    if not isinstance(document, dict) or whole(document, "update_id") is None:
        raise MalformedUpdate("not an update")
    return {str(key): storable(value) for key, value in document.items()}


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def storable(value: object, depth: int = 0) -> Any:
    """The value without what PostgreSQL's jsonb refuses: NUL and lone surrogates; deeper than NESTING it is cut."""
    if isinstance(value, str):
        return clean_text(value)
    if depth > NESTING:
        return None
    if isinstance(value, dict):
        return {clean_text(str(key)): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value


def clean_text(text: str) -> str:
    """Text that every database and every encoder takes; zero-width and right-to-left marks stay for the record."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def part(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The nested object under ``key``; an empty one when there is none."""
    found = mapping.get(key)
    return found if isinstance(found, Mapping) else EMPTY


def parts(mapping: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of the list under ``key``; whatever else is in it is left out."""
    found = mapping.get(key)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def words(mapping: Mapping[str, Any], key: str, limit: int = 256) -> str:
    """The text under ``key``, cleaned and clipped; empty when there is none."""
    found = mapping.get(key)
    return clean_text(found[: limit + 1])[:limit] if isinstance(found, str) else ""


def whole(mapping: Mapping[str, Any], key: str) -> int | None:
    """The whole number under ``key`` if it fits 64 bits."""
    found = mapping.get(key)
    fits = isinstance(found, int) and not isinstance(found, bool) and -WHOLE_NUMBER <= found <= WHOLE_NUMBER
    return found if fits else None


def size(mapping: Mapping[str, Any], key: str) -> int:
    """The number under ``key`` that cannot be negative; 0 when unknown."""
    return max(0, whole(mapping, key) or 0)


def degrees(mapping: Mapping[str, Any], key: str) -> float | None:
    """A coordinate."""
    found = mapping.get(key)
    known = isinstance(found, int | float) and not isinstance(found, bool) and -180 <= found <= 180
    return float(found) if known and found is not None else None


def moment(mapping: Mapping[str, Any], key: str) -> datetime | None:
    """A Unix time as an aware moment."""
    found = whole(mapping, key)
    return datetime.fromtimestamp(found, UTC) if found is not None and 0 < found < LATEST else None
