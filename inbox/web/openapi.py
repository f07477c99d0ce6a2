"""``python -m inbox.web.openapi [PATH]`` writes the API's description, from which the UI's types are generated."""

import json
import sys
from pathlib import Path

from inbox.web.app import openapi

PLACE = Path(__file__).parent.parent / "ui" / "openapi.json"


def text() -> str:
    """Always the same for the same models."""
    return json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file."""
    place = Path(arguments[0]) if arguments else PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
