"""Make `schema.json.gz` out of the schema that aiogram's source distribution carries.

    pip download --no-deps --no-binary aiogram aiogram==3.31.0
    python -m sandbox.telegram.trim_schema aiogram-3.31.0.tar.gz

See `schema.md` for the source and its licence.
"""

import gzip
import json
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("schema.json.gz")
_CONSTANT = re.compile(r"(?:must be|[Aa]lways) (?:\*(\w+)\*|['“\"](\w+)['”\"])")
_MEMBER = re.compile(r"^ - (\w+)$", re.MULTILINE)
_DISCRIMINATORS = frozenset({"type", "source", "status"})


def trimmed(full: dict[str, Any]) -> dict[str, Any]:
    """Keep names, types, required flags, fixed discriminators and the members of unions."""
    methods: dict[str, Any] = {}
    types: dict[str, Any] = {}
    for group in full["items"]:
        for child in group["children"]:
            home = methods if child["category"] == "methods" else types
            home[child["name"]] = {"fields": {a["name"]: _field(a) for a in child["annotations"]}}
            if not child["annotations"] and (members := _MEMBER.findall(child["description"])):
                home[child["name"]]["one_of"] = members
    return {"api": full["api"], "methods": methods, "types": types}


def _field(annotation: dict[str, Any]) -> dict[str, Any]:
    field = {"type": annotation["type"], "required": annotation["required"]}
    constant = _CONSTANT.search(annotation["rst_description"])
    if annotation["name"] in _DISCRIMINATORS and constant:
        field["const"] = constant.group(1) or constant.group(2)
    return field


def main(archive: str) -> None:
    """Read the archive and write the trimmed schema beside this module."""
    with tarfile.open(archive) as sdist:
        name = next(n for n in sdist.getnames() if n.endswith(".butcher/schema/schema.json"))
        member = sdist.extractfile(name)
        assert member is not None
        full = json.load(member)
    text = json.dumps(trimmed(full), sort_keys=True, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
