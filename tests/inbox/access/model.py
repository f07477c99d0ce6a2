"""What a route asks for, as the table of access says it."""

from dataclasses import dataclass
from typing import Any

from core.staff.abilities import Ability

KEY = {"client_key": "key-12345678"}
OWN, ANY, PUBLIC = "own", "any", "public"
NONE = (404,)
"""There is no such card, task or filter in these tests: what they do is told elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a route asks for: ``own`` needs the conversation in the asker's hands; ``ability`` None means any member of staff."""

    method: str
    path: str
    ability: Ability | None
    holding: str = ANY
    body: Any = None
    files: Any = None
    good: tuple[int, ...] = (200, 204)
