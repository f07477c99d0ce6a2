"""The server's own check of an application: one unknown property refuses all of it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
SYNONYMS = {"stream": "listen"}


class BadVerbs(Exception):
    """The application is refused; the words are the server's."""


def checked(verbs: object) -> list[Json]:
    """The verbs in one form, each with its name under ``verb``. Raises BadVerbs."""
    if not isinstance(verbs, list):
        raise BadVerbs("malformed jambonz payload: must be array")
    found = []
    for one in verbs:
        name, properties = _named(one)
        if not _kinds().get(name, {}).get("verb"):
            raise BadVerbs(f"invalid instruction: {name}")
        _check(name, properties)
        found.append({"verb": name, **properties})
    return found


def _named(one: object) -> tuple[str, Json]:
    if not isinstance(one, dict):
        raise BadVerbs("malformed jambonz payload: must be array of objects")
    if "verb" in one:
        name, properties = str(one["verb"]), {key: value for key, value in one.items() if key != "verb"}
    elif len(one) == 1:
        name, properties = next(iter(one.items()))
    else:
        raise BadVerbs("malformed jambonz payload: missing verb property")
    return SYNONYMS.get(name, name), properties


def _check(name: str, properties: object) -> None:
    spec = _kinds()[name]
    missing = list(spec["required"])
    for key, value in _entries(properties):
        kind = spec["properties"].get(key)
        if kind is None and key != "_":
            raise BadVerbs(f"{name}: unknown property {key}")
        if kind is not None:
            _check_value(name, key, kind, value)
            missing = [one for one in missing if one != key]
    if missing:
        raise BadVerbs(f"{name}: missing value for {','.join(missing)}")


def _check_value(name: str, key: str, kind: str, value: Any) -> None:
    if kind.startswith("#"):
        _check(kind[1:], value)
    elif kind.startswith("[#"):
        for item in value if isinstance(value, list) else [value]:
            _check(kind[2:-1], item)
    elif kind.startswith("one of "):
        if value not in kind.split()[2:]:
            raise BadVerbs(f"invalid value {value} must be one of {','.join(kind.split()[2:])}")
    elif kind == "array":
        if not isinstance(value, list):
            raise BadVerbs(f"{name}: property {key} is not an array")
    elif _type_of(value) not in kind.split("|") and not (isinstance(value, list) and "array" in kind):
        several = "|" in kind
        raise BadVerbs(
            f"{name}: property {key} has invalid data type" + (f", must be one of {kind.replace('|', ',')}" if several else "")
        )


def _entries(properties: object) -> list[tuple[str, Any]]:
    """As JavaScript would go over them: the letters of a string, too, are properties."""
    if isinstance(properties, dict):
        return list(properties.items())
    if isinstance(properties, str | list):
        return [(str(place), value) for place, value in enumerate(properties)]
    return []


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"


@cache
def _kinds() -> dict[str, Json]:
    tables = tomllib.loads(Path(__file__).with_name("verbs.toml").read_text("utf-8"))
    return {
        name: {
            "verb": table.get("verb", False),
            "required": table.get("required", []),
            "properties": {key: kind for kind, keys in table["kinds"] for key in keys.split()},
        }
        for name, table in tables.items()
    }
