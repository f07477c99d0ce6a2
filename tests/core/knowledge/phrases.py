"""The texts of these tests, which live outside Python."""

from pathlib import Path
from typing import Any

import yaml

FILES = Path(__file__).parent / "files"
PHRASES: dict[str, Any] = yaml.safe_load((FILES / "phrases.yaml").read_text(encoding="utf-8"))
