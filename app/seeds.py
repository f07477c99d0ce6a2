"""The seed files of a new database."""

from pathlib import Path
from typing import Any

import yaml

SEEDS = Path(__file__).parent.parent / "db" / "seeds"


def read_seed(name: str) -> Any:
    """A seed file as data."""
    return yaml.safe_load((SEEDS / name).read_text(encoding="utf-8"))
