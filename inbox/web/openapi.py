"""``python -m inbox.web.openapi [PATH]`` writes the API's description, from which the UI's types are generated.

Beside it ``src/api/limits.json`` tells the UI how long a field may be, by the models of the API.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inbox.web.app import openapi

PLACE = Path(__file__).parent.parent / "ui" / "openapi.json"
LIMITS = "src/api/limits.json"


def text() -> str:
    """Always the same for the same models."""
    return json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def limits() -> str:
    """The most characters of each text, of a list those of one entry; what has no limits is left out.

    Forms by the names of their models, what is asked for in an address by the names of the operations.
    """
    told = openapi()
    found = {
        name: _limits_of(model["properties"]) for name, model in told["components"]["schemas"].items() if "properties" in model
    }
    asked = (operation for path in told["paths"].values() for operation in path.values())
    found |= {one["operationId"]: _limits_of(_asked(one)) for one in asked}
    return json.dumps({name: fields for name, fields in found.items() if fields}, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files."""
    place = Path(arguments[0]) if arguments else PLACE
    (place.parent / LIMITS).parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text(), encoding="utf-8")
    (place.parent / LIMITS).write_text(limits(), encoding="utf-8")
    return 0


def _asked(operation: Mapping[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}


def _limits_of(fields: Mapping[str, Any]) -> dict[str, int]:
    found = {name: _limit(field) for name, field in fields.items()}
    return {name: most for name, most in found.items() if most is not None}


def _limit(field: Mapping[str, Any]) -> int | None:
    kinds = (field, *field.get("anyOf", ()), field.get("items", {}))
    return next((kind["maxLength"] for kind in kinds if "maxLength" in kind), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
