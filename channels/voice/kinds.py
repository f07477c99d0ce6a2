"""How the kinds of information (annex to the regulation) are called in a menu that is heard."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NAMES = Path(__file__).with_name("kinds.toml")


@cache
def kinds() -> Mapping[int, str]:
    """Short names by the numbers of the annex."""
    return {int(number): str(name) for number, name in tomllib.loads(NAMES.read_text(encoding="utf-8"))["kinds"].items()}
