"""What is given to PostgreSQL as JSON."""

import json
import re
from typing import Any

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL as JSON writes it, and no backslash that somebody typed before ``u0000``."""


def json_text(value: Any) -> str:
    """The value as JSON without NUL characters, which PostgreSQL does not keep."""
    return _NUL.sub(r"\1", json.dumps(value))
