"""The official Bot API schema, and the check of every call against it.

A missing or wrongly typed parameter is refused as the real server refuses it. What the schema does not know, the real server
ignores in silence: here it is noted as a problem, because it is nearly always a misspelling.
"""

import gzip
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.telegram.errors import Refusal, bad_request

_SCALARS = {"String", "Integer", "Float", "Boolean", "True", "InputFile"}
_EMPTY = {"text": "message text is empty", "chat_id": "chat_id is empty"}
_MEDIA = {"photo", "document", "voice", "audio", "video", "video_note", "sticker", "animation"}


@dataclass(slots=True)
class Finding:
    """What a check found: errors (the call is refused) and unknown fields (the call goes on)."""

    errors: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Schema:
    """Methods and types of the Bot API."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.version: str = document["api"]["version"]
        self._methods: dict[str, dict[str, Any]] = document["methods"]
        self._types: dict[str, dict[str, Any]] = document["types"]
        self._by_lower = {name.lower(): name for name in self._methods}

    def method(self, name: str) -> str | None:
        """The official spelling of a method (the server ignores case), or None."""
        return self._by_lower.get(name.lower())

    def check_call(self, method: str, raw: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """The parameters in their types, and the unknown ones as problems.

        Raises Refusal 400 for what is missing or of a wrong type.
        """
        fields = self._methods[method]["fields"]
        found = Finding()
        params: dict[str, Any] = {}
        for name, value in raw.items():
            if name not in fields:
                found.unknown.append(f"unknown parameter {name!r}")
            elif value is not None and (value != "" or fields[name]["type"] == "String"):
                params[name] = self._checked(_decoded(name, value, fields[name]["type"]), fields[name]["type"], name, found)
        if found.errors:
            raise bad_request(found.errors[0])
        for name, spec in fields.items():
            if spec["required"] and name not in params:
                raise _missing(name)
        return params, [f"{method}: {unknown}" for unknown in found.unknown]

    def check_object(self, type_name: str, value: Any) -> list[str]:
        """All that is wrong with an object that claims to be of this type."""
        found = Finding()
        self._checked(value, type_name, type_name, found)
        return found.errors + found.unknown

    def _checked(self, value: Any, expected: str, path: str, found: Finding) -> Any:
        if expected.startswith("Array of "):
            return self._array(value, expected.removeprefix("Array of "), path, found)
        options = _alternatives(expected)
        if len(options) > 1:
            return self._one_of(value, options, path, found)
        if expected in _SCALARS:
            return _scalar(value, expected, path, found)
        if members := self._types[expected].get("one_of"):
            return self._one_of(value, members, path, found)
        return self._object(value, expected, path, found)

    def _array(self, value: Any, inner: str, path: str, found: Finding) -> Any:
        if not isinstance(value, list):
            found.errors.append(f'wrong type of the field "{path}": Array expected')
            return value
        return [self._checked(item, inner, f"{path}[{index}]", found) for index, item in enumerate(value)]

    def _one_of(self, value: Any, options: list[str], path: str, found: Finding) -> Any:
        trials: list[tuple[Finding, Any]] = []
        for option in options:
            trial = Finding()
            trials.append((trial, self._checked(value, option, path, trial)))
        best, taken = min(trials, key=lambda t: (len(t[0].errors), len(t[0].unknown)))
        found.errors += best.errors
        found.unknown += best.unknown
        return taken

    def _object(self, value: Any, expected: str, path: str, found: Finding) -> Any:
        if expected == "KeyboardButton" and isinstance(value, str):
            return {"text": value}
        if not isinstance(value, dict):
            found.errors.append(f'wrong type of the field "{path}": {expected} expected')
            return value
        fields = self._types[expected]["fields"]
        for name, spec in fields.items():
            if spec["required"] and value.get(name) is None:
                found.errors.append(f'field "{name}" of "{path}" must be specified')
            elif "const" in spec and value.get(name) not in (None, spec["const"]):
                found.errors.append(f'wrong value of the field "{path}.{name}": {spec["const"]} expected')
        taken: dict[str, Any] = {}
        for name, item in value.items():
            if name not in fields:
                found.unknown.append(f"{path}: unknown field {name!r} of {expected}")
            elif item is not None:
                taken[name] = self._checked(item, fields[name]["type"], f"{path}.{name}", found)
        return taken


@cache
def official() -> Schema:
    """The schema that lies beside this module."""
    return Schema(json.loads(gzip.decompress(Path(__file__).with_name("schema.json.gz").read_bytes())))


def _missing(name: str) -> Refusal:
    if name in _MEDIA:
        return bad_request(f"there is no {name} in the request")
    return bad_request(_EMPTY.get(name, f'parameter "{name}" is required'))


def _alternatives(expected: str) -> list[str]:
    return expected.replace(" and ", ", ").replace(" or ", ", ").split(", ")


def _decoded(name: str, value: Any, expected: str) -> Any:
    """A form carries everything as text: read JSON out of it where the schema wants a structure."""
    structured = expected not in _SCALARS and expected not in ("Integer or String", "InputFile or String")
    if not (structured and isinstance(value, str)):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad_request(f"can't parse {name} JSON object") from error


def _scalar(value: Any, expected: str, path: str, found: Finding) -> Any:
    taken = _READERS[expected](value)
    if taken is None:
        found.errors.append(f'wrong type of the field "{path}": {expected} expected')
    return taken


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: Any) -> int | None:
    if isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(str(value).lower())


def _only_true(value: Any) -> bool | None:
    return _boolean(value) or None


def _file(value: Any) -> Any:
    return value if not isinstance(value, (str, int, float, bool, list, dict)) else None


_READERS = {"String": _text, "Integer": _integer, "Float": _number, "Boolean": _boolean, "True": _only_true, "InputFile": _file}
